#!/usr/bin/env bash
# outlive.hpp: alone, and the test program with exceptions and without, under valgrind and the sanitizers. Expects `make build`.
# STRICT=1 turns a missing optional tool into a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh
# shellcheck source=tests/c/gates.sh
. tests/c/gates.sh

need "$cxx" "outlive.hpp" g++ || exit 0
echo "C++: outlive.hpp alone"
gate_hpp || fail "the gate of outlive.hpp above"

compile() { # output, then flags
  local output=$1
  shift
  "$cxx" "${warnings[@]}" -g -Iinclude tests/cpp/*.cpp -o "$output" "$@" "$lib/liboutlive.a" "${system[@]}"
}
for mode in "-std=c++17" "-std=c++20 -fno-exceptions -fno-rtti"; do
  echo "C++: $mode"
  read -ra flags <<< "$mode"
  compile "$out/test" "${flags[@]}"
  "$out/test"
  if need valgrind "the C++ tests under valgrind" valgrind; then under_valgrind "$out/test"; fi
  if have_sanitizers; then
    compile "$out/sanitized" "${flags[@]}" "${sanitizers[@]}"
    "$out/sanitized"
  fi
done
