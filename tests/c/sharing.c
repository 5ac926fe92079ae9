/* Threads on one image and on one result; and the golden images, which other languages read too. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <dirent.h>
#include <pthread.h>

enum { THREADS = 4, ROUNDS = 25 };

struct shared {
  const outlive_buffer *image;
  const outlive_result *result;
};

/* Counts what went wrong; the checks of the main thread are not for several threads. */
static void *work(void *argument) {
  const struct shared *shared = argument;
  size_t round, wrong = 0;
  for (round = 0; round < ROUNDS; round++) {
    const outlive_verdict *rows = NULL;
    size_t count = 0, entry_size = 0;
    outlive_result *own = NULL;
    outlive_explanation *why = NULL;
    outlive_status status = outlive_analyze_image(outlive_buffer_data(shared->image), outlive_buffer_len(shared->image),
                                                  NULL, &own, NULL);
    wrong += status != OUTLIVE_OK;
    outlive_result_free(own);
    wrong += outlive_result_verdicts(shared->result, &rows, &count, &entry_size) != OUTLIVE_OK || count != 3;
    wrong += outlive_result_explain(shared->result, rows[0].site, &why, NULL) != OUTLIVE_OK;
    outlive_explanation_free(why);
  }
  return (void *)wrong;
}

void test_threads(void) {
  outlive_buffer *image = image_of(program);
  outlive_result *result = NULL;
  struct shared shared;
  pthread_t threads[THREADS];
  int i;
  CHECK(outlive_analyze_image(outlive_buffer_data(image), outlive_buffer_len(image), NULL, &result, NULL) == OUTLIVE_OK);
  shared.image = image;
  shared.result = result;
  for (i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, &shared) == 0);
  for (i = 0; i < THREADS; i++) {
    void *wrong = NULL;
    CHECK(pthread_join(threads[i], &wrong) == 0 && wrong == NULL);
  }
  outlive_result_free(result);
  outlive_buffer_free(image);
}

static void golden(const char *path) {
  FILE *file = fopen(path, "rb");
  unsigned char *bytes;
  long size;
  outlive_buffer *text = NULL;
  outlive_error *error = NULL;
  outlive_result *result = NULL;
  CHECK(file != NULL);
  if (!file) return;
  fseek(file, 0, SEEK_END);
  size = ftell(file);
  rewind(file);
  bytes = malloc((size_t)size);
  CHECK(fread(bytes, 1, (size_t)size, file) == (size_t)size);
  fclose(file);
  CHECK(outlive_print_image(bytes, (size_t)size, NULL, &text, &error) == OUTLIVE_OK && outlive_buffer_len(text) > 0);
  outlive_buffer_free(text);
  /* Most golden images are programs; those that are only shapes of the format must be refused as such. */
  if (outlive_verify_image(bytes, (size_t)size, NULL, NULL) == OUTLIVE_OK) {
    CHECK(outlive_analyze_image(bytes, (size_t)size, NULL, &result, &error) == OUTLIVE_OK);
    outlive_result_free(result);
  } else {
    CHECK(outlive_analyze_image(bytes, (size_t)size, NULL, &result, &error) == OUTLIVE_E_INVALID_MODULE && !result);
  }
  outlive_error_free(error);
  free(bytes);
}

void test_golden(const char *folder) {
  DIR *dir = opendir(folder);
  struct dirent *entry;
  int found = 0;
  CHECK(dir != NULL);
  if (!dir) return;
  while ((entry = readdir(dir)) != NULL) {
    const char *end = strrchr(entry->d_name, '.');
    if (end && strcmp(end, ".oiri") == 0) {
      char path[4096];
      snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
      golden(path);
      found++;
    }
  }
  closedir(dir);
  CHECK(found >= 1);
}
