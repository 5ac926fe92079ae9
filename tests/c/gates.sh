# Sourced after common.sh: the gates of the C ABI. Each is a function that looks at the tree in $tree and the libraries in $lib, these
# here unless tests/c/broken.sh has made a broken copy, and answers with a status; what it finds wrong it says. docs/abi.md lists
# them.
tree=${tree:-.}

# The header compiles alone, twice, in every standard, without a warning.
gate_header() {
  local std
  printf '#include "outlive.h"\n#include "outlive.h"\n' > "$out/alone.c"
  for std in c99 c11 c17; do
    "$cc" -std=$std "${warnings[@]}" -Wstrict-prototypes -I"$tree/include" -c "$out/alone.c" -o "$out/alone.o" || return 1
  done
  if need "$cxx" "the header as C++" g++; then
    printf '#include "outlive.h"\n#include "outlive.h"\nint main() { outlive_options o = OUTLIVE_OPTIONS_INIT; return o.reserved; }\n' > "$out/alone.cc"
    for std in c++11 c++17 c++20; do
      "$cxx" -std=$std "${warnings[@]}" -I"$tree/include" -c "$out/alone.cc" -o "$out/alone.o" || return 1
    done
  fi
}

# outlive.hpp and those beside it compile alone, twice, with exceptions and without.
gate_hpp() {
  need "$cxx" "outlive.hpp" g++ || return 0
  local header std mode
  for header in outlive.hpp outlive_builder.hpp outlive_views.hpp; do
    printf '#include "%s"\n#include "%s"\nint main() { return outlive::Rows<int>().size() != 0; }\n' $header $header > "$out/alone.cc"
    gate_hpp_alone || return 1
  done
}

gate_hpp_alone() {
  for std in c++17 c++20; do
    for mode in -fexceptions -fno-exceptions -DOUTLIVE_NO_EXCEPTIONS; do
      "$cxx" -std=$std "${warnings[@]}" -Wshadow $mode -I"$tree/include" -c "$out/alone.cc" -o "$out/alone.o" || return 1
    done
  done
}

