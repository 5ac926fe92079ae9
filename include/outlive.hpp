// Outlive for C++17 and later: handles that free themselves, views, tables to iterate over, and exceptions or error codes, all of it
// inline over the C ABI of outlive.h. Nothing here is compiled into the library, so the promise of docs/abi.md is not touched by the
// C++ compiler or standard library you use.
//
// *Handles* (`Module`, `Result`, `Explanation`, `Suggestions`, `Buffer`) own what they hold, can be moved and not copied, and free it in their
// destructor. `get()` lends the C handle, `release()` gives it away. An empty handle, one that was moved from or is `nullptr`, answers
// nothing: empty tables, empty text, and `OUTLIVE_E_BAD_ARGUMENT` where a call can fail.
//
// *Views* (`std::string_view`, and those of outlive_views.hpp) borrow from the handle they come from and are valid as long as it is. What you pass in
// is borrowed for the call.
//
// *Errors*. A call that can fail returns `Answer<T>`. With exceptions, `Answer<T>` is `T`, and failures are thrown as
// `outlive::Exception`. Without them (-fno-exceptions, or OUTLIVE_NO_EXCEPTIONS defined before this header is included) it is
// `Expected<T>`: test it, then use `*answer` or `answer->`, or `answer.error()`. Files of one program may choose differently.
//
//     outlive::Result result = outlive::Module::from_text(text).analyze();         // with exceptions
//
//     auto module = outlive::Module::from_text(text);                              // without
//     if (!module) return report(module.error().message);
//
// Modules are built node by node with outlive_builder.hpp.
//
// *Numbers* (placements, reasons, statuses, ...) are the constants of outlive.h. A newer library may answer with numbers this header
// does not have; `placement_name` and its like know the library's.
//
// *Threads.* As in C: what is const may be called by several threads at once; everything else needs sole use.

#ifndef OUTLIVE_HPP
#define OUTLIVE_HPP

#include "outlive_views.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#if !defined(OUTLIVE_NO_EXCEPTIONS) && !defined(__cpp_exceptions)
#define OUTLIVE_NO_EXCEPTIONS
#endif
#ifndef OUTLIVE_NO_EXCEPTIONS
#include <exception>
#endif

