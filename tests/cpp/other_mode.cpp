// A file of the same program that wants error codes, whatever the others want.
#ifndef OUTLIVE_NO_EXCEPTIONS
#define OUTLIVE_NO_EXCEPTIONS
#endif
#include "outlive.hpp"

int other_mode();

// 1 if a text that is none gives an error, and an empty one a module.
int other_mode() {
  auto bad = outlive::Module::from_text("nonsense");
  auto good = outlive::Module::from_text("module \"a\"\n");
  return !bad && bad.error().status == OUTLIVE_E_SYNTAX && good && good->print();
}
