/* The main door: an image in, verdicts and explanations out. */
#include "check.h"

static outlive_result *analyze(const outlive_buffer *image, const outlive_options *options) {
  outlive_result *result = NULL;
  outlive_error *error = NULL;
  outlive_status status =
      outlive_analyze_image(outlive_buffer_data(image), outlive_buffer_len(image), options, &result, &error);
  CHECK(status == OUTLIVE_OK && result && !error);
  return result;
}

void test_text(void) {
  outlive_buffer *image = image_of(program), *again, *text = NULL, *canonical = NULL;
  const unsigned char *bytes = outlive_buffer_data(image);
  outlive_error *error = NULL;
  char *copy;
  CHECK(outlive_buffer_len(image) > 32 && memcmp(bytes, "OUTL", 4) == 0);
  CHECK(outlive_verify_image(bytes, outlive_buffer_len(image), NULL, &error) == OUTLIVE_OK && !error);
  CHECK(outlive_print_image(bytes, outlive_buffer_len(image), NULL, &text, NULL) == OUTLIVE_OK && text);
  /* What was printed parses to the same text. */
  copy = calloc(outlive_buffer_len(text) + 1, 1);
  memcpy(copy, outlive_buffer_data(text), outlive_buffer_len(text));
  again = image_of(copy);
  free(copy);
  CHECK(outlive_print_image(outlive_buffer_data(again), outlive_buffer_len(again), NULL, &canonical, &error) == OUTLIVE_OK);
  CHECK(outlive_buffer_len(canonical) == outlive_buffer_len(text));
  CHECK(memcmp(outlive_buffer_data(canonical), outlive_buffer_data(text), outlive_buffer_len(text)) == 0);
  outlive_buffer_free(canonical);
  outlive_buffer_free(text);
  outlive_buffer_free(again);
  outlive_buffer_free(image);
}

void test_analyze(void) {
  outlive_buffer *image = image_of(program);
  outlive_result *result = analyze(image, NULL);
  const outlive_verdict *leaked, *kept;
  const outlive_summary *summaries = NULL;
  outlive_position position;
  outlive_stats stats;
  unsigned char wide[sizeof(outlive_stats) + 16];
  size_t i, count = 0, entry_size = 0;
  int found = 0;
  /* The result does not need the image. */
  outlive_buffer_free(image);

  leaked = find_verdict(result, OUTLIVE_SITE_PARAM, "main.leak");
  CHECK(leaked && leaked->placement == OUTLIVE_PLACE_HEAP && leaked->reason == OUTLIVE_REASON_RETURNED);
  CHECK(leaked && leaked->allocates == OUTLIVE_ALLOCATES_ALWAYS && leaked->context == 0);
  CHECK(leaked && is(outlive_result_site_name(result, leaked->site), "x"));
  CHECK(leaked && outlive_result_position(result, leaked->pos, &position) == OUTLIVE_OK);
  CHECK(is(position.file, "example.go") && position.line == 3 && position.column == 11);
  kept = find_verdict(result, OUTLIVE_SITE_VAR, "main.main");
  CHECK(kept && kept->placement == OUTLIVE_PLACE_STACK && kept->allocates == OUTLIVE_ALLOCATES_NEVER);
  CHECK(kept && kept->reason == OUTLIVE_REASON_LOCAL);

  CHECK(outlive_check_verdicts(result, NULL) == OUTLIVE_OK);
  CHECK(outlive_check_verdicts(NULL, NULL) == OUTLIVE_E_BAD_ARGUMENT);

  CHECK(outlive_result_summaries(result, &summaries, &count, &entry_size) == OUTLIVE_OK);
  CHECK(entry_size == sizeof(outlive_summary));
  for (i = 0; i < count; i++) {
    const outlive_summary *row = (const outlive_summary *)(const void *)((const char *)summaries + i * entry_size);
    if (is(outlive_result_function_name(result, row->func), "main.read") && row->param == 0) {
      found = 1;
      CHECK(row->heap == 0);
    }
  }
  CHECK(found);

  CHECK(outlive_result_stats(result, sizeof stats, &stats) == OUTLIVE_OK);
  CHECK(stats.functions == 3 && stats.blocks == 3 && stats.sites == 3 && stats.verdicts == 3 && stats.heap == 1);
  CHECK(stats.instructions == 12 && stats.image_bytes > 32 && stats.values > 0);
  /* A client with a longer structure gets zeroes, one with a shorter gets no more than it asked for. */
  memset(wide, 0xff, sizeof wide);
  CHECK(outlive_result_stats(result, sizeof wide, (outlive_stats *)(void *)wide) == OUTLIVE_OK);
  CHECK(memcmp(wide, &stats, sizeof stats) == 0 && wide[sizeof stats] == 0 && wide[sizeof wide - 1] == 0);
  memset(wide, 0xff, sizeof wide);
  CHECK(outlive_result_stats(result, 8, (outlive_stats *)(void *)wide) == OUTLIVE_OK && wide[8] == 0xff);
  outlive_result_free(result);

  /* Options: the textbook sends what is passed by address to the heap as well. */
  {
    outlive_options options = OUTLIVE_OPTIONS_INIT;
    options.model = outlive_str_from("textbook");
    options.profile = outlive_str_from("go1.26");
    image = image_of(program);
    result = analyze(image, &options);
    kept = find_verdict(result, OUTLIVE_SITE_VAR, "main.main");
    CHECK(kept && kept->placement == OUTLIVE_PLACE_HEAP && kept->reason == OUTLIVE_REASON_ADDRESS_PASSED);
    outlive_result_free(result);
    outlive_buffer_free(image);
  }
}

void test_explain(void) {
  outlive_buffer *image = image_of(program);
  outlive_result *result = analyze(image, NULL);
  outlive_explanation *why = NULL;
  outlive_error *error = NULL;
  const outlive_verdict *leaked = find_verdict(result, OUTLIVE_SITE_PARAM, "main.leak");
  const outlive_step *steps = NULL;
  outlive_position position;
  size_t count = 0, entry_size = 0;
  if (!leaked || outlive_result_explain(result, leaked->site, &why, &error) != OUTLIVE_OK) {
    CHECK(!"an explanation");
    outlive_error_free(error);
    outlive_result_free(result);
    outlive_buffer_free(image);
    return;
  }
  CHECK(outlive_explanation_reason(why) == OUTLIVE_REASON_RETURNED);
  CHECK(outlive_explanation_steps(why, &steps, &count, &entry_size) == OUTLIVE_OK);
  CHECK(count >= 1 && entry_size == sizeof(outlive_step));
  CHECK(steps[0].from_kind == OUTLIVE_NODE_SITE && steps[0].from_id == leaked->site);
  CHECK(outlive_result_position(result, steps[count - 1].pos, &position) == OUTLIVE_OK && position.line == 4);
  CHECK(outlive_result_explain(result, 12345, &why, &error) == OUTLIVE_E_NOT_FOUND);
  CHECK_ERROR(error, OUTLIVE_E_NOT_FOUND, "site 12345");
  /* An explanation may outlive its result. */
  outlive_result_free(result);
  outlive_buffer_free(image);
  CHECK(contains(outlive_explanation_line(why, 0), "example.go:"));
  CHECK(contains(outlive_explanation_line(why, count - 1), "returned"));
  CHECK(outlive_explanation_line(why, count).len == 0);
  outlive_explanation_free(why);
}
