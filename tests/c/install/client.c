/* A client of an installed Outlive: builds a module from text, analyses it, and says what it was linked with. */
#include <outlive.h>

#include <stdio.h>

int main(void) {
  const char *text =
      "module \"client\"\n"
      "func main.keep func() *int @main.go:3:6 {\n"
      "b0():\n"
      "  x: *int = new \"new(int)\" {new} @3:31\n"
      "  return x @3:24\n"
      "}\n";
  outlive_buffer *image = NULL;
  outlive_result *result = NULL;
  const outlive_verdict *verdicts = NULL;
  size_t count = 0, entry_size = 0;
  int heap;
  outlive_abi_1();
  if (outlive_abi_version() != OUTLIVE_ABI_VERSION) return 2;
  if (outlive_image_from_text(outlive_str_from(text), NULL, &image, NULL) != OUTLIVE_OK) return 3;
  if (outlive_analyze_image(outlive_buffer_data(image), outlive_buffer_len(image), NULL, &result, NULL) != OUTLIVE_OK) return 4;
  if (outlive_result_verdicts(result, &verdicts, &count, &entry_size) != OUTLIVE_OK || count != 1) return 5;
  heap = verdicts->placement == OUTLIVE_PLACE_HEAP;
  outlive_result_free(result);
  outlive_buffer_free(image);
  puts(heap ? "heap" : "not heap");
  return heap ? 0 : 1;
}
