#!/usr/bin/env bash
# Builds the example with CMake and cargo, runs it, and compares what it prints. STRICT=1 turns a missing tool into a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh

need cmake "the cxx example" cmake && need "$cxx" "the cxx example" g++ || exit 0
echo "C++: cxx bridge, both halves in one program"
cmake -S ffi/cxx/example -B "$out/build" -DOUTLIVE_TARGET="${lib%/release}" > "$out/log" 2>&1 || { cat "$out/log"; exit 1; }
cmake --build "$out/build" > "$out/log" 2>&1 || { cat "$out/log"; exit 1; }
"$out/build/example" | diff ffi/cxx/example/expected.txt - || fail "the cxx example prints something else"
if need valgrind "the cxx example under valgrind" valgrind; then
  valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=9 "$out/build/example" > "$out/log" 2>&1 ||
    { cat "$out/log"; fail "the cxx example under valgrind"; }
fi