# Whatever the C ABI has is in outlive.hpp or its neighbours, or on a list with the reason why not.
gate_wrapped() {
  local symbol
  while read -r symbol; do
    grep -q "\b$symbol\b" "$tree"/include/*.hpp && continue
    grep -q "^$symbol: ." "$tree/tests/cpp/unwrapped.txt" ||
      { echo "$symbol is not in include/*.hpp, nor with a reason in tests/cpp/unwrapped.txt"; return 1; }
  done < "$tree/tests/c/symbols.txt"
}

# The header is the generated one, and layouts in Rust are the committed ones.
gate_generated() {
  OUTLIVE_TREE=$(realpath "$tree") cargo test --locked -q -p outlive-ffi --test header > "$out/generated" 2>&1 ||
    { grep -A 3 panicked "$out/generated"; return 1; }
}

gate_layouts_in_rust() {
  OUTLIVE_TREE=$(realpath "$tree") cargo test --locked -q -p outlive-ffi --lib layout > "$out/generated" 2>&1 ||
    { grep -A 3 panicked "$out/generated"; return 1; }
}

# Layouts in C are those of the committed file.
gate_layouts_in_c() {
  awk '
    BEGIN { print "#include \"outlive.h\"\n#include <stdio.h>\n#define ALIGN(T) offsetof(struct { char c; T t; }, t)\nint main(void) {" }
    /^[^ ]/ { name = $1; printf "  printf(\"%s %%d %%d\\n\", (int)sizeof(%s), (int)ALIGN(%s));\n", name, name, name }
    /^ / { printf "  printf(\"  %s %%d %%d\\n\", (int)offsetof(%s, %s), (int)sizeof(((%s *)0)->%s));\n", $1, name, $1, name, $1 }
    END { print "  return 0;\n}" }
  ' "$tree/tests/c/layouts.txt" > "$out/layouts.c"
  "$cc" -std=c11 -Wall -Werror -I"$tree/include" "$out/layouts.c" -o "$out/layouts" || return 1
  "$out/layouts" | diff "$tree/tests/c/layouts.txt" - || { echo "layouts in C differ from tests/c/layouts.txt"; return 1; }
}

# The shared library exports what the committed list has, all of it under outlive_; each is in the header, and used by a C test.
gate_symbols() {
  local symbol
  nm -D --defined-only "$lib/liboutlive.so" | awk '$2 != "A" {sub(/@.*/, "", $NF); print $NF}' | LC_ALL=C sort > "$out/exported"
  if grep -v '^outlive_' "$out/exported"; then echo "the shared library exports names outside outlive_"; return 1; fi
  LC_ALL=C sort "$tree/tests/c/symbols.txt" | diff - "$out/exported" ||
    { echo "the shared library exports other symbols than tests/c/symbols.txt"; return 1; }
  while read -r symbol; do
    grep -q "\b$symbol(" "$tree/include/outlive.h" || { echo "$symbol is not in the header"; return 1; }
    grep -q "\b$symbol(" "$tree"/tests/c/*.c || { echo "no C test uses $symbol"; return 1; }
  done < "$tree/tests/c/symbols.txt"
}

# The static library defines, beside ours, only names that begin with an underscore, which C leaves to implementations: Rust's own
# (`_R...`, `_ZN...`), the helpers of its compiler (`__muldc3`), and the personality of its unwinding.
gate_archive() {
  nm -g --defined-only "$lib/liboutlive.a" 2> /dev/null | awk 'NF == 3 {print $3}' | LC_ALL=C sort -u > "$out/defined"
  grep -q '^outlive_abi_1$' "$out/defined" || { echo "the static library lacks outlive_abi_1"; return 1; }
  if grep -v -e '^outlive_' -e '^_' -e '^DW\.ref\.' "$out/defined"; then
    echo "the static library defines names a client might use"
    return 1
  fi
}

# A client of an ABI that this is not does not link; nor does any client with a library that has lost its version symbol.
gate_link_version() {
  local symbol
  for symbol in outlive_abi_1 outlive_abi_2; do
    printf 'void %s(void);\nint main(void) { %s(); return 0; }\n' $symbol $symbol > "$out/$symbol.c"
  done
  "$cc" "$out/outlive_abi_1.c" "$lib/liboutlive.a" "${system[@]}" -o "$out/linked" ||
    { echo "a client of ABI 1 does not link"; return 1; }
  if "$cc" "$out/outlive_abi_2.c" "$lib/liboutlive.a" "${system[@]}" -o "$out/linked" 2> /dev/null; then
    echo "a client of ABI 2 links"
    return 1
  fi
}

# The ABI as clients compile it: the header's functions with empty bodies, as a library with debugging information (the real one's
# would show Rust's types, which no client sees).
declared() { # output
  awk '/^extern "C" \{/ {inside = 1; print; next} /^}  \/\/ extern/ {inside = 0} {if (inside) sub(/;$/, " { for (;;) {} }"); print}' \
    "$tree/include/outlive.h" > "$out/declared.h"
  printf '#include "declared.h"\n' > "$out/declared.c"
  (cd "$out" && "$cc" -std=c99 -g -fPIC -shared declared.c -Wl,-soname,"$soname" -o "$1")
}

# libabigail finds no change against the committed baseline but functions that were added.
gate_baseline() {
  need abidiff "the ABI against its baseline" abigail-tools || return 0
  declared "$out/declared.so" || return 1
  abidiff --no-added-syms "$@" "$tree/tests/c/abi.xml" "$out/declared.so" ||
    { echo "the ABI of the header is not that of tests/c/abi.xml; if a structure has grown at its end: make bless-abi"; return 1; }
}

# A program that uses only the image path stays under 3 MB; a linker that leaves out what is not used makes it much less.
gate_size() {
  local flags size
  for flags in "" "-Wl,--gc-sections"; do
    # shellcheck disable=SC2086
    "$cc" -O2 -I"$tree/include" "$tree/tests/c/size/image_only.c" "$lib/liboutlive.a" "${system[@]}" $flags -o "$out/size" || return 1
    strip "$out/size"
    size=$(stat -c %s "$out/size")
    echo "  image path, linked with the static library${flags:+ and $flags}, stripped: $size bytes"
    [ "$size" -lt 3000000 ] || { echo "that is 3 MB or more"; return 1; }
  done
  "$out/size" tests/golden/handmade.oiri > /dev/null || { echo "the small program fails"; return 1; }
}

# Every export, called with NULL, empty, huge and random arguments, as often as $times says, from a random seed that is printed.
gate_every_export() { # flags of the compiler
  "$cc" -std=c11 "${warnings[@]}" -g -I"$tree/include" "$tree"/tests/c/every/*.c "$@" "$lib/liboutlive.a" "${system[@]}" -o "$out/every" ||
    return 1
  local seed=${seed:-$RANDOM}
  "$out/every" "${times:-100}" "$seed" > "$out/every.log" 2>&1 ||
    { head -n 20 "$out/every.log"; echo "that was tests/c/every with seed $seed"; return 1; }
  tail -n 1 "$out/every.log"
}

# 64 threads on shared handles and on their own; helgrind sees every access.
gate_threads() { # flags of the compiler
  "$cc" -std=c11 "${warnings[@]}" -g -I"$tree/include" "$tree/tests/c/threads/threads.c" "$@" "$lib/liboutlive.a" "${system[@]}" \
    -o "$out/threads" || return 1
  "$out/threads" 64 20 || return 1
  need valgrind "threads under helgrind" valgrind || return 0
  valgrind --quiet --tool=helgrind --history-level=none --suppressions="$tree/tests/c/threads/helgrind.supp" --error-exitcode=9 \
    "$out/threads" 64 1 > "$out/helgrind" 2>&1 || { head -n 40 "$out/helgrind"; return 1; }
}

# The tools that watch the C tests.
under_valgrind() {
  valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
    --error-exitcode=9 "$@"
}

sanitizers=(-fsanitize=address,undefined -fno-sanitize-recover)
have_sanitizers() {
  printf 'int main(void) { return 0; }\n' > "$out/probe.c"
  if "$cc" "${sanitizers[@]}" "$out/probe.c" -o "$out/probe" 2> /dev/null && "$out/probe" 2> /dev/null; then return 0; fi
  skipped "the C tests under AddressSanitizer" "libasan for your compiler"
  return 1
}
