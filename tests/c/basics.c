/* Versions, words for numbers, and layouts. */
#include "check.h"

void test_version(void) {
  outlive_abi_1();
  CHECK(outlive_abi_version() == OUTLIVE_ABI_VERSION);
  CHECK(outlive_version().len >= 5);
  CHECK(contains(outlive_version(), "."));
}

void test_words(void) {
  CHECK(is(outlive_status_words(OUTLIVE_OK), "success"));
  CHECK(is(outlive_status_words(OUTLIVE_E_MALFORMED_IMAGE), "malformed image"));
  CHECK(outlive_status_words(-1).len == 0);
  CHECK(is(outlive_reason_name(OUTLIVE_REASON_RETURNED), "returned"));
  CHECK(is(outlive_reason_words(OUTLIVE_REASON_RETURNED), "returned to the caller"));
  CHECK(outlive_reason_name(65536 + OUTLIVE_REASON_RETURNED).len == 0);
  CHECK(outlive_reason_words(9999).len == 0);
  CHECK(is(outlive_site_kind_name(OUTLIVE_SITE_SLICE_LITERAL), "slice_literal"));
  CHECK(outlive_site_kind_name(0).len == 0);
  CHECK(is(outlive_placement_name(OUTLIVE_PLACE_STACK), "stack"));
  CHECK(is(outlive_placement_name(OUTLIVE_PLACE_HEAP), "heap"));
  CHECK(outlive_placement_name(6).len == 0);
  CHECK(is(outlive_allocates_name(OUTLIVE_ALLOCATES_MAYBE), "maybe"));
  CHECK(outlive_allocates_name(3).len == 0);
  CHECK(is(outlive_extent_name(OUTLIVE_EXTENT_PROGRAM), "program"));
  CHECK(outlive_extent_name(4).len == 0);
  CHECK(is(outlive_why_words(OUTLIVE_WHY_RETURNED), "returned"));
  CHECK(outlive_why_words(1000000).len == 0);
}

void test_layout(void) {
  _Static_assert(sizeof(outlive_verdict) == 32, "verdict");
  _Static_assert(offsetof(outlive_verdict, kind) == 16, "verdict.kind");
  _Static_assert(offsetof(outlive_verdict, allocates) == 19, "verdict.allocates");
  _Static_assert(offsetof(outlive_verdict, reason) == 20, "verdict.reason");
  _Static_assert(offsetof(outlive_verdict, detail) == 24, "verdict.detail");
  _Static_assert(offsetof(outlive_verdict, bound) == 28, "verdict.bound");
  _Static_assert(sizeof(outlive_summary) == 24, "summary");
  _Static_assert(offsetof(outlive_summary, results) == 11, "summary.results");
  _Static_assert(offsetof(outlive_summary, pos) == 16, "summary.pos");
  _Static_assert(sizeof(outlive_step) == 36, "step");
  _Static_assert(offsetof(outlive_step, derefs) == 24, "step.derefs");
  _Static_assert(offsetof(outlive_options, struct_size) == 0, "options.struct_size");
  _Static_assert(offsetof(outlive_options, model) == 8, "options.model");
  _Static_assert(offsetof(outlive_stats, analyze_ns) == 80, "stats.analyze_ns");
  CHECK(outlive_str_from(NULL).len == 0);
  CHECK(outlive_str_from("four").len == 4);
}
