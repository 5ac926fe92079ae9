/* Modules as handles: from an image, from text, and back. */
#include "check.h"

static int same(const outlive_buffer *a, const outlive_buffer *b) {
  return outlive_buffer_len(a) == outlive_buffer_len(b) &&
         memcmp(outlive_buffer_data(a), outlive_buffer_data(b), outlive_buffer_len(a)) == 0;
}

static void there_and_back(void) {
  outlive_buffer *image = image_of(program), *again = NULL, *text = NULL, *expected = NULL;
  outlive_module *module = NULL, *parsed = NULL;
  outlive_error *error = NULL;
  CHECK(outlive_module_from_image(outlive_buffer_data(image), outlive_buffer_len(image), NULL, &module, &error) == OUTLIVE_OK);
  CHECK(outlive_module_from_text(outlive_str_from(program), NULL, &parsed, &error) == OUTLIVE_OK);
  CHECK(outlive_module_encode(module, &again, &error) == OUTLIVE_OK && same(image, again));
  outlive_buffer_free(again);
  CHECK(outlive_module_encode(parsed, &again, &error) == OUTLIVE_OK && same(image, again));
  CHECK(outlive_module_print(module, &text, &error) == OUTLIVE_OK);
  CHECK(outlive_print_image(outlive_buffer_data(image), outlive_buffer_len(image), NULL, &expected, &error) == OUTLIVE_OK);
  CHECK(same(text, expected) && error == NULL);
  outlive_buffer_free(expected);
  outlive_buffer_free(text);
  outlive_buffer_free(again);
  outlive_buffer_free(image);
  outlive_module_free(module);
  outlive_module_free(parsed);
}

