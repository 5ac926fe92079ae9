#!/usr/bin/env bash
# The C side: the gates of the ABI, and the test program against both libraries, beside another Rust library, under valgrind and
# under AddressSanitizer. Expects `make build`. STRICT=1 turns a missing optional tool into a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh
# shellcheck source=tests/c/gates.sh
. tests/c/gates.sh

# The two gates left out here, the generated header and layouts in Rust, are tests of cargo's.
for gate in header layouts_in_c symbols wrapped archive link_version baseline size; do
  echo "C: ${gate//_/ }"
  "gate_$gate" || fail "the gate of the C ABI above"
done

compile() { # output, then flags
  local output=$1
  shift
  "$cc" -std=c11 "${warnings[@]}" -g -Iinclude tests/c/*.c -o "$output" "$@"
}

echo "C: static library"
compile "$out/static" "$lib/liboutlive.a" "${system[@]}"
"$out/static" tests/golden

echo "C: shared library"
compile "$out/shared" -L"$lib" -loutlive -lpthread -Wl,-rpath,"$lib"
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
if need valgrind "the C tests under valgrind" valgrind; then under_valgrind "$out/static" tests/golden; fi

echo "C: every export, with any arguments"
times=500 gate_every_export || fail "an export, as above"

echo "C: threads"
gate_threads || fail "threads, as above"

echo "C: AddressSanitizer"
if have_sanitizers; then
  compile "$out/asan" "${sanitizers[@]}" "$lib/liboutlive.a" "${system[@]}"
  "$out/asan" tests/golden
  times=200 gate_every_export "${sanitizers[@]}" || fail "an export, as above"
fi
