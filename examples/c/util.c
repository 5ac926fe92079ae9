#include "toy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const struct type type_void = {TYPE_VOID, NULL, NULL}, type_int = {TYPE_INT, NULL, NULL}, type_bool = {TYPE_BOOL, NULL, NULL},
                  type_nil = {TYPE_NIL, NULL, NULL};

const char *error_file = "toy";

/* Every allocation begins with a link to the one before it. */
union header {
  union header *previous;
  double alignment;
};

static union header *last;

void *allocate(size_t size) {
  union header *header = calloc(1, sizeof *header + size);
  if (!header) {
    fprintf(stderr, "toy: out of memory\n");
    exit(2);
  }
  header->previous = last;
  last = header;
  return header + 1;
}

void free_all(void) {
  while (last) {
    union header *previous = last->previous;
    free(last);
    last = previous;
  }
}

void fail(struct pos pos, const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (pos.line) {
    fprintf(stderr, "%s:%u:%u: ", error_file, (unsigned)pos.line, (unsigned)pos.column);
  } else {
    fprintf(stderr, "%s: ", error_file);
  }
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  free_all();
  exit(1);
}
