/* Analysing modules: options for the call itself, and lookups in what it answers. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

static outlive_result *analyze(const outlive_module *module, const outlive_options *options) {
  outlive_result *result = NULL;
  outlive_error *error = NULL;
  CHECK(outlive_analyze_module(module, options, &result, &error) == OUTLIVE_OK && result && !error);
  return result;
}

static outlive_module *module_of(const char *text) {
  outlive_module *module = NULL;
  CHECK(outlive_module_from_text(outlive_str_from(text), NULL, &module, NULL) == OUTLIVE_OK);
  return module;
}

static void one_module_several_results(void) {
  outlive_module *module = module_of(program);
  outlive_options options = OUTLIVE_OPTIONS_INIT;
  outlive_result *gc = analyze(module, NULL), *textbook, *none = NULL;
  const outlive_verdict *kept;
  outlive_stats stats;
  outlive_error *error = NULL;
  options.model = outlive_str_from("textbook");
  textbook = analyze(module, &options);
  CHECK(outlive_analyze_module(NULL, NULL, &none, &error) == OUTLIVE_E_BAD_ARGUMENT && !none);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "module is NULL");
  CHECK(outlive_analyze_module(module, NULL, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "result is NULL");
  /* Results do not need the module. */
  outlive_module_free(module);
  kept = find_verdict(gc, OUTLIVE_SITE_VAR, "main.main");
  CHECK(kept && kept->placement == OUTLIVE_PLACE_STACK);
  kept = find_verdict(textbook, OUTLIVE_SITE_VAR, "main.main");
  CHECK(kept && kept->placement == OUTLIVE_PLACE_HEAP);
  CHECK(outlive_check_verdicts(gc, NULL) == OUTLIVE_OK && outlive_check_verdicts(textbook, NULL) == OUTLIVE_OK);
  CHECK(outlive_result_stats(gc, sizeof stats, &stats) == OUTLIVE_OK);
  CHECK(stats.image_bytes == 0 && stats.decode_ns == 0 && stats.instructions == 12 && stats.bodies == 3);
  CHECK(stats.summaries == 1 && stats.bounded == 0 && stats.beyond_budget == 0 && stats.never_allocates == 0);
  outlive_result_free(gc);
  outlive_result_free(textbook);
}

