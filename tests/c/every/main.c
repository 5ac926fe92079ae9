/* Calls every export of outlive.h so many times with any arguments. Arguments: times, seed. */
#include "every.h"

enum { SLOTS = 24, SIZE = 1 << 16 };

static uint64_t state = 1;
static const char *current = "";
static unsigned long checks, failures;
static unsigned char *inputs[SLOTS], *outputs[SLOTS];
static int used_inputs, used_outputs;

static const char program[] =
    "module \"example\"\n"
    "func main.leak func(int) *int @example.go:3:6 {\n"
    "b0(a: int):\n"
    "  x: *int = var \"x\" {param 0} @3:11\n"
    "  store x, a @3:11\n"
    "  return x @4:2\n"
    "}\n"
    "func main.read func(*int) int @example.go:7:6\n";

static uint32_t random32(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)((state * 0x2545f4914f6cdd1d) >> 32);
}

void check(const char *name, int holds, const char *what) {
  checks++;
  if (!holds) {
    failures++;
    fprintf(stderr, "%s: failed: %s\n", name, what);
  }
}

int once_in(unsigned n) { return random32() % n == 0; }

static void *slot(unsigned char **slots, int *used, int byte) {
  unsigned char **at = &slots[*used];
  if (*used + 1 < SLOTS) ++*used; /* The last is given out again: arguments that overlap. */
  if (!*at) *at = malloc(SIZE);
  memset(*at, byte, SIZE);
  return *at;
}

void *input(void) { return slot(inputs, &used_inputs, 0); }
void *output(void) { return slot(outputs, &used_outputs, 0xa5); }

int is_untouched(const void *memory) {
  const unsigned char *bytes = memory;
  size_t i;
  for (i = 0; i < SIZE; i++) {
    if (bytes[i] != 0xa5) return 0;
  }
  return 1;
}

size_t count(void) {
  static const size_t counts[] = {0, 1, 2, 3, 8, SIZE_MAX, SIZE_MAX / 2 + 2, SIZE_MAX - 7};
  return counts[random32() % (once_in(4) ? 8 : 5)];
}

size_t pick_size(void) {
  static const size_t sizes[] = {0, 1, 7, 8, 64, 80, 4096};
  return sizes[random32() % 7];
}

uint64_t any_uint64_t(void) {
  static const uint64_t edges[] = {UINT64_MAX, UINT64_MAX - 1, (uint64_t)1 << 63, (uint64_t)1 << 32, UINT32_MAX, (uint64_t)1 << 31};
  switch (random32() % 4) {
    case 0: return edges[random32() % 6];
    case 1: return (uint64_t)random32() << 32 | random32();
    default: return random32() % 9;
  }
}

size_t any_size_t(void) { return (size_t)any_uint64_t(); }
uint32_t any_uint32_t(void) { return (uint32_t)any_uint64_t(); }
uint8_t any_uint8_t(void) { return (uint8_t)any_uint64_t(); }
int32_t any_int32_t(void) { return (int32_t)any_uint64_t(); }
int64_t any_int64_t(void) { return (int64_t)any_uint64_t(); }
outlive_status any_outlive_status(void) { return any_int32_t(); }

outlive_str any_outlive_str(void) {
  static const char *const texts[] = {"gc", "precise", "go1.26", "mem2reg", "promote,mem2reg", "example.go", "main.leak", "\xff\xfe",
                                      "a\nb", program, ""};
  outlive_str text = outlive_str_from(texts[random32() % 11]);
  switch (random32() % 16) {
    case 0: text.data = NULL; break;
    case 1: text.len = SIZE_MAX; break;
    case 2: text.len = SIZE_MAX / 2 + 1; break;
    case 3: case 4: text.len = 0; break;
    case 5: text.len = text.len / 2; break;
    default: break;
  }
  return text;
}

outlive_module *fresh_outlive_module(void) {
  outlive_module *module = NULL;
  CHECK(current, outlive_module_from_text(outlive_str_from(program), NULL, &module, NULL) == OUTLIVE_OK);
  return module;
}

outlive_result *fresh_outlive_result(void) {
  outlive_module *module = fresh_outlive_module();
  outlive_result *result = NULL;
  CHECK(current, outlive_analyze_module(module, NULL, &result, NULL) == OUTLIVE_OK);
  outlive_module_free(module);
  return result;
}