namespace outlive {

// The two ways to answer have names of their own, so that files of one program may differ.
#ifdef OUTLIVE_NO_EXCEPTIONS
inline namespace error_codes {
#else
inline namespace exceptions {
#endif

/// Why a call failed.
struct Error {
  /// One of `OUTLIVE_E_...`, or a number this header does not know.
  outlive_status status = OUTLIVE_OK;
  /// What happened, for people. Its wording may change.
  std::string message;
  /// The section of the image it lies in; 0: in none.
  std::uint32_t section = 0;
  /// The offset of the offending bytes in the image; `UINT64_MAX`: none.
  std::uint64_t offset = UINT64_MAX;
  /// Line and column of the readable text it lies in, from 1; 0: in none.
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// A value, or why there is none.
template <class T>
class [[nodiscard]] Expected {
 public:
  Expected(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Expected(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const noexcept { return content_.index() == 0; }
  /// The value, which must be there.
  T &operator*() & noexcept { return *std::get_if<0>(&content_); }
  const T &operator*() const & noexcept { return *std::get_if<0>(&content_); }
  T &&operator*() && noexcept { return std::move(*std::get_if<0>(&content_)); }
  T *operator->() noexcept { return std::get_if<0>(&content_); }
  const T *operator->() const noexcept { return std::get_if<0>(&content_); }
  /// The error, which must be there.
  const Error &error() const noexcept { return *std::get_if<1>(&content_); }

 private:
  std::variant<T, Error> content_;
};

/// Success, or why there is none.
template <>
class [[nodiscard]] Expected<void> {
 public:
  Expected() = default;
  Expected(Error error) : error_(std::move(error)) {}

  explicit operator bool() const noexcept { return !error_; }
  /// The error, which must be there.
  const Error &error() const noexcept { return *error_; }

 private:
  std::optional<Error> error_;
};

#ifdef OUTLIVE_NO_EXCEPTIONS
template <class T>
using Answer = Expected<T>;
#else
template <class T>
using Answer = T;

/// What is thrown when a call fails.
class Exception : public std::exception {
 public:
  explicit Exception(Error error) : error_(std::make_shared<const Error>(std::move(error))) {}
  const Error &error() const noexcept { return *error_; }
  const char *what() const noexcept override { return error_->message.c_str(); }

 private:
  std::shared_ptr<const Error> error_;  // so that copying an exception cannot throw another
};
#endif

namespace detail {

template <class H, void (*Free)(H *)>
struct Deleter {
  void operator()(H *handle) const noexcept { Free(handle); }
};

/// What all handles share. A const handle lends a const one: what several threads may use.
template <class H, void (*Free)(H *)>
class Handle {
 public:
  Handle(std::nullptr_t = nullptr) noexcept {}
  /// Takes a C handle over.
  explicit Handle(H *handle) noexcept : handle_(handle) {}

  H *get() noexcept { return handle_.get(); }
  const H *get() const noexcept { return handle_.get(); }
  [[nodiscard]] H *release() noexcept { return handle_.release(); }
  explicit operator bool() const noexcept { return handle_ != nullptr; }

 private:
  std::unique_ptr<H, Deleter<H, Free>> handle_;
};

/// Reads an error object and frees it; NULL gives the status in words.
inline Error take(outlive_status status, outlive_error *error) {
  Error taken;
  taken.status = status;
  if (error == nullptr) {
    taken.message = view(outlive_status_words(status));
    return taken;
  }
  std::unique_ptr<outlive_error, Deleter<outlive_error, outlive_error_free>> owner(error);
  taken.status = outlive_error_status(error);
  taken.message = view(outlive_error_message(error));
  taken.section = outlive_error_section(error);
  taken.offset = outlive_error_offset(error);
  taken.line = outlive_error_line(error);
  taken.column = outlive_error_column(error);
  return taken;
}

#ifdef OUTLIVE_NO_EXCEPTIONS
template <class T>
Answer<T> failure(Error error) {
  return Answer<T>(std::move(error));
}
#else
template <class T>
[[noreturn]] T failure(Error error) {
  throw Exception(std::move(error));
}
#endif

/// Makes a call that writes a C handle, and answers with ours.
template <class T, class H, class Call>
Answer<T> make(Call call) {
  outlive_abi_1();  // a library of another ABI does not link
  H *made = nullptr;
  outlive_error *error = nullptr;
  const outlive_status status = call(&made, &error);
  if (status != OUTLIVE_OK) return failure<T>(take(status, error));
  return T(made);
}

/// Makes a call that writes a value.
template <class T, class Call>
Answer<T> get(Call call) {
  T out{};
  outlive_error *error = nullptr;
  const outlive_status status = call(&out, &error);
  if (status != OUTLIVE_OK) return failure<T>(take(status, error));
  return out;
}

/// Makes a call that writes a value, or has nothing to write.
template <class T, class Call>
std::optional<T> find(Call call) noexcept {
  T out{};
  if (call(&out, nullptr) != OUTLIVE_OK) return std::nullopt;
  return out;
}

/// Makes a call that writes nothing but an error.
template <class Call>
Answer<void> run(Call call) {
  outlive_error *error = nullptr;
  const outlive_status status = call(&error);
  if (status != OUTLIVE_OK) return failure<void>(take(status, error));
  return Answer<void>();
}

/// Makes a call that writes a table; empty when it fails.
template <class Row, class Call>
Rows<Row> table(Call call) noexcept {
  const Row *first = nullptr;
  std::size_t count = 0, entry_size = 0;
  if (call(&first, &count, &entry_size) != OUTLIVE_OK) return Rows<Row>();
  return Rows<Row>(first, count, entry_size);
}

}  // namespace detail

/// The ABI of the library that was linked or loaded; compare with `OUTLIVE_ABI_VERSION`.
inline std::uint32_t abi_version() noexcept { return outlive_abi_version(); }
/// The version of that library, such as `0.1.0`.
inline std::string_view version() noexcept { return view(outlive_version()); }

// Numbers in words, valid for ever; empty for a number the library does not know.
inline std::string_view status_words(outlive_status status) noexcept { return view(outlive_status_words(status)); }
inline std::string_view reason_words(std::uint32_t reason) noexcept { return view(outlive_reason_words(reason)); }
inline std::string_view reason_name(std::uint32_t reason) noexcept { return view(outlive_reason_name(reason)); }
inline std::string_view edit_words(std::uint32_t edit) noexcept { return view(outlive_edit_words(edit)); }
inline std::string_view why_words(std::uint32_t why) noexcept { return view(outlive_why_words(why)); }
inline std::string_view site_kind_name(std::uint32_t kind) noexcept { return view(outlive_site_kind_name(kind)); }
inline std::string_view placement_name(std::uint32_t placement) noexcept { return view(outlive_placement_name(placement)); }
inline std::string_view allocates_name(std::uint32_t allocates) noexcept { return view(outlive_allocates_name(allocates)); }
inline std::string_view extent_name(std::uint32_t extent) noexcept { return view(outlive_extent_name(extent)); }

/// The names of models and profiles by number, from 0, the default first; empty beyond the last.
inline std::string_view model_name(std::size_t number) noexcept { return view(outlive_model_name(number)); }
inline std::string_view profile_name(std::size_t number) noexcept { return view(outlive_profile_name(number)); }
/// The limits of a profile, all of them set.
inline Answer<outlive_limits> profile_limits(std::string_view profile = {}) {
  return detail::get<outlive_limits>(
      [&](auto... out) { return outlive_profile_limits(str(profile), sizeof(outlive_limits), out...); });
}

/// What to do, and how much of it; as it comes, the defaults.
struct Options {
  /// `gc`, `textbook` or `precise`; empty: `gc`.
  std::string model;
  /// The target whose limits apply; empty: `go1.26`.
  std::string profile;
  /// Limits; 0: none.
  std::uint64_t max_image_bytes = 0;
  std::uint64_t max_instructions = 0;
  std::uint64_t max_memory_bytes = 0;
  /// Whether the module is a whole program; see `outlive_options`.
  bool closed = false;
  /// The most threads to work with; 0: only the calling one; `OUTLIVE_THREADS_ALL`: as many as the machine has.
  std::uint32_t threads = 0;
  /// Set it to anything but 0 from any thread, and the call gives up with `OUTLIVE_E_CANCELLED`.
  const std::atomic<std::uint32_t> *cancel = nullptr;
  /// Functions done, and functions to be done.
  std::atomic<std::uint64_t> *progress = nullptr;
  std::atomic<std::uint64_t> *total = nullptr;
  /// Limits of the target in place of the profile's; see `profile_limits`.
  std::optional<outlive_limits> limits = std::nullopt;
  /// Package facts of the modules whose functions are called, each from `Result::facts`; borrowed for the call.
  std::vector<Bytes> facts = {};

  /// The same for C; borrows from this.
  outlive_options c() const noexcept {
    outlive_options options = OUTLIVE_OPTIONS_INIT;
    options.model = str(model);
    options.profile = str(profile);
    options.max_image_bytes = max_image_bytes;
    options.max_instructions = max_instructions;
    options.max_memory_bytes = max_memory_bytes;
    options.closed = closed ? 1 : 0;
    options.threads = threads;
    options.cancel = reinterpret_cast<const std::uint32_t *>(cancel);
    options.progress = reinterpret_cast<std::uint64_t *>(progress);
    options.total = reinterpret_cast<std::uint64_t *>(total);
    options.limits = limits ? &*limits : nullptr;
    options.facts = reinterpret_cast<const outlive_bytes *>(facts.data());
    options.facts_count = facts.size();
    return options;
  }
  // What is borrowed here lies there as C has it.
  static_assert(sizeof(Bytes) == sizeof(outlive_bytes) && std::is_standard_layout_v<Bytes>);
  // An atomic is the number itself, so that the library may read and write it as one.
  static_assert(sizeof(std::atomic<std::uint32_t>) == 4 && std::atomic<std::uint32_t>::is_always_lock_free);
  static_assert(sizeof(std::atomic<std::uint64_t>) == 8 && std::atomic<std::uint64_t>::is_always_lock_free);
};

/// Bytes that the library made: an image, readable text, or package facts.
class Buffer : public detail::Handle<outlive_buffer, outlive_buffer_free> {
 public:
  using Handle::Handle;
  const std::uint8_t *data() const noexcept { return outlive_buffer_data(get()); }
  std::size_t size() const noexcept { return outlive_buffer_len(get()); }
  std::string_view text() const noexcept {
    return size() == 0 ? std::string_view() : std::string_view(reinterpret_cast<const char *>(data()), size());
  }
};

/// A source position.
struct Position {
  std::string_view file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Why a site got its verdict. It may outlive the result it comes from.
class Explanation : public detail::Handle<outlive_explanation, outlive_explanation_free> {
 public:
  using Handle::Handle;
  std::uint32_t reason() const noexcept { return outlive_explanation_reason(get()); }
  /// The steps from the site outward.
  Rows<outlive_step> steps() const noexcept {
    return detail::table<outlive_step>(
        [this](auto... out) { return outlive_explanation_steps(get(), out...); });
  }
  /// A step as a line for people; empty when there is no such step.
  std::string_view line(std::size_t step) const noexcept { return view(outlive_explanation_line(get(), step)); }
};

/// What to change so that a site is no longer on the heap, the best first. It may outlive the result it comes from.
class Suggestions : public detail::Handle<outlive_suggestions, outlive_suggestions_free> {
 public:
  using Handle::Handle;
  Rows<outlive_suggestion> rows() const noexcept {
    return detail::table<outlive_suggestion>(
        [this](auto... out) { return outlive_suggestions_rows(get(), out...); });
  }
  /// The changes of all suggestions: those of one are its `change_count` from `first_change` on.
  Rows<outlive_change> changes() const noexcept {
    return detail::table<outlive_change>(
        [this](auto... out) { return outlive_suggestions_changes(get(), out...); });
  }
  /// The other sites that are freed: those of one suggestion are its `freed_count` from `first_freed` on.
  Rows<std::uint32_t> freed() const noexcept {
    return detail::table<std::uint32_t>([this](const std::uint32_t **sites, std::size_t *count, std::size_t *size) {
      *size = sizeof(std::uint32_t);
      return outlive_suggestions_freed(get(), sites, count);
    });
  }
  /// A change as a line for people; empty when there is no such change.
  std::string_view line(std::size_t change) const noexcept { return view(outlive_suggestions_line(get(), change)); }
};

/// The answers about one module.
class Result : public detail::Handle<outlive_result, outlive_result_free> {
 public:
  using Handle::Handle;
  /// One row per allocation site of a function with a body, ascending by site.
  Rows<outlive_verdict> verdicts() const noexcept {
    return detail::table<outlive_verdict>([this](auto... out) { return outlive_result_verdicts(get(), out...); });
  }
  /// One row per parameter that holds pointers, ascending by function and parameter.
  Rows<outlive_summary> summaries() const noexcept {
    return detail::table<outlive_summary>([this](auto... out) { return outlive_result_summaries(get(), out...); });
  }
  /// What was found of the module's functions, for the analyses of modules that call them.
  Answer<Buffer> facts() const {
    return detail::make<Buffer, outlive_buffer>([this](auto... out) { return outlive_result_facts(get(), out...); });
  }
  /// The verdict on a site, if there is one.
  std::optional<outlive_verdict> verdict_of_site(std::uint32_t site) const noexcept {
    const auto found = detail::find<const outlive_verdict *>(
        [&](auto... out) { return outlive_result_verdict_of_site(get(), site, out...); });
    if (!found) return std::nullopt;
    return Rows<outlive_verdict>(*found, 1, verdicts().entry_size())[0];
  }
  /// The verdicts on sites of a function.
  Selection<outlive_verdict> verdicts_of_function(std::uint32_t func) const noexcept {
    return select([&](auto... out) { return outlive_result_verdicts_of_function(get(), func, out..., nullptr); });
  }
  /// The verdicts on sites in a line of a file, by column; `column` 0 stands for any.
  Selection<outlive_verdict> verdicts_at(std::string_view file, std::uint32_t line, std::uint32_t column = 0) const noexcept {
    return select([&](auto... out) { return outlive_result_verdicts_at(get(), str(file), line, column, out..., nullptr); });
  }
  /// The summaries of a function's parameters.
  Rows<outlive_summary> summaries_of_function(std::uint32_t func) const noexcept {
    return detail::table<outlive_summary>(
        [&](auto... out) { return outlive_result_summaries_of_function(get(), func, out..., nullptr); });
  }
  /// The first function of a name.
  std::optional<std::uint32_t> find_function(std::string_view name) const noexcept {
    return detail::find<std::uint32_t>([&](auto... out) { return outlive_result_find_function(get(), str(name), out...); });
  }
  /// What the analysis met and took.
  outlive_stats stats() const noexcept {
    outlive_stats stats{};
    outlive_result_stats(get(), sizeof stats, &stats);
    return stats;
  }
  /// A position of a verdict, summary or step; none for 0.
  std::optional<Position> position(std::uint32_t pos) const noexcept {
    outlive_position found{};
    if (outlive_result_position(get(), pos, &found) != OUTLIVE_OK) return std::nullopt;
    return Position{view(found.file), found.line, found.column};
  }
  std::string_view site_name(std::uint32_t site) const noexcept { return view(outlive_result_site_name(get(), site)); }
  std::string_view function_name(std::uint32_t func) const noexcept {
    return view(outlive_result_function_name(get(), func));
  }
  /// Rebuilds why a site got its verdict. The first explanation of a result costs about as much as the analysis.
  Answer<Explanation> explain(std::uint32_t site) const {
    return detail::make<Explanation, outlive_explanation>(
        [&](auto... out) { return outlive_result_explain(get(), site, out...); });
  }
  /// What to change so that a site is no longer on the heap; see `outlive_result_suggest`.
  Answer<Suggestions> suggest(std::uint32_t site) const {
    return detail::make<Suggestions, outlive_suggestions>(
        [&](auto... out) { return outlive_result_suggest(get(), site, out...); });
  }
  /// Checks that the answers follow from the rules of the model; see `outlive_check_verdicts`.
  Answer<void> check() const {
    return detail::run([&](auto error) { return outlive_check_verdicts(get(), error); });
  }

 private:
  template <class Call>
  Selection<outlive_verdict> select(Call call) const noexcept {
    const std::uint32_t *indices = nullptr;
    std::size_t count = 0;
    if (call(&indices, &count) != OUTLIVE_OK) return Selection<outlive_verdict>();
    return Selection<outlive_verdict>(verdicts(), indices, count);
  }
};

/// A finished module: verified, and never changed.
class Module : public detail::Handle<outlive_module, outlive_module_free> {
 public:
  using Handle::Handle;
  /// Decodes and verifies an image. The options give limits.
  static Answer<Module> from_image(Bytes image, const Options &options = {}) {
    const outlive_options c = options.c();
    return detail::make<Module, outlive_module>(
        [&](auto... out) { return outlive_module_from_image(image.data(), image.size(), &c, out...); });
  }
  /// Parses and verifies the readable form.
  static Answer<Module> from_text(std::string_view text, const Options &options = {}) {
    const outlive_options c = options.c();
    return detail::make<Module, outlive_module>([&](auto... out) { return outlive_module_from_text(str(text), &c, out...); });
  }
  /// Analyses the module. The result does not need it any more.
  Answer<Result> analyze(const Options &options = {}) const {
    const outlive_options c = options.c();
    return detail::make<Result, outlive_result>([&](auto... out) { return outlive_analyze_module(get(), &c, out...); });
  }
  /// Runs passes, names with commas between them, and answers with the rewritten module; see `outlive_module_run_passes`.
  Answer<Module> run_passes(std::string_view passes, const Options &options = {}) const {
    const outlive_options c = options.c();
    return detail::make<Module, outlive_module>(
        [&](auto... out) { return outlive_module_run_passes(get(), str(passes), &c, out...); });
  }
  /// How much of what it has.
  outlive_module_counts counts() const noexcept {
    outlive_module_counts counts{};
    outlive_module_stats(get(), sizeof counts, &counts);
    return counts;
  }
  std::string_view name() const noexcept { return view(outlive_module_name(get())); }
  std::string_view function_name(std::uint32_t func) const noexcept {
    return view(outlive_module_function_name(get(), func));
  }
  std::string_view site_name(std::uint32_t site) const noexcept { return view(outlive_module_site_name(get(), site)); }
  /// The first function of a name.
  std::optional<std::uint32_t> find_function(std::string_view name) const noexcept {
    std::uint32_t func = 0;
    if (outlive_module_find_function(get(), str(name), &func) != OUTLIVE_OK) return std::nullopt;
    return func;
  }
  /// The module in its readable form.
  Answer<Buffer> print() const {
    return detail::make<Buffer, outlive_buffer>([this](auto... out) { return outlive_module_print(get(), out...); });
  }
  /// The module as an image.
  Answer<Buffer> encode() const {
    return detail::make<Buffer, outlive_buffer>([this](auto... out) { return outlive_module_encode(get(), out...); });
  }
};

/// Decodes, verifies and analyses an image in one call.
inline Answer<Result> analyze_image(Bytes image, const Options &options = {}) {
  const outlive_options c = options.c();
  return detail::make<Result, outlive_result>(
      [&](auto... out) { return outlive_analyze_image(image.data(), image.size(), &c, out...); });
}

/// Decodes and verifies an image.
inline Answer<void> verify_image(Bytes image, const Options &options = {}) {
  const outlive_options c = options.c();
  return detail::run([&](auto error) { return outlive_verify_image(image.data(), image.size(), &c, error); });
}

/// An image in readable form, verified or not.
inline Answer<Buffer> print_image(Bytes image, const Options &options = {}) {
  const outlive_options c = options.c();
  return detail::make<Buffer, outlive_buffer>(
      [&](auto... out) { return outlive_print_image(image.data(), image.size(), &c, out...); });
}

/// The image of a readable text, not verified.
inline Answer<Buffer> image_from_text(std::string_view text, const Options &options = {}) {
  const outlive_options c = options.c();
  return detail::make<Buffer, outlive_buffer>([&](auto... out) { return outlive_image_from_text(str(text), &c, out...); });
}

}  // namespace error_codes or exceptions

}  // namespace outlive

#endif  // OUTLIVE_HPP
