// What the C++ tests share: checks, and answers with exceptions and without.
#pragma once

#include "outlive.hpp"

#include <cstdio>
#include <cstdlib>

extern int checks, failures;

#define CHECK(cond)                                                              \
  do {                                                                           \
    checks++;                                                                    \
    if (!(cond)) {                                                               \
      failures++;                                                                \
      std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #cond);    \
    }                                                                            \
  } while (0)

#ifdef OUTLIVE_NO_EXCEPTIONS
// The value of an answer that must be one.
template <class Call>
auto value_of(Call call) {
  auto answer = call();
  if (!answer) {
    std::fprintf(stderr, "unexpected: %s\n", answer.error().message.c_str());
    std::exit(2);
  }
  return std::move(*answer);
}
template <class Call>
bool succeeds(Call call) {
  return static_cast<bool>(call());
}
// The error of an answer that must be one; the status is OUTLIVE_OK if it is none.
template <class Call>
outlive::Error error_of(Call call) {
  auto answer = call();
  return answer ? outlive::Error() : answer.error();
}
#else
template <class Call>
auto value_of(Call call) {
  return call();
}
template <class Call>
bool succeeds(Call call) {
  try {
    call();
    return true;
  } catch (const outlive::Exception &) {
    return false;
  }
}
template <class Call>
outlive::Error error_of(Call call) {
  try {
    (void)call();
    return outlive::Error();
  } catch (const std::exception &e) {
    const auto *ours = dynamic_cast<const outlive::Exception *>(&e);
    CHECK(ours != nullptr && std::string(e.what()) == ours->error().message);
    return ours->error();
  }
}
#endif