static void lookups(void) {
  outlive_module *module = module_of(program);
  outlive_result *result = analyze(module, NULL);
  const outlive_verdict *rows = NULL, *leaked, *found = NULL;
  const outlive_summary *summaries = NULL;
  const uint32_t *list = NULL;
  const uint32_t *const untouched = (const uint32_t *)(const void *)&checks;
  outlive_error *error = NULL;
  size_t count = 0, entry_size = 0;
  uint32_t func = 7;
  outlive_str file = outlive_str_from("example.go");
  outlive_module_free(module);
  leaked = find_verdict(result, OUTLIVE_SITE_PARAM, "main.leak");
  CHECK(outlive_result_verdicts(result, &rows, &count, &entry_size) == OUTLIVE_OK && count == 3);
  CHECK(outlive_result_verdict_of_site(result, leaked->site, &found, &error) == OUTLIVE_OK && found == leaked);
  CHECK(outlive_result_verdict_of_site(result, 99, &found, &error) == OUTLIVE_E_NOT_FOUND && found == leaked);
  CHECK_ERROR(error, OUTLIVE_E_NOT_FOUND, "site 99");
  CHECK(outlive_result_verdict_of_site(NULL, 0, &found, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_verdict_of_site(result, 0, NULL, NULL) == OUTLIVE_E_BAD_ARGUMENT);

  CHECK(outlive_result_find_function(result, outlive_str_from("main.read"), &func, &error) == OUTLIVE_OK && func == 1);
  CHECK(outlive_result_find_function(result, outlive_str_from("main"), &func, &error) == OUTLIVE_E_NOT_FOUND);
  CHECK_ERROR(error, OUTLIVE_E_NOT_FOUND, "\"main\"");
  CHECK(outlive_result_find_function(result, file, NULL, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_find_function(NULL, file, &func, NULL) == OUTLIVE_E_BAD_ARGUMENT && func == 1);

  CHECK(outlive_result_verdicts_of_function(result, leaked->func, &list, &count, &error) == OUTLIVE_OK);
  CHECK(count == 1 && &rows[list[0]] == leaked);
  list = untouched;
  CHECK(outlive_result_verdicts_of_function(result, 3, &list, &count, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "no function 3");
  CHECK(outlive_result_verdicts_of_function(NULL, 0, &list, &count, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_verdicts_of_function(result, 0, NULL, &count, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_verdicts_of_function(result, 0, &list, NULL, NULL) == OUTLIVE_E_BAD_ARGUMENT);

  CHECK(outlive_result_verdicts_at(result, outlive_str_from("other.go"), 3, 0, &list, &count, &error) == OUTLIVE_E_NOT_FOUND);
  CHECK_ERROR(error, OUTLIVE_E_NOT_FOUND, "other.go");
  CHECK(outlive_result_verdicts_at(NULL, file, 3, 0, &list, &count, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_verdicts_at(result, file, 3, 0, NULL, &count, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_verdicts_at(result, file, 3, 0, &list, NULL, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_verdicts_at(result, outlive_str_from("\xff"), 3, 0, &list, &count, NULL) == OUTLIVE_E_BAD_UTF8);
  CHECK(list == untouched && count == 1);
  CHECK(outlive_result_verdicts_at(result, file, 3, 0, &list, &count, &error) == OUTLIVE_OK);
  CHECK(count == 1 && &rows[list[0]] == leaked);
  CHECK(outlive_result_verdicts_at(result, file, 3, 11, &list, &count, &error) == OUTLIVE_OK && count == 1);
  CHECK(outlive_result_verdicts_at(result, file, 3, 12, &list, &count, &error) == OUTLIVE_OK && count == 0);
  CHECK(outlive_result_verdicts_at(result, file, 4, 0, &list, &count, &error) == OUTLIVE_OK && count == 0);

  CHECK(outlive_result_summaries_of_function(result, 1, &summaries, &count, &entry_size, &error) == OUTLIVE_OK);
  CHECK(count == 1 && summaries->func == 1 && summaries->heap == 0 && entry_size == sizeof *summaries);
  CHECK(outlive_result_summaries_of_function(result, 2, &summaries, &count, &entry_size, &error) == OUTLIVE_OK && count == 0);
  CHECK(outlive_result_summaries_of_function(result, 3, &summaries, &count, &entry_size, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "no function 3");
  CHECK(outlive_result_summaries_of_function(result, 1, NULL, &count, &entry_size, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_result_summaries_of_function(NULL, 1, &summaries, &count, &entry_size, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  outlive_result_free(result);
}

static void cancel_and_progress(void) {
  outlive_module *module = module_of(program);
  outlive_buffer *image = image_of(program);
  outlive_options options = OUTLIVE_OPTIONS_INIT;
  outlive_error *error = NULL;
  outlive_result *const untouched = (outlive_result *)(void *)&checks;
  outlive_result *result = untouched;
  uint32_t cancel[2] = {0, 0};
  uint64_t progress = 99, total = 99;
  options.cancel = cancel;
  options.progress = &progress;
  options.total = &total;
  outlive_result_free(analyze(module, &options));
  CHECK(progress == 3 && total == 3);
  cancel[0] = 1;
  CHECK(outlive_analyze_module(module, &options, &result, &error) == OUTLIVE_E_CANCELLED && result == untouched);
  CHECK_ERROR(error, OUTLIVE_E_CANCELLED, "cancelled");
  CHECK(outlive_analyze_image(outlive_buffer_data(image), outlive_buffer_len(image), &options, &result, &error) ==
        OUTLIVE_E_CANCELLED);
  CHECK_ERROR(error, OUTLIVE_E_CANCELLED, "cancelled");
  CHECK(outlive_verify_image(outlive_buffer_data(image), outlive_buffer_len(image), &options, NULL) == OUTLIVE_E_CANCELLED);
  /* What was cancelled does no harm to anything. */
  cancel[0] = 0;
  outlive_result_free(analyze(module, &options));
  options.cancel = (const uint32_t *)(const void *)((const char *)cancel + 1);
  CHECK(outlive_analyze_module(module, &options, &result, &error) == OUTLIVE_E_BAD_ARGUMENT && result == untouched);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "options.cancel is not aligned");
  outlive_buffer_free(image);
  outlive_module_free(module);
}

static void limits_by_hand(void) {
  static const char large[] =
      "module \"m\"\n"
      "func f func(int) {\n"
      "b0(n: int):\n"
      "  x: *[100]int = var \"x\"\n"
      "  s: []int = make_slice \"s\" n, n\n"
      "  return\n"
      "}\n";
  outlive_module *module = module_of(large);
  outlive_options options = OUTLIVE_OPTIONS_INIT;
  outlive_limits limits = OUTLIVE_LIMITS_INIT;
  outlive_error *error = NULL;
  outlive_result *result;
  const outlive_verdict *x, *s;
  size_t i;
  options.limits = &limits;
  /* Nothing is set: as the profile says. */
  result = analyze(module, &options);
  x = find_verdict(result, OUTLIVE_SITE_VAR, "f");
  s = find_verdict(result, OUTLIVE_SITE_MAKE_SLICE, "f");
  CHECK(x && x->placement == OUTLIVE_PLACE_STACK);
  CHECK(s && s->placement == OUTLIVE_PLACE_BOUNDED && s->bound == 32);
  outlive_result_free(result);
  /* Zero is a limit as well, once it is set. */
  limits.set = OUTLIVE_LIMIT_MAX_VARIABLE | OUTLIVE_LIMIT_BOUNDED_MAKE;
  result = analyze(module, &options);
  x = find_verdict(result, OUTLIVE_SITE_VAR, "f");
  s = find_verdict(result, OUTLIVE_SITE_MAKE_SLICE, "f");
  CHECK(x && x->placement == OUTLIVE_PLACE_HEAP && x->reason == OUTLIVE_REASON_TOO_LARGE);
  CHECK(s && s->placement == OUTLIVE_PLACE_HEAP && s->reason == OUTLIVE_REASON_RUN_TIME_SIZE);
  CHECK(outlive_check_verdicts(result, NULL) == OUTLIVE_OK);
  outlive_result_free(result);
  /* From another profile, and one limit changed. */
  CHECK(outlive_profile_limits(outlive_str_from("tinygo"), sizeof limits, &limits, &error) == OUTLIVE_OK);
  CHECK(limits.struct_size == sizeof limits && limits.max_variable == 256 && limits.bounded_make == 0 && limits.set == 255);
  limits.max_variable = 800;
  result = analyze(module, &options);
  x = find_verdict(result, OUTLIVE_SITE_VAR, "f");
  CHECK(x && x->placement == OUTLIVE_PLACE_STACK);
  outlive_result_free(result);

  limits.set = 1u << 31;
  CHECK(outlive_analyze_module(module, &options, &result, &error) == OUTLIVE_E_UNSUPPORTED);
  CHECK_ERROR(error, OUTLIVE_E_UNSUPPORTED, "options.limits");
  limits.struct_size = 8;
  CHECK(outlive_analyze_module(module, &options, &result, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "OUTLIVE_LIMITS_INIT");
  CHECK(outlive_profile_limits(outlive_str_from("none"), sizeof limits, &limits, &error) == OUTLIVE_E_UNKNOWN_PROFILE);
  CHECK_ERROR(error, OUTLIVE_E_UNKNOWN_PROFILE, "known: go1.26");
  CHECK(outlive_profile_limits(outlive_str_from(""), 8, &limits, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "limits_size is 8");
  CHECK(outlive_profile_limits(outlive_str_from(""), sizeof limits, NULL, NULL) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(limits.struct_size == 8);
  outlive_module_free(module);

  CHECK(is(outlive_profile_name(0), "go1.26") && is(outlive_model_name(0), "gc"));
  CHECK(outlive_profile_name(1000).len == 0 && outlive_model_name(1000).len == 0);
  for (i = 0; outlive_profile_name(i).len > 0; i++) {
    limits.struct_size = 0;
    CHECK(outlive_profile_limits(outlive_profile_name(i), sizeof limits, &limits, NULL) == OUTLIVE_OK);
    CHECK(limits.struct_size == sizeof limits);
  }
  CHECK(i == 5);
}

/* A forked child has one thread, and the library works with it; so does the parent, before and after. */
static void fork_with_one_thread(void) {
  outlive_module *module = module_of(program);
  outlive_result *result = analyze(module, NULL);
  outlive_explanation *why = NULL;
  int status = 1;
  pid_t child = fork();
  if (child == 0) {
    outlive_result *own = NULL;
    outlive_options options = OUTLIVE_OPTIONS_INIT;
    int fine = outlive_analyze_module(module, &options, &own, NULL) == OUTLIVE_OK &&
               outlive_result_explain(result, 0, &why, NULL) == OUTLIVE_OK && outlive_check_verdicts(result, NULL) == OUTLIVE_OK;
    _exit(fine ? 0 : 1);
  }
  CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK(outlive_result_explain(result, 0, &why, NULL) == OUTLIVE_OK);
  outlive_explanation_free(why);
  outlive_result_free(result);
  outlive_module_free(module);
}

/* Threads are asked for; there is nothing to do for them here, but it must not matter. */
static void threads(void) {
  static const uint32_t numbers[] = {1, 2, 64, OUTLIVE_THREADS_ALL};
  outlive_module *module = module_of(program);
  outlive_result *one = analyze(module, NULL);
  const outlive_verdict *expected = NULL, *rows = NULL;
  size_t i, count = 0, entry_size = 0;
  CHECK(outlive_result_verdicts(one, &expected, &count, &entry_size) == OUTLIVE_OK);
  for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    outlive_options options = OUTLIVE_OPTIONS_INIT;
    outlive_result *several;
    options.threads = numbers[i];
    several = analyze(module, &options);
    CHECK(outlive_result_verdicts(several, &rows, &count, &entry_size) == OUTLIVE_OK);
    CHECK(memcmp(rows, expected, count * entry_size) == 0);
    outlive_result_free(several);
  }
  outlive_result_free(one);
  outlive_module_free(module);
}

void test_analysis(void) {
  one_module_several_results();
  lookups();
  cancel_and_progress();
  limits_by_hand();
  fork_with_one_thread();
  threads();
}
