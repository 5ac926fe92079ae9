/* Runs the C tests: every function of outlive.h on good paths and bad ones. Argument: the folder of golden images. */
#include "check.h"

int checks, failures;

const char program[] =
    "module \"example\"\n"
    "func main.leak func(int) *int @example.go:3:6 {\n"
    "b0(a: int):\n"
    "  x: *int = var \"x\" {param 0} @3:11\n"
    "  store x, a @3:11\n"
    "  return x @4:2\n"
    "}\n"
    "func main.read func(*int) int @example.go:7:6 {\n"
    "b0(a: *int):\n"
    "  p: **int = var \"p\" {param 0} @7:11\n"
    "  store p, a @7:11\n"
    "  q: *int = load p @8:10\n"
    "  v: int = load q @8:9\n"
    "  return v @8:2\n"
    "}\n"
    "func main.main func() @example.go:11:6 {\n"
    "b0():\n"
    "  y: *int = var \"y\" @12:6\n"
    "  n: int = call main.read y @13:6\n"
    "  r: *int = call main.leak n @14:6\n"
    "  return @15:1\n"
    "}\n";

void check_error(const char *file, int line, outlive_error **error, outlive_status status, const char *words) {
  checks++;
  if (!*error || outlive_error_status(*error) != status || !contains(outlive_error_message(*error), words)) {
    outlive_str message = outlive_error_message(*error);
    failures++;
    fprintf(stderr, "%s:%d: failed: status %d, \"%.*s\"; wanted %d, \"...%s...\"\n", file, line,
            (int)outlive_error_status(*error), (int)message.len, message.data ? message.data : "", (int)status, words);
  }
  outlive_error_free(*error);
  *error = NULL;
}

int is(outlive_str str, const char *text) {
  return str.len == strlen(text) && (str.len == 0 || memcmp(str.data, text, str.len) == 0);
}

int contains(outlive_str str, const char *text) {
  size_t i, len = strlen(text);
  for (i = 0; i + len <= str.len; i++) {
    if (memcmp(str.data + i, text, len) == 0) return 1;
  }
  return len == 0;
}

outlive_buffer *image_of(const char *text) {
  outlive_buffer *image = NULL;
  outlive_error *error = NULL;
  if (outlive_image_from_text(outlive_str_from(text), NULL, &image, &error) != OUTLIVE_OK) {
    outlive_str message = outlive_error_message(error);
    fprintf(stderr, "the test's own text: %.*s\n", (int)message.len, message.data);
    exit(2);
  }
  return image;
}

const outlive_verdict *find_verdict(const outlive_result *result, unsigned kind, const char *function) {
  const outlive_verdict *rows = NULL;
  size_t i, count = 0, entry_size = 0;
  if (outlive_result_verdicts(result, &rows, &count, &entry_size) != OUTLIVE_OK) return NULL;
  for (i = 0; i < count; i++) {
    const outlive_verdict *row = (const outlive_verdict *)(const void *)((const char *)rows + i * entry_size);
    if (row->kind == kind && is(outlive_result_function_name(result, row->func), function)) return row;
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FOLDER-OF-GOLDEN-IMAGES\n", argv[0]);
    return 2;
  }
  test_version();
  test_words();
  test_layout();
  test_text();
  test_analyze();
  test_module();
  test_analysis();
  test_builder();
  test_builder_errors();
  test_facts();
  test_explain();
  test_suggest();
  test_errors();
  test_threads();
  test_golden(argv[1]);
  printf("%d passed, %d failed\n", checks - failures, failures);
  return failures != 0;
}
