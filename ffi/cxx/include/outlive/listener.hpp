// The C++ half of the bridge: what Rust calls.
#pragma once

#include "rust/cxx.h"

namespace outlive::source {

struct Verdict;

// Is told of every verdict, in the order of the table. What it is given is borrowed for the call. It may throw nothing.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void verdict(const Verdict &row, rust::Str function, rust::Str site) noexcept = 0;
};

}  // namespace outlive::source