outlive_explanation *fresh_outlive_explanation(void) {
  outlive_result *result = fresh_outlive_result();
  outlive_explanation *why = NULL;
  CHECK(current, outlive_result_explain(result, 0, &why, NULL) == OUTLIVE_OK);
  outlive_result_free(result);
  return why;
}

outlive_suggestions *fresh_outlive_suggestions(void) {
  outlive_result *result = fresh_outlive_result();
  outlive_suggestions *suggestions = NULL;
  CHECK(current, outlive_result_suggest(result, 0, &suggestions, NULL) == OUTLIVE_OK);
  outlive_result_free(result);
  return suggestions;
}

outlive_buffer *fresh_outlive_buffer(void) {
  outlive_buffer *image = NULL;
  CHECK(current, outlive_image_from_text(outlive_str_from(program), NULL, &image, NULL) == OUTLIVE_OK);
  return image;
}

outlive_error *fresh_outlive_error(void) {
  outlive_error *error = NULL;
  CHECK(current, outlive_verify_image(NULL, 0, NULL, &error) == OUTLIVE_E_MALFORMED_IMAGE);
  return error;
}

/* A builder with a type, and a function of that type. */
static outlive_builder *builder_with(outlive_function *func) {
  outlive_builder *builder = NULL;
  outlive_function_desc desc;
  outlive_module_desc module;
  memset(&desc, 0, sizeof desc);
  memset(&module, 0, sizeof module);
  module.struct_size = (uint32_t)sizeof module;
  desc.struct_size = (uint32_t)sizeof desc;
  desc.name = outlive_str_from("f");
  CHECK(current, outlive_builder_new(&module, &builder, NULL) == OUTLIVE_OK);
  CHECK(current, outlive_builder_type_func(builder, NULL, 0, NULL, 0, 0, &desc.type, NULL) == OUTLIVE_OK);
  CHECK(current, outlive_builder_function(builder, &desc, func, NULL) == OUTLIVE_OK);
  return builder;
}

outlive_builder *fresh_outlive_builder(void) {
  outlive_function func;
  return builder_with(&func);
}

/* Now and then one that its builder leaves behind; builders are freed first, which is fine. */
outlive_body *fresh_outlive_body(void) {
  outlive_function func;
  outlive_builder *builder = builder_with(&func);
  outlive_body *body = NULL;
  outlive_block block;
  static outlive_builder *before;
  CHECK(current, outlive_body_new(builder, func, &body, NULL) == OUTLIVE_OK);
  if (!once_in(3)) {
    CHECK(current, outlive_body_block(body, NULL, 0, &block, NULL, NULL) == OUTLIVE_OK);
    CHECK(current, outlive_body_switch_to(body, block, NULL) == OUTLIVE_OK);
  }
  outlive_builder_free(before);
  before = once_in(4) ? NULL : builder;
  if (!before) outlive_builder_free(builder);
  return body;
}

void check_error(const char *name, outlive_status status, outlive_error **error) {
  if (!error) return;
  CHECK(name, (*error != NULL) == (status != OUTLIVE_OK));
  CHECK(name, outlive_error_status(*error) == status);
  CHECK(name, status == OUTLIVE_OK || outlive_error_message(*error).len > 0);
  CHECK(name, status != OUTLIVE_E_INTERNAL);
  outlive_error_free(*error);
}

void use_str(outlive_str text) {
  size_t i;
  unsigned sum = 0;
  for (i = 0; i < text.len; i++) sum += (unsigned char)text.data[i];
  CHECK(current, text.len == 0 || sum > 0);
}

int main(int argc, char **argv) {
  unsigned long times = argc > 1 ? strtoul(argv[1], NULL, 10) : 100, n;
  const struct call *call;
  if (argc > 2) state = strtoul(argv[2], NULL, 10) * 2 + 1;
  for (call = calls; call->name; call++) {
    current = call->name;
    for (n = 0; n < times; n++) {
      used_inputs = used_outputs = 0;
      call->run();
    }
  }
  for (n = 0; n < SLOTS; n++) {
    free(inputs[n]);
    free(outputs[n]);
  }
  printf("%lu exports, %lu times each; %lu checks passed, %lu failed\n", (unsigned long)(call - calls), times, checks - failures, failures);
  return failures != 0;
}
