#include "arguments.hpp"

#include <string_view>

const char *const usage =
    "usage: oirstat [-model M] [-profile P] [-function NAME] [-why] FILE...\n"
    "  FILE            a module in readable form (.oir) or as an image\n"
    "  -model M        gc, textbook or precise\n"
    "  -profile P      the target whose limits apply, such as go1.26\n"
    "  -function NAME  this function only\n"
    "  -why            with each verdict the path that leads to it\n";

Arguments parse_arguments(int argc, char **argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i++) {
    const std::string_view word = argv[i];
    const auto value = [&]() -> std::string {
      if (++i == argc) throw UsageError(std::string(word) + " needs a value");
      return argv[i];
    };
    if (word == "-model") {
      arguments.model = value();
    } else if (word == "-profile") {
      arguments.profile = value();
    } else if (word == "-function") {
      arguments.function = value();
    } else if (word == "-why") {
      arguments.why = true;
    } else if (word.size() > 1 && word[0] == '-') {
      throw UsageError("unknown flag " + std::string(word));
    } else {
      arguments.files.emplace_back(word);
    }
  }
  if (arguments.files.empty()) throw UsageError("no file");
  return arguments;
}
