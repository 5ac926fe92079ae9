/* toy: compiles FILE as far as the question where its variables live, and prints the answers.
 *
 *   toy [-c] [-ir] [-model M] FILE
 *
 * Exit codes: 0 fine, 1 the program is wrong (with -c also: the address of a variable outlives it), 2 the command line is, or the file
 * cannot be read, 3 a mistake of this compiler. */
#include "toy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print(outlive_str str) { printf("%.*s", (int)str.len, str.data ? str.data : ""); }

static char *read_file(const char *file) {
  FILE *in = fopen(file, "rb");
  char *text = NULL;
  size_t len = 0, size = 0, got;
  if (!in) return NULL;
  do {
    if (len + 4096 > size) {
      char *grown = realloc(text, size = 2 * size + 8192);
      if (!grown) break;
      text = grown;
    }
    got = fread(text + len, 1, 4096, in);
    len += got;
  } while (got > 0);
  if (ferror(in) || !text) {
    free(text);
    text = NULL;
  } else {
    text[len] = 0;
  }
  fclose(in);
  return text;
}

static void print_position(const outlive_result *result, uint32_t pos) {
  outlive_position position;
  if (outlive_result_position(result, pos, &position) != OUTLIVE_OK) return;
  print(position.file);
  printf(":%u:%u: ", (unsigned)position.line, (unsigned)position.column);
}

/* One verdict with its reason, and the path that leads to it. Whether it is bad news. */
static int print_verdict(const outlive_result *result, const outlive_verdict *verdict, int frames) {
  outlive_explanation *why = NULL;
  const int dangles = (verdict->flags & OUTLIVE_FLAG_DANGLES) != 0;
  size_t step;
  print_position(result, verdict->pos);
  print(outlive_result_function_name(result, verdict->func));
  printf(": ");
  print(outlive_result_site_name(result, verdict->site));
  printf(": ");
  if (frames && verdict->kind != OUTLIVE_SITE_NEW) {
    printf(dangles ? "dangles" : "fine");
  } else {
    print(outlive_placement_name(verdict->placement));
  }
  printf(": ");
  print(outlive_reason_words(verdict->reason));
  putchar('\n');
  if (outlive_result_explain(result, verdict->site, &why, NULL) == OUTLIVE_OK) {
    for (step = 0; outlive_explanation_line(why, step).len > 0; step++) {
      printf("    ");
      print(outlive_explanation_line(why, step));
      putchar('\n');
    }
    outlive_explanation_free(why);
  }
  return dangles;
}

static int answer(const outlive_module *module, const char *model, int frames) {
  outlive_options options = OUTLIVE_OPTIONS_INIT;
  outlive_result *result = NULL;
  outlive_error *error = NULL;
  const outlive_verdict *verdicts = NULL;
  size_t i, count = 0, entry_size = 0;
  int bad = 0;
  outlive_status status;
  options.model = outlive_str_from(model);
  status = outlive_analyze_module(module, &options, &result, &error);
  if (status == OUTLIVE_E_UNKNOWN_MODEL) {
    const outlive_str message = outlive_error_message(error);
    fprintf(stderr, "toy: %.*s\n", (int)message.len, message.data);
    outlive_error_free(error);
    return 2;
  }
  if (status != OUTLIVE_OK) give_up(status, error);
  status = outlive_result_verdicts(result, &verdicts, &count, &entry_size);
  if (status != OUTLIVE_OK) give_up(status, NULL);
  for (i = 0; i < count; i++) {
    const outlive_verdict *row = (const outlive_verdict *)(const void *)((const char *)verdicts + i * entry_size);
    bad |= print_verdict(result, row, frames);
  }
  outlive_result_free(result);
  return bad;
}

static int print_ir(const outlive_module *module) {
  outlive_buffer *text = NULL;
  outlive_error *error = NULL;
  const outlive_status status = outlive_module_print(module, &text, &error);
  if (status != OUTLIVE_OK) give_up(status, error);
  fwrite(outlive_buffer_data(text), 1, outlive_buffer_len(text), stdout);
  outlive_buffer_free(text);
  return 0;
}

static int usage(void) {
  fprintf(stderr, "usage: toy [-c] [-ir] [-model gc|textbook|precise] FILE\n");
  return 2;
}

int main(int argc, char **argv) {
  const char *file = NULL, *model = "";
  int frames = 0, ir = 0, code, i;
  struct program *program;
  outlive_module *module;
  char *text;
  for (i = 1; i < argc; i++) {
    if (strcmp(argv[i], "-c") == 0) {
      frames = 1;
    } else if (strcmp(argv[i], "-ir") == 0) {
      ir = 1;
    } else if (strcmp(argv[i], "-model") == 0 && i + 1 < argc) {
      model = argv[++i];
    } else if (argv[i][0] == '-' || file) {
      return usage();
    } else {
      file = argv[i];
    }
  }
  if (!file) return usage();
  text = read_file(file);
  if (!text) {
    fprintf(stderr, "toy: cannot read %s\n", file);
    return 2;
  }
  error_file = file;
  program = parse(file, text);
  check(program);
  module = emit(program, frames);
  code = ir ? print_ir(module) : answer(module, model, frames);
  outlive_module_free(module);
  free_all();
  free(text);
  return code;
}
