/* The smallest useful client: reads an image from a file and says how many of its sites are on the heap. What it links to is what
   the image path costs. */
#include "outlive.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  unsigned char *image = NULL;
  size_t len = 0, got, i, heap = 0, count = 0, entry_size = 0;
  outlive_result *result = NULL;
  outlive_error *error = NULL;
  const outlive_verdict *verdicts = NULL;
  if (!file) return 2;
  do {
    image = realloc(image, len + 65536);
    if (!image) return 2;
    got = fread(image + len, 1, 65536, file);
    len += got;
  } while (got > 0);
  fclose(file);
  if (outlive_analyze_image(image, len, NULL, &result, &error) != OUTLIVE_OK) {
    outlive_str message = outlive_error_message(error);
    fprintf(stderr, "%.*s\n", (int)message.len, message.data);
    outlive_error_free(error);
    free(image);
    return 1;
  }
  free(image);
  if (outlive_result_verdicts(result, &verdicts, &count, &entry_size) != OUTLIVE_OK) return 1;
  for (i = 0; i < count; i++) {
    const outlive_verdict *row = (const outlive_verdict *)(const void *)((const char *)verdicts + i * entry_size);
    heap += row->placement == OUTLIVE_PLACE_HEAP;
  }
  outlive_result_free(result);
  printf("%lu of %lu\n", (unsigned long)heap, (unsigned long)count);
  return 0;
}