static void passes(void) {
  outlive_module *const untouched = (outlive_module *)(void *)&checks;
  outlive_module *module = NULL, *promoted = NULL, *refused = untouched;
  outlive_buffer *text = NULL;
  outlive_error *error = NULL;
  outlive_options options = OUTLIVE_OPTIONS_INIT;
  outlive_str all;
  CHECK(outlive_module_from_text(outlive_str_from(program), NULL, &module, &error) == OUTLIVE_OK);
  options.model = outlive_str_from("textbook");
  CHECK(outlive_module_run_passes(module, outlive_str_from("fold, dce,promote"), &options, &promoted, &error) == OUTLIVE_OK);
  CHECK(outlive_module_print(promoted, &text, &error) == OUTLIVE_OK);
  all.data = (const char *)outlive_buffer_data(text);
  all.len = outlive_buffer_len(text);
  /* By the book, what is passed to a function is on the heap. */
  CHECK(contains(all, "placement=5") && contains(all, "main.leak"));
  outlive_buffer_free(text);
  outlive_module_free(promoted);
  CHECK(outlive_module_run_passes(module, outlive_str_from("promote,promote"), NULL, &refused, &error) == OUTLIVE_E_BAD_PASSES);
  CHECK_ERROR(error, OUTLIVE_E_BAD_PASSES, "promote cannot run after promote: the placements are written down already");
  CHECK(outlive_module_run_passes(module, outlive_str_from("inline"), NULL, &refused, &error) == OUTLIVE_E_BAD_PASSES);
  CHECK_ERROR(error, OUTLIVE_E_BAD_PASSES, "unknown pass `inline`; there are");
  CHECK(outlive_module_run_passes(module, outlive_str_from("\xff"), NULL, &refused, &error) == OUTLIVE_E_BAD_UTF8);
  CHECK_ERROR(error, OUTLIVE_E_BAD_UTF8, "passes");
  CHECK(outlive_module_run_passes(module, outlive_str_from("dce"), NULL, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "rewritten is NULL");
  CHECK(outlive_module_run_passes(NULL, outlive_str_from("dce"), NULL, &refused, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  options.max_instructions = 3;
  CHECK(outlive_module_run_passes(module, outlive_str_from("dce"), &options, &refused, &error) == OUTLIVE_E_LIMIT);
  CHECK_ERROR(error, OUTLIVE_E_LIMIT, "instructions");
  CHECK(refused == untouched);
  outlive_module_free(module);
}

static void questions(void) {
  outlive_module *module = NULL;
  outlive_module_counts counts;
  unsigned char wide[sizeof counts + 8];
  uint32_t func = 77;
  CHECK(outlive_module_from_text(outlive_str_from(program), NULL, &module, NULL) == OUTLIVE_OK);
  CHECK(outlive_module_stats(module, sizeof counts, &counts) == OUTLIVE_OK);
  CHECK(counts.functions == 3 && counts.externals == 0 && counts.sites == 3 && counts.instructions == 12);
  memset(wide, 0xaa, sizeof wide);
  CHECK(outlive_module_stats(module, sizeof wide, (outlive_module_counts *)(void *)wide) == OUTLIVE_OK);
  CHECK(memcmp(wide, &counts, sizeof counts) == 0 && wide[sizeof counts] == 0 && wide[sizeof wide - 1] == 0);
  CHECK(outlive_module_stats(module, sizeof counts, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_module_stats(NULL, sizeof counts, &counts) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_module_find_function(module, outlive_str_from("main.main"), &func) == OUTLIVE_OK && func == 2);
  CHECK(outlive_module_find_function(module, outlive_str_from("main"), &func) == OUTLIVE_E_NOT_FOUND && func == 2);
  CHECK(outlive_module_find_function(NULL, outlive_str_from("main"), &func) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_module_find_function(module, outlive_str_from("main.main"), NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(is(outlive_module_name(module), "example") && outlive_module_name(NULL).len == 0);
  CHECK(is(outlive_module_function_name(module, 1), "main.read"));
  CHECK(outlive_module_function_name(module, 3).len == 0 && outlive_module_function_name(NULL, 0).len == 0);
  CHECK(is(outlive_module_site_name(module, 2), "y"));
  CHECK(outlive_module_site_name(module, 3).len == 0 && outlive_module_site_name(NULL, 0).len == 0);
  outlive_module_free(module);
}

static void what_is_wrong(void) {
  static const char unverified[] = "module \"wrong\"\nfunc f func(int) {\nb0(n: int):\n  v: int = load n\n  return\n}\n";
  outlive_module *const untouched = (outlive_module *)(void *)&checks;
  outlive_module *module = untouched;
  outlive_buffer *image = image_of(unverified), *buffer = NULL;
  outlive_error *error = NULL;
  outlive_options options = OUTLIVE_OPTIONS_INIT;
  const unsigned char *data = outlive_buffer_data(image);
  size_t size = outlive_buffer_len(image);
  CHECK(outlive_module_from_image(data, size, NULL, &module, &error) == OUTLIVE_E_INVALID_MODULE);
  CHECK_ERROR(error, OUTLIVE_E_INVALID_MODULE, "not a pointer");
  CHECK(outlive_module_from_image(data, size - 1, NULL, &module, &error) == OUTLIVE_E_MALFORMED_IMAGE);
  CHECK_ERROR(error, OUTLIVE_E_MALFORMED_IMAGE, "");
  CHECK(outlive_module_from_text(outlive_str_from(unverified), NULL, &module, &error) == OUTLIVE_E_INVALID_MODULE);
  CHECK_ERROR(error, OUTLIVE_E_INVALID_MODULE, "not a pointer");
  CHECK(outlive_module_from_text(outlive_str_from("module"), NULL, &module, &error) == OUTLIVE_E_SYNTAX);
  CHECK(outlive_error_line(error) == 1);
  CHECK_ERROR(error, OUTLIVE_E_SYNTAX, "1:");
  options.max_instructions = 2;
  CHECK(outlive_module_from_text(outlive_str_from(program), &options, &module, &error) == OUTLIVE_E_LIMIT);
  CHECK_ERROR(error, OUTLIVE_E_LIMIT, "instructions");
  CHECK(outlive_module_from_text(outlive_str_from(program), NULL, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "module is NULL");
  CHECK(outlive_module_from_image(NULL, 8, NULL, &module, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "image is NULL");
  CHECK(module == untouched);
  CHECK(outlive_module_print(NULL, &buffer, &error) == OUTLIVE_E_BAD_ARGUMENT && !buffer);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "module is NULL");
  CHECK(outlive_module_encode(NULL, &buffer, NULL) == OUTLIVE_E_BAD_ARGUMENT && !buffer);
  CHECK(outlive_module_from_text(outlive_str_from(program), NULL, &module, NULL) == OUTLIVE_OK);
  CHECK(outlive_module_print(module, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "text is NULL");
  CHECK(outlive_module_encode(module, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "image is NULL");
  outlive_module_free(module);
  outlive_module_free(NULL);
  outlive_buffer_free(image);
}

void test_module(void) {
  there_and_back();
  passes();
  questions();
  what_is_wrong();
}
