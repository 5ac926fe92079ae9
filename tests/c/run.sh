#!/usr/bin/env bash
# The C side: the header alone, the exported symbols, and the test program against both libraries, under valgrind and under
# AddressSanitizer. Expects `make build`. STRICT=1 turns a missing optional tool into a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=tests/c/common.sh
. tests/c/common.sh

echo "C: the header alone"
printf '#include "outlive.h"\n#include "outlive.h"\n' > "$out/alone.c"
for std in c99 c11 c17; do
  "$cc" -std=$std "${warnings[@]}" -Iinclude -c "$out/alone.c" -o "$out/alone.o"
done
if command -v c++ > /dev/null; then
  printf '#include "outlive.h"\nint main() { outlive_options o = OUTLIVE_OPTIONS_INIT; return o.reserved; }\n' > "$out/alone.cc"
  for std in c++11 c++20; do
    c++ -std=$std "${warnings[@]}" -Iinclude -c "$out/alone.cc" -o "$out/alone.o"
  done
else
  skipped "the header as C++" "g++"
fi

echo "C: symbols"
nm -D --defined-only "$lib/liboutlive.so" | awk '$2 != "A" {sub(/@.*/, "", $NF); print $NF}' | sort > "$out/exported"
diff tests/c/symbols.txt "$out/exported" || { echo "the shared library exports other symbols than tests/c/symbols.txt"; exit 1; }
while read -r symbol; do
  grep -q "\b$symbol(" include/outlive.h || { echo "$symbol is not in the header"; exit 1; }
  grep -q "\b$symbol(" tests/c/*.c || { echo "no C test uses $symbol"; exit 1; }
done < tests/c/symbols.txt

compile() { # output, then flags
  local output=$1
  shift
  "$cc" -std=c11 "${warnings[@]}" -g -Iinclude tests/c/*.c -o "$output" "$@"
}

echo "C: static library"
compile "$out/static" "$lib/liboutlive.a" "${system[@]}"
"$out/static" tests/golden

echo "C: shared library"
compile "$out/shared" -L"$lib" -loutlive -lpthread -Wl,-rpath,"$PWD/$lib"
LD_LIBRARY_PATH="$lib" "$out/shared" tests/golden

echo "C: beside another Rust library"
rustc --edition 2024 -O --crate-type staticlib tests/c/neighbour/neighbour.rs -o "$out/libneighbour.a"
for libraries in "$lib/liboutlive.a $out/libneighbour.a" "$out/libneighbour.a $lib/liboutlive.a"; do
  # shellcheck disable=SC2086
  "$cc" -std=c11 "${warnings[@]}" -Iinclude tests/c/neighbour/main.c $libraries "${system[@]}" -o "$out/two" 2> "$out/two.log" ||
    { head -n 5 "$out/two.log"; exit 1; }
  "$out/two"
done

echo "C: valgrind"
if command -v valgrind > /dev/null; then
  valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
    --error-exitcode=9 "$out/static" tests/golden
else
  skipped "the C tests under valgrind" "valgrind"
fi

echo "C: AddressSanitizer"
printf 'int main(void) { return 0; }\n' > "$out/probe.c"
if "$cc" -fsanitize=address,undefined "$out/probe.c" -o "$out/probe" 2> /dev/null && "$out/probe" 2> /dev/null; then
  compile "$out/asan" -fsanitize=address,undefined -fno-sanitize-recover "$lib/liboutlive.a" "${system[@]}"
  "$out/asan" tests/golden
else
  skipped "the C tests under AddressSanitizer" "libasan for your compiler"
fi
