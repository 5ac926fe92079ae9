// oirstat: what happens to the storage of a module, function by function.
//
// Exit codes: 0 fine, 1 a module is wrong, 2 the command line is, or a file cannot be read.
#include "arguments.hpp"
#include "report.hpp"

#include <outlive.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

constexpr int fine = 0, wrong_module = 1, wrong_usage = 2;

std::string read(const std::string &file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UsageError("cannot open " + file);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw UsageError("cannot read " + file);
  return content;
}

// An image begins with its magic; everything else is text.
outlive::Module parse(const std::string &content) {
  if (content.rfind("OUTL", 0) == 0) return outlive::Module::from_image(content);
  return outlive::Module::from_text(content);
}

int analyze(const std::string &file, const Arguments &arguments) {
  const std::string content = read(file);
  outlive::Options options;
  options.model = arguments.model;
  options.profile = arguments.profile;
  try {
    report(std::cout, parse(content).analyze(options), arguments);
    return fine;
  } catch (const outlive::Exception &failure) {
    report(std::cerr, file, failure.error());
    const auto status = failure.error().status;
    return status == OUTLIVE_E_UNKNOWN_MODEL || status == OUTLIVE_E_UNKNOWN_PROFILE ? wrong_usage : wrong_module;
  }
}

}  // namespace

int main(int argc, char **argv) {
  try {
    const Arguments arguments = parse_arguments(argc, argv);
    int worst = fine;
    for (const std::string &file : arguments.files) worst = std::max(worst, analyze(file, arguments));
    return worst;
  } catch (const UsageError &error) {
    std::cerr << "oirstat: " << error.what() << '\n' << usage;
    return wrong_usage;
  }
}
