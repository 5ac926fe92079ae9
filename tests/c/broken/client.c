/* Does what a client must not do, one thing per argument, so that tests/c/broken.sh can see that the tools which watch the C tests
   notice. Without an argument it does nothing wrong. */
#include "../check.h"

#include <limits.h>

int checks, failures;

int main(int argc, char **argv) {
  const char *wrong = argc > 1 ? argv[1] : "";
  const char *text = "module \"broken\"\n";
  outlive_buffer *image = NULL;
  if (outlive_image_from_text(outlive_str_from(text), NULL, &image, NULL) != OUTLIVE_OK) return 2;
  if (strcmp(wrong, "leak") == 0) {
    image = NULL;
    return 0;
  }
  if (strcmp(wrong, "use-after-free") == 0) {
    const volatile unsigned char *bytes = outlive_buffer_data(image);
    outlive_buffer_free(image);
    printf("%d\n", bytes[0]);
    return 0;
  }
  if (strcmp(wrong, "overflow") == 0) {
    volatile int most = INT_MAX;
    most = most + (int)outlive_abi_version();
    printf("%d\n", most);
  }
  outlive_buffer_free(image);
  return 0;
}
