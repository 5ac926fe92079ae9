// What the command line asks for.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

struct Arguments {
  std::string model;     // empty: the library's default
  std::string profile;   // empty: the library's default
  std::string function;  // empty: all
  bool why = false;      // with each verdict the path that leads to it
  std::vector<std::string> files;
};

// A command line that makes no sense.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

extern const char *const usage;

Arguments parse_arguments(int argc, char **argv);
