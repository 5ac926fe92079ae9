/* Package facts: what one module's analysis tells another's. */
#include "check.h"

static const char library[] =
    "module \"lib\"\n"
    "func lib.keep func(*int) {\n"
    "b0(p: *int):\n"
    "  g: **int = global_addr lib.g\n"
    "  store g, p\n"
    "  return\n"
    "}\n"
    "func lib.read func(*int) int {\n"
    "b0(p: *int):\n"
    "  v: int = load p\n"
    "  return v\n"
    "}\n"
    "global lib.g *int\n";

static const char caller[] =
    "module \"m\"\n"
    "func lib.keep func(*int)\n"
    "func lib.read func(*int) int\n"
    "func main.main func() {\n"
    "b0():\n"
    "  a: *int = var \"a\"\n"
    "  call lib.keep a\n"
    "  b: *int = var \"b\"\n"
    "  v: int = call lib.read b\n"
    "  return\n"
    "}\n";

static outlive_module *module_of(const char *text) {
  outlive_module *module = NULL;
  CHECK(outlive_module_from_text(outlive_str_from(text), NULL, &module, NULL) == OUTLIVE_OK);
  return module;
}

static outlive_buffer *facts_of(const outlive_module *module, const outlive_options *options) {
  outlive_result *result = NULL;
  outlive_buffer *facts = NULL;
  CHECK(outlive_analyze_module(module, options, &result, NULL) == OUTLIVE_OK);
  CHECK(outlive_result_facts(result, &facts, NULL) == OUTLIVE_OK && outlive_buffer_len(facts) > 100);
  outlive_result_free(result);
  return facts;
}

/* The placements of the two variables of main.main, as tens and ones. */
static int placements(const outlive_result *result) {
  const outlive_verdict *rows = NULL;
  size_t count = 0, entry_size = 0;
  CHECK(outlive_result_verdicts(result, &rows, &count, &entry_size) == OUTLIVE_OK && count == 2);
  return 10 * rows[0].placement + rows[1].placement;
}

void test_facts(void) {
  outlive_module *lib = module_of(library), *user = module_of(caller);
  outlive_buffer *facts = facts_of(lib, NULL), *image = image_of(caller), *none = NULL;
  outlive_options options = OUTLIVE_OPTIONS_INIT, closed = OUTLIVE_OPTIONS_INIT;
  outlive_bytes blobs[2];
  outlive_result *const untouched = (outlive_result *)(void *)&checks;
  outlive_result *result = NULL;
  outlive_error *error = NULL;
  outlive_stats stats;
  unsigned char *damaged;
  size_t i;

  CHECK(outlive_analyze_module(user, NULL, &result, &error) == OUTLIVE_OK);
  CHECK(placements(result) == 11 * OUTLIVE_PLACE_HEAP);
  outlive_result_free(result);

  blobs[0].data = outlive_buffer_data(facts);
  blobs[0].len = outlive_buffer_len(facts);
  blobs[1] = blobs[0];
  options.facts = blobs;
  for (options.facts_count = 1; options.facts_count <= 2; options.facts_count++) {
    CHECK(outlive_analyze_module(user, &options, &result, &error) == OUTLIVE_OK);
    CHECK(placements(result) == 10 * OUTLIVE_PLACE_HEAP + OUTLIVE_PLACE_STACK);
    CHECK(outlive_result_stats(result, sizeof stats, &stats) == OUTLIVE_OK);
    CHECK(stats.facts_known == 2 && stats.facts_refused == 0);
    CHECK(outlive_check_verdicts(result, NULL) == OUTLIVE_OK);
    outlive_result_free(result);
  }
  options.facts_count = 1;
  CHECK(outlive_analyze_image(outlive_buffer_data(image), outlive_buffer_len(image), &options, &result, &error) == OUTLIVE_OK);
  CHECK(placements(result) == 10 * OUTLIVE_PLACE_HEAP + OUTLIVE_PLACE_STACK);
  outlive_result_free(result);
  /* The handle has not learnt anything. */
  CHECK(outlive_analyze_module(user, NULL, &result, &error) == OUTLIVE_OK);
  CHECK(placements(result) == 11 * OUTLIVE_PLACE_HEAP);

  CHECK(outlive_result_facts(NULL, &none, &error) == OUTLIVE_E_BAD_ARGUMENT && !none);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "result is NULL");
  CHECK(outlive_result_facts(result, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "facts is NULL");
  outlive_result_free(result);
  closed.model = outlive_str_from("precise");
  closed.closed = 1;
  CHECK(outlive_analyze_module(lib, &closed, &result, &error) == OUTLIVE_OK);
  CHECK(outlive_result_facts(result, &none, &error) == OUTLIVE_E_UNSUPPORTED && !none);
  CHECK_ERROR(error, OUTLIVE_E_UNSUPPORTED, "closed world");
  outlive_result_free(result);

  result = untouched;
  options.profile = outlive_str_from("go1.25");
  CHECK(outlive_analyze_module(user, &options, &result, &error) == OUTLIVE_E_STALE_FACTS);
  CHECK_ERROR(error, OUTLIVE_E_STALE_FACTS, "profile \"go1.26\"");
  options.profile = outlive_str_from("");
  options.model = outlive_str_from("precise");
  CHECK(outlive_analyze_module(user, &options, &result, &error) == OUTLIVE_E_STALE_FACTS);
  CHECK_ERROR(error, OUTLIVE_E_STALE_FACTS, "model \"gc\"");
  options.model = outlive_str_from("");
  damaged = malloc(blobs[0].len);
  memcpy(damaged, blobs[0].data, blobs[0].len);
  blobs[0].data = damaged;
  damaged[4]++;
  CHECK(outlive_analyze_module(user, &options, &result, &error) == OUTLIVE_E_STALE_FACTS);
  CHECK_ERROR(error, OUTLIVE_E_STALE_FACTS, "format");
  damaged[4]--;
  for (i = 0; i < blobs[1].len; i += 7) {
    blobs[0].len = i;
    CHECK(outlive_analyze_module(user, &options, &result, &error) == OUTLIVE_E_MALFORMED_IMAGE);
    CHECK_ERROR(error, OUTLIVE_E_MALFORMED_IMAGE, "options.facts[0]");
  }
  blobs[0].data = NULL;
  CHECK(outlive_analyze_module(user, &options, &result, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "options.facts[0] is NULL");
  options.facts = NULL;
  CHECK(outlive_analyze_module(user, &options, &result, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "options.facts is NULL");
  CHECK(result == untouched);
  free(damaged);
  outlive_buffer_free(facts);
  outlive_buffer_free(image);
  outlive_module_free(lib);
  outlive_module_free(user);
}
