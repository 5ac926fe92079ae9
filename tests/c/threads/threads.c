/* Threads on shared handles, which are const, and each on handles of its own. Arguments: threads, rounds. For helgrind as well, which
 * sees every access; what it takes for a race is suppressed in helgrind.supp, each with its reason. */
#define _POSIX_C_SOURCE 200809L
#include "outlive.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] =
    "module \"example\"\n"
    "func main.leak func(int) *int @example.go:3:6 {\n"
    "b0(a: int):\n"
    "  x: *int = var \"x\" {param 0} @3:11\n"
    "  store x, a @3:11\n"
    "  return x @4:2\n"
    "}\n"
    "func main.main func() @example.go:11:6 {\n"
    "b0():\n"
    "  y: *int = var \"y\" @12:6\n"
    "  n: int = load y @13:6\n"
    "  r: *int = call main.leak n @14:6\n"
    "  return @15:1\n"
    "}\n";

static outlive_buffer *image;
static outlive_module *module;
static outlive_result *result;
static outlive_error *error;
static uint32_t cancel;
static unsigned long rounds = 4;

/* What went wrong, by thread. */
#define EXPECT(cond) (wrong += (cond) ? 0 : (fprintf(stderr, "threads.c:%d: failed: %s\n", __LINE__, #cond), 1))

/* A module of its own, node by node. */
static size_t build(void) {
  size_t wrong = 0;
  outlive_builder *builder = NULL;
  outlive_body *body = NULL;
  outlive_module *built = NULL;
  outlive_block entry;
  outlive_function func;
  outlive_function_desc function;
  outlive_module_desc desc;
  memset(&desc, 0, sizeof desc);
  memset(&function, 0, sizeof function);
  desc.struct_size = (uint32_t)sizeof desc;
  function.struct_size = (uint32_t)sizeof function;
  function.name = outlive_str_from("f");
  EXPECT(outlive_builder_new(&desc, &builder, NULL) == OUTLIVE_OK);
  EXPECT(outlive_builder_type_func(builder, NULL, 0, NULL, 0, 0, &function.type, NULL) == OUTLIVE_OK);
  EXPECT(outlive_builder_function(builder, &function, &func, NULL) == OUTLIVE_OK);
  EXPECT(outlive_body_new(builder, func, &body, NULL) == OUTLIVE_OK);
  EXPECT(outlive_body_block(body, NULL, 0, &entry, NULL, NULL) == OUTLIVE_OK);
  EXPECT(outlive_body_switch_to(body, entry, NULL) == OUTLIVE_OK);
  EXPECT(outlive_body_return(body, NULL, 0, NULL) == OUTLIVE_OK);
  EXPECT(outlive_body_finish(body, NULL) == OUTLIVE_OK);
  EXPECT(outlive_builder_finish(builder, &built, NULL) == OUTLIVE_OK);
  outlive_body_free(body);
  outlive_builder_free(builder);
  outlive_module_free(built);
  return wrong;
}

/* What is shared, read in every way there is. */
static size_t read_shared(void) {
  size_t wrong = 0, count = 0, entry_size = 0;
  const outlive_verdict *rows = NULL, *row = NULL;
  const outlive_summary *summaries = NULL;
  const uint32_t *list = NULL;
  outlive_explanation *why = NULL;
  outlive_buffer *made = NULL;
  outlive_position position;
  outlive_stats stats;
  uint32_t func = 9;
  EXPECT(outlive_result_verdicts(result, &rows, &count, &entry_size) == OUTLIVE_OK && count == 2);
  EXPECT(outlive_result_summaries(result, &summaries, &count, &entry_size) == OUTLIVE_OK);
  EXPECT(outlive_result_verdict_of_site(result, 0, &row, NULL) == OUTLIVE_OK && row == rows);
  EXPECT(outlive_result_verdicts_of_function(result, 1, &list, &count, NULL) == OUTLIVE_OK && count == 1);
  EXPECT(outlive_result_verdicts_at(result, outlive_str_from("example.go"), 12, 0, &list, &count, NULL) == OUTLIVE_OK && count == 1);
  EXPECT(outlive_result_find_function(result, outlive_str_from("main.main"), &func, NULL) == OUTLIVE_OK && func == 1);
  EXPECT(outlive_result_position(result, rows[0].pos, &position) == OUTLIVE_OK && position.line == 3);
  EXPECT(outlive_result_site_name(result, 0).len == 1 && outlive_result_function_name(result, 0).len == 9);
  EXPECT(outlive_result_stats(result, sizeof stats, &stats) == OUTLIVE_OK && stats.verdicts == 2);
  EXPECT(outlive_result_explain(result, 0, &why, NULL) == OUTLIVE_OK && outlive_explanation_line(why, 0).len > 0);
  outlive_explanation_free(why);
  EXPECT(outlive_result_facts(result, &made, NULL) == OUTLIVE_OK);
  outlive_buffer_free(made);
  EXPECT(outlive_module_print(module, &made, NULL) == OUTLIVE_OK);
  outlive_buffer_free(made);
  EXPECT(outlive_error_message(error).len > 0);
  return wrong;
}

static void *work(void *unused) {
  size_t wrong = 0;
  unsigned long round;
  (void)unused;
  for (round = 0; round < rounds; round++) {
    outlive_options options = OUTLIVE_OPTIONS_INIT;
    outlive_result *own = NULL;
    outlive_error *failure = NULL;
    options.cancel = &cancel;
    EXPECT(outlive_analyze_module(module, &options, &own, NULL) == OUTLIVE_OK);
    EXPECT(outlive_check_verdicts(own, NULL) == OUTLIVE_OK);
    outlive_result_free(own);
    EXPECT(outlive_analyze_image(outlive_buffer_data(image), outlive_buffer_len(image), NULL, &own, NULL) == OUTLIVE_OK);
    outlive_result_free(own);
    EXPECT(outlive_analyze_image(NULL, 1, NULL, &own, &failure) == OUTLIVE_E_BAD_ARGUMENT);
    outlive_error_free(failure);
    wrong += read_shared();
    wrong += build();
  }
  return (void *)wrong;
}

int main(int argc, char **argv) {
  unsigned long n, threads = argc > 1 ? strtoul(argv[1], NULL, 10) : 64;
  size_t wrong = 0;
  pthread_t *ids = malloc(threads * sizeof *ids);
  if (argc > 2) rounds = strtoul(argv[2], NULL, 10);
  EXPECT(outlive_image_from_text(outlive_str_from(program), NULL, &image, NULL) == OUTLIVE_OK);
  EXPECT(outlive_module_from_text(outlive_str_from(program), NULL, &module, NULL) == OUTLIVE_OK);
  EXPECT(outlive_analyze_module(module, NULL, &result, NULL) == OUTLIVE_OK);
  EXPECT(outlive_verify_image(NULL, 0, NULL, &error) != OUTLIVE_OK);
  for (n = 0; n < threads; n++) EXPECT(pthread_create(&ids[n], NULL, work, NULL) == 0);
  for (n = 0; n < threads; n++) {
    void *own = NULL;
    EXPECT(pthread_join(ids[n], &own) == 0);
    wrong += (size_t)own;
  }
  free(ids);
  outlive_error_free(error);
  outlive_result_free(result);
  outlive_module_free(module);
  outlive_buffer_free(image);
  printf("%lu threads, %lu rounds each: %lu wrong\n", threads, rounds, (unsigned long)wrong);
  return wrong != 0;
}
