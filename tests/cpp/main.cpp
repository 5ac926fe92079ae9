// outlive.hpp on good paths and bad ones.
#include "answers.hpp"
#include "outlive.hpp"

#include <atomic>
#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

int checks = 0, failures = 0;

namespace {

const std::string_view program =
    "module \"example\"\n"
    "func main.leak func(int) *int @example.go:3:6 {\n"
    "b0(a: int):\n"
    "  x: *int = var \"x\" {param 0} @3:11\n"
    "  store x, a @3:11\n"
    "  return x @4:2\n"
    "}\n"
    "func main.read func(*int) int @example.go:7:6 {\n"
    "b0(a: *int):\n"
    "  v: int = load a @8:9\n"
    "  return v @8:2\n"
    "}\n"
    "func main.main func() @example.go:11:6 {\n"
    "b0():\n"
    "  y: *int = var \"y\" @12:6\n"
    "  n: int = call main.read y @13:6\n"
    "  r: *int = call main.leak n @14:6\n"
    "  return @15:1\n"
    "}\n";

std::optional<outlive_verdict> verdict_of(const outlive::Result &result, std::string_view name) {
  for (const outlive_verdict row : result.verdicts()) {
    if (result.site_name(row.site) == name) return row;
  }
  return std::nullopt;
}

void test_words() {
  CHECK(outlive::abi_version() == OUTLIVE_ABI_VERSION);
  CHECK(!outlive::version().empty());
  CHECK(outlive::status_words(OUTLIVE_E_LIMIT).size() > 3 && outlive::status_words(-5).empty());
  CHECK(outlive::reason_name(OUTLIVE_REASON_RETURNED) == "returned");
  CHECK(outlive::reason_words(OUTLIVE_REASON_RETURNED) == "returned to the caller");
  CHECK(outlive::why_words(OUTLIVE_WHY_RETURNED) == "returned");
  CHECK(outlive::site_kind_name(OUTLIVE_SITE_NEW) == "new");
  CHECK(outlive::placement_name(OUTLIVE_PLACE_HEAP) == "heap");
  CHECK(outlive::allocates_name(OUTLIVE_ALLOCATES_MAYBE) == "maybe");
  CHECK(outlive::extent_name(OUTLIVE_EXTENT_PROGRAM) == "program");
}

void test_types() {
  static_assert(!std::is_copy_constructible_v<outlive::Result> && !std::is_copy_assignable_v<outlive::Result>);
  static_assert(std::is_nothrow_move_constructible_v<outlive::Module> && std::is_nothrow_move_assignable_v<outlive::Module>);
  static_assert(sizeof(outlive::Buffer) == sizeof(void *));
  static_assert(std::is_same_v<decltype(std::declval<const outlive::Result &>().get()), const outlive_result *>);
#ifndef OUTLIVE_NO_EXCEPTIONS
  static_assert(std::is_nothrow_copy_constructible_v<outlive::Exception>);
  static_assert(std::is_same_v<outlive::Answer<outlive::Result>, outlive::Result>);
#else
  static_assert(std::is_same_v<outlive::Answer<outlive::Result>, outlive::Expected<outlive::Result>>);
#endif
  // Rows shorter and longer than what this header knows.
  const unsigned char table[] = {1, 0, 0, 0, 9, 9, 2, 0, 0, 0, 9, 9};
  std::uint32_t sum = 0;
  for (std::uint32_t row : outlive::Rows<std::uint32_t>(table, 2, 6)) sum += row;
  CHECK(sum == 3);
  const outlive::Rows<std::uint64_t> narrow(table, 3, 4);
  CHECK(narrow.size() == 3 && narrow[0] == 1 && narrow[1] == 0x00020909 && !narrow.empty());
  // Bytes of what has bytes.
  const std::vector<unsigned char> bytes = {1, 2, 3};
  const std::string text = "ab";
  CHECK(outlive::Bytes(bytes).size() == 3 && outlive::Bytes(bytes)[2] == 3);
  CHECK(outlive::Bytes(text).begin()[1] == 'b' && outlive::Bytes(text).end() - outlive::Bytes(text).begin() == 2);
  CHECK(outlive::Bytes().empty() && outlive::view(outlive_str{nullptr, 0}).empty());
  static_assert(!std::is_constructible_v<outlive::Bytes, std::vector<int>>);
}

void test_modules() {
  outlive::Module module = value_of([] { return outlive::Module::from_text(program); });
  const outlive::Buffer image = value_of([&] { return module.encode(); });
  const outlive::Buffer text = value_of([&] { return module.print(); });
  CHECK(image.size() > 32 && image.data()[0] == 'O');
  CHECK(text.text().substr(0, 16) == "module \"example\"");
  const outlive::Module again = value_of([&] { return outlive::Module::from_image(image); });
  CHECK(value_of([&] { return again.print(); }).text() == text.text());
  CHECK(value_of([&] { return outlive::print_image(image); }).text() == text.text());
  CHECK(value_of([&] { return outlive::image_from_text(text.text()); }).size() == image.size());
  CHECK(succeeds([&] { return outlive::verify_image(image); }));
  // Moving leaves nothing behind; what is released is ours to free.
  outlive::Module moved = std::move(module);
  CHECK(moved && !module && error_of([&] { return module.print(); }).status == OUTLIVE_E_BAD_ARGUMENT);
  outlive_module_free(moved.release());
  CHECK(!moved && moved.get() == nullptr);
}

void test_results() {
  const outlive::Buffer image = value_of([] { return outlive::image_from_text(program); });
  const outlive::Result result = value_of([&] { return outlive::analyze_image(image); });
  const auto x = verdict_of(result, "x"), y = verdict_of(result, "y");
  CHECK(x && x->placement == OUTLIVE_PLACE_HEAP && x->reason == OUTLIVE_REASON_RETURNED);
  CHECK(y && y->placement == OUTLIVE_PLACE_STACK);
  CHECK(x && result.function_name(x->func) == "main.leak");
  const auto position = x ? result.position(x->pos) : std::nullopt;
  CHECK(position && position->file == "example.go" && position->line == 3 && position->column == 11);
  CHECK(!result.position(0) && !result.position(12345));
  CHECK(result.site_name(12345).empty() && result.function_name(12345).empty());
  CHECK(result.stats().functions == 3 && result.stats().verdicts == result.verdicts().size());
  CHECK(!result.summaries().empty() && result.summaries()[0].heap == 0);
  CHECK(succeeds([&] { return result.check(); }));

  outlive::Explanation why = value_of([&] { return result.explain(x->site); });
  CHECK(why.reason() == OUTLIVE_REASON_RETURNED && why.steps().size() >= 1);
  CHECK(why.steps()[0].from_kind == OUTLIVE_NODE_SITE && why.steps()[0].from_id == x->site);
  CHECK(why.line(0).find("example.go") == 0 && why.line(99).empty());
  CHECK(error_of([&] { return result.explain(999); }).status == OUTLIVE_E_NOT_FOUND);

  outlive::Suggestions suggestions = value_of([&] { return result.suggest(x->site); });
  CHECK(suggestions.rows().size() == 1 && suggestions.changes().size() == 1 && suggestions.freed().empty());
  CHECK(suggestions.rows()[0].verdict.placement == OUTLIVE_PLACE_STACK);
  CHECK(suggestions.changes()[0].edit == OUTLIVE_EDIT_RETURN_VALUE && !suggestions.line(0).empty());
  CHECK(!outlive::edit_words(OUTLIVE_EDIT_RETURN_VALUE).empty() && outlive::edit_words(999).empty());
  CHECK(error_of([&] { return result.suggest(999); }).status == OUTLIVE_E_NOT_FOUND);

  outlive::Options options;
  options.model = "textbook";
  const outlive::Result simple = value_of([&] { return outlive::analyze_image(image, options); });
  const auto passed = verdict_of(simple, "y");
  CHECK(passed && passed->placement == OUTLIVE_PLACE_HEAP && passed->reason == OUTLIVE_REASON_ADDRESS_PASSED);

  const outlive::Result none;
  CHECK(!none && none.verdicts().empty() && none.summaries().empty() && none.stats().functions == 0);
  CHECK(error_of([&] { return none.check(); }).status == OUTLIVE_E_BAD_ARGUMENT);
}

void test_analysis() {
  const outlive::Module module = value_of([] { return outlive::Module::from_text(program); });
  std::atomic<std::uint64_t> progress{99}, total{0};
  outlive::Options options;
  options.threads = 2;
  options.progress = &progress;
  options.total = &total;
  const outlive::Result result = value_of([&] { return module.analyze(options); });
  CHECK(total == 3 && progress == 3);

  const auto leak = result.find_function("main.leak");
  CHECK(leak && !result.find_function("main.nosuch"));
  const auto of_leak = result.verdicts_of_function(*leak);
  CHECK(of_leak.size() == 1 && !of_leak.empty() && result.site_name(of_leak[0].site) == "x");
  for (const outlive_verdict row : of_leak) CHECK(row.placement == OUTLIVE_PLACE_HEAP);
  CHECK(result.verdicts_of_function(99).empty());
  CHECK(result.verdicts_at("example.go", 12).size() == 1 && result.verdicts_at("example.go", 12, 7).empty());
  CHECK(result.verdicts_at("other.go", 12).empty());
  const auto same = result.verdict_of_site(of_leak[0].site);
  CHECK(same && same->site == of_leak[0].site && same->reason == OUTLIVE_REASON_RETURNED && !result.verdict_of_site(99));
  const auto read = result.find_function("main.read");
  CHECK(read && result.summaries_of_function(*read).size() == 1 && result.summaries_of_function(*leak).empty());

  // Limits by hand: nothing may be larger than nothing.
  outlive_limits limits = value_of([] { return outlive::profile_limits("go1.26"); });
  CHECK(limits.set != 0 && limits.max_variable == 128 * 1024);
  limits.max_variable = 0;
  options = outlive::Options();
  options.limits = limits;
  const outlive::Result small = value_of([&] { return module.analyze(options); });
  const auto y = verdict_of(small, "y");
  CHECK(y && y->placement == OUTLIVE_PLACE_HEAP && y->reason == OUTLIVE_REASON_TOO_LARGE);
  CHECK(error_of([] { return outlive::profile_limits("c64"); }).status == OUTLIVE_E_UNKNOWN_PROFILE);
  CHECK(outlive::model_name(0) == "gc" && outlive::profile_name(0) == "go1.26" && outlive::model_name(99).empty());

  // Facts: of this module, for this module; nothing of it is without a body, so they change nothing.
  const outlive::Buffer facts = value_of([&] { return result.facts(); });
  options = outlive::Options();
  options.facts = {outlive::Bytes(facts), outlive::Bytes(facts)};
  CHECK(value_of([&] { return module.analyze(options); }).verdicts().size() == result.verdicts().size());
  options.profile = "c";
  CHECK(error_of([&] { return module.analyze(options); }).status == OUTLIVE_E_STALE_FACTS);

  std::atomic<std::uint32_t> cancel{1};
  options = outlive::Options();
  options.cancel = &cancel;
  CHECK(error_of([&] { return module.analyze(options); }).status == OUTLIVE_E_CANCELLED);
}

void test_errors() {
  const outlive::Error syntax = error_of([] { return outlive::Module::from_text("module \"a\"\nfunc ?"); });
  CHECK(syntax.status == OUTLIVE_E_SYNTAX && syntax.line == 2 && syntax.column > 0 && !syntax.message.empty());
  const std::vector<unsigned char> garbage(100, 0x5a);
  const outlive::Error damaged = error_of([&] { return outlive::analyze_image(garbage); });
  CHECK(damaged.status == OUTLIVE_E_MALFORMED_IMAGE && damaged.offset != UINT64_MAX);
  CHECK(error_of([&] { return outlive::verify_image(garbage); }).status == OUTLIVE_E_MALFORMED_IMAGE);
  CHECK(error_of([&] { return outlive::print_image(outlive::Bytes()); }).status != OUTLIVE_OK);
  outlive::Options options;
  options.profile = "c64";
  const auto profile = error_of([&] { return outlive::analyze_image(garbage, options); });
  CHECK(profile.status == OUTLIVE_E_UNKNOWN_PROFILE && profile.message.find("go1.26") != std::string::npos);
  outlive::Options small;
  small.max_image_bytes = 10;
  CHECK(error_of([&] { return outlive::image_from_text(program, small); }).status == OUTLIVE_E_LIMIT);
  small = outlive::Options();
  small.max_instructions = 1;
  CHECK(error_of([&] { return outlive::Module::from_text(program, small); }).status == OUTLIVE_E_LIMIT);
}

}  // namespace

void test_builder();
int other_mode();

int main() {
  test_words();
  test_types();
  test_modules();
  test_results();
  test_analysis();
  test_errors();
  test_builder();
  CHECK(other_mode() == 1);
  std::printf("%d passed, %d failed\n", checks - failures, failures);
  return failures != 0;
}
