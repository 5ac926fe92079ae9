/* Suggestions: what to change so that a site is not on the heap. */
#include "check.h"

static outlive_result *analyzed(const char *text) {
  outlive_buffer *image = image_of(text);
  outlive_result *result = NULL;
  CHECK(outlive_analyze_image(outlive_buffer_data(image), outlive_buffer_len(image), NULL, &result, NULL) == OUTLIVE_OK);
  outlive_buffer_free(image);
  return result;
}

static void one_change(void) {
  outlive_result *result = analyzed(program);
  const outlive_verdict *x = find_verdict(result, OUTLIVE_SITE_PARAM, "main.leak");
  const outlive_suggestion *row = NULL;
  const outlive_change *change = NULL;
  const uint32_t *freed = NULL;
  outlive_suggestions *suggestions = NULL;
  outlive_error *error = NULL;
  size_t count = 99, size = 0;
  CHECK(x && x->placement == OUTLIVE_PLACE_HEAP);
  CHECK(outlive_result_suggest(result, x->site, &suggestions, &error) == OUTLIVE_OK && !error);
  CHECK(outlive_suggestions_rows(suggestions, &row, &count, &size) == OUTLIVE_OK);
  CHECK(count == 1 && size >= sizeof *row);
  CHECK(row->verdict.site == x->site && row->verdict.placement == OUTLIVE_PLACE_STACK);
  CHECK(row->verdict.reason == OUTLIVE_REASON_LOCAL && row->verdict.pos == x->pos && row->verdict.kind == OUTLIVE_SITE_PARAM);
  CHECK(row->first_change == 0 && row->change_count == 1 && row->freed_count == 0 && row->partial == 0);
  CHECK(outlive_suggestions_changes(suggestions, &change, &count, &size) == OUTLIVE_OK);
  CHECK(count == 1 && size >= sizeof *change);
  CHECK(change->edit == OUTLIVE_EDIT_RETURN_VALUE && change->func == x->func && change->inst == 2);
  CHECK(change->step.from_kind == OUTLIVE_NODE_SITE && change->step.from_id == x->site && change->step.derefs == -1);
  CHECK(change->step.to_kind == OUTLIVE_NODE_RESULT && change->step.why == OUTLIVE_WHY_RETURNED);
  CHECK(outlive_suggestions_freed(suggestions, &freed, &count) == OUTLIVE_OK && count == 0);
  outlive_result_free(result); /* they do not need it */
  CHECK(is(outlive_suggestions_line(suggestions, 0), "return the value instead of its address: example.go:4:2: &x to result 0 of main.leak: returned"));
  CHECK(is(outlive_suggestions_line(suggestions, 1), ""));
  CHECK(is(outlive_edit_words(change->edit), "return the value instead of its address"));
  CHECK(is(outlive_edit_words(UINT32_MAX), ""));
  outlive_suggestions_free(suggestions);
}

/* One store keeps what two functions pass on. */
static void others_are_freed(void) {
  outlive_result *result = analyzed(
      "module \"example\"\n"
      "global main.v *int\n"
      "func main.keep func(*int) {\nb0(v0: *int):\n  v1: **int = global_addr main.v\n  store v1, v0\n  return\n}\n"
      "func main.f func() {\nb0:\n  v0: *int = var s0 \"x\"\n  call main.keep v0\n  return\n}\n"
      "func main.g func() {\nb0:\n  v0: *int = var s1 \"y\"\n  call main.keep v0\n  return\n}\n");
  const outlive_verdict *x = find_verdict(result, OUTLIVE_SITE_VAR, "main.f");
  const outlive_verdict *y = find_verdict(result, OUTLIVE_SITE_VAR, "main.g");
  const outlive_suggestion *row = NULL;
  const outlive_change *change = NULL;
  const uint32_t *freed = NULL;
  outlive_suggestions *suggestions = NULL;
  size_t count = 0, size = 0;
  CHECK(outlive_result_suggest(result, x->site, &suggestions, NULL) == OUTLIVE_OK);
  CHECK(outlive_suggestions_rows(suggestions, &row, &count, &size) == OUTLIVE_OK && count == 2);
  CHECK(row->freed_count == 0);
  row = (const outlive_suggestion *)(const void *)((const char *)row + size);
  CHECK(row->first_change == 1 && row->change_count == 1 && row->first_freed == 0 && row->freed_count == 1);
  CHECK(outlive_suggestions_changes(suggestions, &change, &count, &size) == OUTLIVE_OK && count == 2);
  CHECK(change->edit == OUTLIVE_EDIT_PASS_VALUE);
  change = (const outlive_change *)(const void *)((const char *)change + size);
  CHECK(change->edit == OUTLIVE_EDIT_STORE_VALUE && is(outlive_result_function_name(result, change->func), "main.keep"));
  CHECK(outlive_suggestions_freed(suggestions, &freed, &count) == OUTLIVE_OK && count == 1 && freed[0] == y->site);
  outlive_suggestions_free(suggestions);
  outlive_result_free(result);
}

static void none(void) {
  outlive_suggestions *const untouched = (outlive_suggestions *)(void *)&checks;
  outlive_result *result = analyzed(program);
  const outlive_verdict *y = find_verdict(result, OUTLIVE_SITE_VAR, "main.main");
  const outlive_suggestion *row = NULL;
  const outlive_change *change = NULL;
  outlive_suggestions *suggestions = NULL;
  outlive_error *error = NULL;
  size_t count = 99, size = 0;
  CHECK(outlive_result_suggest(result, y->site, &suggestions, NULL) == OUTLIVE_OK);
  CHECK(outlive_suggestions_rows(suggestions, &row, &count, &size) == OUTLIVE_OK && count == 0);
  CHECK(outlive_suggestions_changes(suggestions, &change, &count, &size) == OUTLIVE_OK && count == 0);
  CHECK(outlive_suggestions_rows(suggestions, NULL, &count, &size) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_suggestions_changes(suggestions, &change, NULL, &size) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(outlive_suggestions_freed(suggestions, NULL, &count) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(is(outlive_suggestions_line(suggestions, 0), ""));
  outlive_suggestions_free(suggestions);
  suggestions = untouched;
  CHECK(outlive_result_suggest(result, 77, &suggestions, &error) == OUTLIVE_E_NOT_FOUND);
  CHECK_ERROR(error, OUTLIVE_E_NOT_FOUND, "site 77");
  CHECK(outlive_result_suggest(NULL, 0, &suggestions, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "result is NULL");
  CHECK(outlive_result_suggest(result, 0, NULL, &error) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK_ERROR(error, OUTLIVE_E_BAD_ARGUMENT, "suggestions is NULL");
  CHECK(suggestions == untouched);
  CHECK(outlive_suggestions_rows(NULL, &row, &count, &size) == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(is(outlive_suggestions_line(NULL, 0), ""));
  outlive_suggestions_free(NULL);
  outlive_result_free(result);
}

void test_suggest(void) {
  one_change();
  others_are_freed();
  none();
}
