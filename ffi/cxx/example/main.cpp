// Both halves in one program: C++ hands an image to Rust as a slice, reads Rust's table of verdicts in place, and is told of each
// verdict by Rust. Exits with 1 if anything is not as it should be.
#include "outlive-cxx/src/lib.rs.h"

#include <cstdint>
#include <iostream>
#include <vector>

namespace source = outlive::source;

namespace {

const char *const program =
    "module \"example\"\n"
    "func main.give func() *int @main.src:1:6 {\n"
    "b0():\n"
    "  x: *int = new \"new int\" @1:20\n"
    "  return x @1:13\n"
    "}\n"
    "func main.use func() int @main.src:2:6 {\n"
    "b0():\n"
    "  y: *int = new \"new int\" @2:20\n"
    "  v: int = load y @2:13\n"
    "  return v @2:13\n"
    "}\n";

// The C++ half: what Rust calls.
class Printer : public source::Listener {
 public:
  void verdict(const source::Verdict &row, rust::Str function, rust::Str site) noexcept override {
    std::cout << function << ": " << site << ": " << source::placement_name(row.placement) << ": "
              << source::reason_words(row.reason) << '\n';
    told.push_back(&row);
  }
  std::vector<const source::Verdict *> told;
};

int failures = 0;

void check(bool condition, const char *what) {
  if (condition) return;
  std::cerr << "failed: " << what << '\n';
  failures++;
}

}  // namespace

int main() {
  // Text to an image, the image back into a module: bytes go in as a slice of memory that C++ owns.
  const rust::Vec<std::uint8_t> encoded = source::module_from_text(program)->encode();
  const std::vector<std::uint8_t> image(encoded.begin(), encoded.end());
  auto module = source::module_from_image(rust::Slice<const std::uint8_t>(image.data(), image.size()));

  source::Options options{};
  options.threads = 1;
  const auto answers = source::analyze(std::move(module), options);

  // Rust's table, read where it lies.
  const rust::Slice<const source::Verdict> rows = answers->verdicts();
  Printer printer;
  answers->tell(printer);
  check(rows.size() == 2 && printer.told.size() == rows.size(), "two verdicts");
  for (std::size_t i = 0; i < rows.size(); i++) check(printer.told[i] == &rows[i], "the rows are not copied");

  for (const source::Verdict &row : rows) {
    const auto position = answers->module().position(row.pos);
    for (const source::Step &step : answers->explain(row.site)) {
      std::cout << position.file << ':' << position.line << ':' << position.column << ": " << source::why_words(step.why) << '\n';
    }
  }

  // What fails in Rust is thrown in C++.
  try {
    source::module_from_text("nonsense");
    check(false, "nonsense is refused");
  } catch (const rust::Error &error) {
    std::cout << "refused: " << error.what() << '\n';
  }
  return failures != 0;
}
