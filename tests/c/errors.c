/* Bad paths: NULL, damage, limits, unknown names. Outputs stay as they were. */
#include "check.h"

static unsigned char *bytes;
static size_t len;

static outlive_status analyze(const outlive_options *options, outlive_error **error) {
  outlive_result *const untouched = (outlive_result *)(void *)&checks;
  outlive_result *result = untouched;
  outlive_status status = outlive_analyze_image(bytes, len, options, &result, error);
  CHECK(status != OUTLIVE_OK && result == untouched);
  return status;
}

static void options_that_are_wrong(void) {
  outlive_options options = OUTLIVE_OPTIONS_INIT;
  outlive_error *error = NULL;
  options.model = outlive_str_from("oracle");
  CHECK(analyze(&options, &error) == OUTLIVE_E_UNKNOWN_MODEL);
  CHECK_ERROR(error, OUTLIVE_E_UNKNOWN_MODEL, "known: gc, textbook");
  options.model = outlive_str_from("gc");
  options.profile = outlive_str_from("go0.9");
  CHECK(analyze(&options, &error) == OUTLIVE_E_UNKNOWN_PROFILE);
  CHECK_ERROR(error, OUTLIVE_E_UNKNOWN_PROFILE, "go1.26");
  options.profile = outlive_str_from("\xff");
  CHECK(analyze(&options, &error) == OUTLIVE_E_BAD_UTF8);
  CHECK_ERROR(error, OUTLIVE_E_BAD_UTF8, "options.profile");
  options.profile.data = NULL;
  CHECK(analyze(&options, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "options.profile is NULL");
  options = (outlive_options)OUTLIVE_OPTIONS_INIT;
  options.reserved = 1;
  CHECK(analyze(&options, &error) == OUTLIVE_E_UNSUPPORTED);
  CHECK_ERROR(error, OUTLIVE_E_UNSUPPORTED, "does not know");
  options = (outlive_options)OUTLIVE_OPTIONS_INIT;
  options.struct_size = 0;
  CHECK(analyze(&options, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "struct_size is 0");
}

static void limits(void) {
  outlive_options options = OUTLIVE_OPTIONS_INIT;
  outlive_buffer *image = NULL;
  outlive_error *error = NULL;
  options.max_image_bytes = 40;
  CHECK(analyze(&options, &error) == OUTLIVE_E_LIMIT);
  CHECK_ERROR(error, OUTLIVE_E_LIMIT, "40");
  CHECK(outlive_image_from_text(outlive_str_from(program), &options, &image, &error) == OUTLIVE_E_LIMIT && !image);
  CHECK_ERROR(error, OUTLIVE_E_LIMIT, "40");
  options.max_image_bytes = 0;
  options.max_instructions = 2;
  CHECK(analyze(&options, &error) == OUTLIVE_E_LIMIT);
  CHECK_ERROR(error, OUTLIVE_E_LIMIT, "instructions");
  options.max_instructions = 0;
  options.max_memory_bytes = 100;
  CHECK(analyze(&options, &error) == OUTLIVE_E_LIMIT);
  CHECK_ERROR(error, OUTLIVE_E_LIMIT, "memory");
}

/* The bytes of the first instruction, by way of the section table. */
static size_t first_instruction(void) {
  size_t i, count = bytes[12], word;
  for (i = 0; i < count; i++) {
    const unsigned char *row = bytes + 32 + 40 * i;
    if (row[0] == 12) {
      word = (size_t)row[8] | (size_t)row[9] << 8 | (size_t)row[10] << 16;
      /* Counts of blocks, instructions and values; then of the first block its parameters, instructions, and types. */
      return word + 4 * (5 + (size_t)bytes[word + 12]);
    }
  }
  return 0;
}

static void damage(void) {
  size_t full = len, at;
  unsigned char was;
  outlive_error *error = NULL;
  for (len = 0; len < full; len += len < 64 ? 1 : 97) {
    CHECK(analyze(NULL, &error) == OUTLIVE_E_MALFORMED_IMAGE);
    CHECK(outlive_error_offset(error) != UINT64_MAX);
    CHECK_ERROR(error, OUTLIVE_E_MALFORMED_IMAGE, "image");
  }
  len = full;
  bytes[4]++;
  CHECK(analyze(NULL, &error) == OUTLIVE_E_NEWER_IMAGE);
  CHECK(outlive_error_offset(error) == 4 && outlive_error_section(error) == 0);
  CHECK_ERROR(error, OUTLIVE_E_NEWER_IMAGE, "version");
  bytes[4]--;
  at = first_instruction();
  was = bytes[at];
  bytes[at] = 250;
  CHECK(analyze(NULL, &error) == OUTLIVE_E_UNKNOWN_OPCODE);
  CHECK(outlive_error_section(error) == 12 && outlive_error_offset(error) == at);
  CHECK(outlive_error_line(error) == 0 && outlive_error_column(error) == 0);
  CHECK_ERROR(error, OUTLIVE_E_UNKNOWN_OPCODE, "250");
  bytes[at] = was;
}

static void modules_that_are_wrong(void) {
  static const char no_address[] =
      "module \"wrong\"\n"
      "func f func(map[int]int) {\n"
      "b0(m: map[int]int):\n"
      "  k: int = const_int 1\n"
      "  v: int = map_get m, k\n"
      "  p: *int = elem_addr m, k\n"
      "  return\n"
      "}\n";
  outlive_buffer *image = image_of(no_address), *text = NULL;
  outlive_result *result = NULL;
  outlive_error *error = NULL;
  const unsigned char *data = outlive_buffer_data(image);
  size_t size = outlive_buffer_len(image);
  CHECK(outlive_verify_image(data, size, NULL, &error) == OUTLIVE_E_INVALID_MODULE);
  CHECK_ERROR(error, OUTLIVE_E_INVALID_MODULE, "cannot take the address of map element");
  CHECK(outlive_analyze_image(data, size, NULL, &result, &error) == OUTLIVE_E_INVALID_MODULE && !result);
  CHECK_ERROR(error, OUTLIVE_E_INVALID_MODULE, "f");
  /* A wrong module can still be printed. */
  CHECK(outlive_print_image(data, size, NULL, &text, &error) == OUTLIVE_OK && text);
  outlive_buffer_free(text);
  outlive_buffer_free(image);

  image = NULL;
  CHECK(outlive_image_from_text(outlive_str_from("module \"m\"\nfunc (\n"), NULL, &image, &error) == OUTLIVE_E_SYNTAX);
  CHECK(!image && outlive_error_line(error) == 2 && outlive_error_column(error) >= 6);
  CHECK_ERROR(error, OUTLIVE_E_SYNTAX, "2:");
  CHECK(outlive_image_from_text(outlive_str_from("module \"\xc0\""), NULL, &image, &error) == OUTLIVE_E_BAD_UTF8);
  CHECK(outlive_error_offset(error) == 8);
  CHECK_ERROR(error, OUTLIVE_E_BAD_UTF8, "text");
}

static void null_everywhere(void) {
  outlive_error *error = NULL;
  outlive_result *result = NULL;
  outlive_buffer *buffer = NULL;
  const outlive_verdict *verdicts = NULL;
  const outlive_summary *summaries = NULL;
  const outlive_step *steps = NULL;
  outlive_explanation *why = NULL;
  outlive_position position;
  outlive_stats stats;
  size_t count = 7, entry_size = 7;
  CHECK(outlive_analyze_image(NULL, 8, NULL, &result, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "image is NULL");
  CHECK(outlive_analyze_image(NULL, 0, NULL, &result, &error) == OUTLIVE_E_MALFORMED_IMAGE);
  CHECK_ERROR(error, OUTLIVE_E_MALFORMED_IMAGE, "");
  CHECK(outlive_analyze_image(bytes, len, NULL, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "result is NULL");
  CHECK(outlive_analyze_image(bytes, len, NULL, NULL, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_analyze_image(bytes, SIZE_MAX, NULL, &result, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_verify_image(NULL, 8, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "image is NULL");
  CHECK(outlive_print_image(bytes, len, NULL, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "text is NULL");
  CHECK(outlive_image_from_text(outlive_str_from(""), NULL, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "image is NULL");
  CHECK(outlive_result_verdicts(NULL, &verdicts, &count, &entry_size) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_summaries(NULL, &summaries, &count, &entry_size) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_explanation_steps(NULL, &steps, &count, &entry_size) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(!verdicts && !summaries && !steps && count == 7 && entry_size == 7);
  CHECK(outlive_result_stats(NULL, sizeof stats, &stats) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_position(NULL, 1, &position) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_explain(NULL, 0, &why, &error) == OUTLIVE_E_BAD_ARGUMENT && !why);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "result is NULL");
  CHECK(outlive_result_site_name(NULL, 0).len == 0 && outlive_result_function_name(NULL, 0).len == 0);
  CHECK(outlive_explanation_reason(NULL) == 0 && outlive_explanation_line(NULL, 0).len == 0);
  CHECK(!outlive_buffer_data(NULL) && outlive_buffer_len(NULL) == 0);
  CHECK(outlive_error_status(NULL) == OUTLIVE_OK && outlive_error_message(NULL).len == 0);
  CHECK(outlive_error_section(NULL) == 0 && outlive_error_offset(NULL) == UINT64_MAX);
  CHECK(outlive_error_line(NULL) == 0 && outlive_error_column(NULL) == 0);
  outlive_result_free(NULL);
  outlive_explanation_free(NULL);
  outlive_buffer_free(NULL);
  outlive_error_free(NULL);
  CHECK(!buffer && !result);

  /* A live result, but outputs or ids that are not. */
  CHECK(outlive_analyze_image(bytes, len, NULL, &result, NULL) == OUTLIVE_OK);
  CHECK(outlive_result_verdicts(result, NULL, &count, &entry_size) == OUTLIVE_E_BAD_ARGUMENT && count == 7);
  CHECK(outlive_result_verdicts(result, &verdicts, &count, NULL) == OUTLIVE_E_BAD_ARGUMENT && !verdicts);
  CHECK(outlive_result_stats(result, sizeof stats, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_position(result, 0, &position) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_position(result, 1000000, &position) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_explain(result, 0, NULL, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_site_name(result, UINT32_MAX).len == 0);
  CHECK(outlive_result_function_name(result, UINT32_MAX).len == 0);
  outlive_result_free(result);
}

void test_errors(void) {
  outlive_buffer *image = image_of(program);
  len = outlive_buffer_len(image);
  bytes = malloc(len);
  memcpy(bytes, outlive_buffer_data(image), len);
  outlive_buffer_free(image);
  options_that_are_wrong();
  limits();
  damage();
  modules_that_are_wrong();
  null_everywhere();
  free(bytes);
}
