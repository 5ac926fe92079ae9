#!/usr/bin/env bash
# Every gate is seen to fail: each is given a copy of its subject that is broken on purpose, must fail, and must say the words
# expected. The copy unbroken comes first and must pass. Expects `make build`.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh
# shellcheck source=tests/c/gates.sh
. tests/c/gates.sh

whole=$lib
fresh() {
  rm -rf "$out/tree"
  mkdir -p "$out/tree/tests" "$out/tree/lib"
  cp -r include "$out/tree/include"
  cp -r tests/c tests/cpp "$out/tree/tests"
  cp "$whole/liboutlive.a" "$whole/liboutlive.so" "$out/tree/lib"
}
tree=$out/tree lib=$out/tree/lib

seen=0
# must_fail GATE WORDS BREAK...: the gate fails after BREAK has been run in the copy, with WORDS in what it says.
must_fail() {
  local gate=$1 words=$2
  shift 2
  fresh
  (cd "$tree" && "$@") > "$out/said" 2>&1 || fail "$gate: the copy cannot be broken by: $*"
  if ("gate_$gate") > "$out/said" 2>&1; then fail "$gate does not notice: $*"; fi
  grep -q -e "$words" "$out/said" || { cat "$out/said"; fail "$gate fails after \`$*\`, but does not say: $words"; }
  seen=$((seen + 1))
  echo "  $gate: $words"
}

edit() { # sed expression, file: which must change
  sed "$1" "$2" > edited
  if cmp -s edited "$2"; then return 1; fi
  cat edited > "$2"
  rm edited
}
header() { edit "$1" include/outlive.h; }
relink() { # a version script
  printf '%s\n' "$1" > map
  "$root/ffi/install/link-shared.sh" "$tree/lib/liboutlive.a" "$tree/lib" "$tree/map"
}
rename_in_archive() { objcopy --redefine-sym "$1=$2" lib/liboutlive.a; }

gates="header hpp wrapped generated layouts_in_rust layouts_in_c symbols archive link_version baseline size every_export threads"
echo "gates: an unbroken copy passes"
fresh
for gate in $gates; do "gate_$gate" > "$out/said" 2>&1 || { cat "$out/said"; fail "$gate fails on a copy that is whole"; }; done

echo "gates: broken copies do not"
must_fail header "redefin\|conflicting" header '/^#ifndef OUTLIVE_H/d;/^#define OUTLIVE_H/d;/^#endif.*OUTLIVE_H/d'
must_fail header "strict-prototypes\|prototype" header 's/outlive_version(void)/outlive_version()/'
must_fail header "operator\|class\|expected\|delete" header 's/outlive_str message;/&/;s/const outlive_error \*error);/const outlive_error *delete);/'
must_fail header "unused\|never read\|defined but" header 's/^static inline outlive_str outlive_str_from/static int unused(void) { return 0; }\n&/'
must_fail hpp "exception handling disabled" edit 's/^#ifdef OUTLIVE_NO_EXCEPTIONS/#if 0/' include/outlive.hpp
must_fail hpp "shadow" edit 's/Rows(const void \*first, std::size_t count/Rows(const void *first_, std::size_t count/;s/cast<const unsigned char \*>(first))/cast<const unsigned char *>(first_))/' include/outlive_views.hpp
must_fail hpp "optional" edit '/^#include <optional>/d' include/outlive.hpp
must_fail wrapped "outlive_result_stats is not in" edit 's/outlive_result_stats//' include/outlive.hpp
must_fail wrapped "outlive_made_up is not in" edit '$s/$/\noutlive_made_up/' tests/c/symbols.txt
must_fail generated "stale from line" header 's/uint32_t outlive_abi_version/uint64_t outlive_abi_version/'
must_fail generated "stale from line" header 's/Frees a buffer/Frees the buffer/'
must_fail layouts_in_rust "stale from" edit 's/^  pos 12 4/  pos 16 4/' tests/c/layouts.txt
must_fail layouts_in_rust "differ" header 's/^} outlive_step;/} outlive_leap;/'
must_fail layouts_in_c "layouts in C differ" header '/^  uint32_t context;/d;s/^  uint32_t func;/&\n  uint32_t context;/'
must_fail layouts_in_c "layouts in C differ" header 's/^  uint16_t reason;/  uint32_t reason;/'
must_fail symbols "other symbols" edit '/outlive_result_free/d' tests/c/symbols.txt
must_fail symbols "not in the header" header 's/outlive_buffer_len(/outlive_buffer_length(/'
must_fail symbols "no C test uses" edit 's/outlive_why_words/outlive_words/g' tests/c/basics.c
must_fail symbols "outside outlive_" relink 'OUTLIVE_1 { global: *; };'
must_fail symbols "other symbols" relink 'OUTLIVE_1 { global: outlive_abi*; local: *; };'
must_fail archive "names a client might use" rename_in_archive outlive_version version
must_fail archive "lacks outlive_abi_1" rename_in_archive outlive_abi_1 _gone
must_fail link_version "ABI 1 does not link" rename_in_archive outlive_abi_1 outlive_abi_3
must_fail link_version "ABI 2 links" rename_in_archive outlive_version outlive_abi_2
must_fail size "3 MB or more" edit 's/^int main/static const volatile char ballast[3000000] = {1};\n&/;s/^  printf("%lu of/  heap += ballast[heap];\n&/' tests/c/size/image_only.c

must_fail generated "calls.c is stale" edit 's/call_outlive_version/call_nothing/' tests/c/every/calls.c
must_fail every_export "undefined reference" rename_in_archive outlive_result_facts outlive_result_fact
exchange_in_archive() { # two functions
  rename_in_archive "$1" "$1_" && rename_in_archive "$2" "$1" && rename_in_archive "$1_" "$2"
}
must_fail every_export "failed: outlive_error_status" exchange_in_archive outlive_error_status outlive_error_section
if need valgrind "threads under helgrind" valgrind; then
  must_fail threads "Possible data race" edit 's/^static size_t read_shared(void) {/&\n  static int reads;\n  reads++;/' tests/c/threads/threads.c
fi

if need abidiff "the ABI against its baseline" abigail-tools; then
  must_fail baseline "Removed function" header '/^outlive_status outlive_check_verdicts/,/;$/d'
  must_fail baseline "size_t.*uint32_t\|type name changed" header 's/^size_t outlive_buffer_len/uint32_t outlive_buffer_len/'
  must_fail baseline "offset changed" header 's/^  uint32_t site;/&\n  uint32_t between;/'
  must_fail baseline "data member insertion" header 's/^} outlive_position;/  uint32_t more;\n&/'
  must_fail baseline "data member insertion" header 's/^} outlive_options;/  uint64_t at_the_end;\n&/'
  echo "gates: what the baseline may become"
  fresh
  (cd "$tree" && header 's/^void outlive_abi_1(void);/&\nvoid outlive_added(void);/')
  gate_baseline > "$out/said" || fail "baseline: an added function is refused"
  (cd "$tree" && header 's/^} outlive_options;/  uint64_t at_the_end;\n&/')
  gate_baseline --suppressions tests/c/abi.suppressions > "$out/said" || fail "baseline: a structure must not grow at its end"
  gate_renewed() { gate_baseline --suppressions tests/c/abi.suppressions; }
  must_fail renewed "data member insertion" header 's/^} outlive_position;/  uint32_t more;\n&/'
  must_fail renewed "offset changed" header 's/^  uint32_t site;/&\n  uint32_t between;/'
fi

echo "gates: an installation"
if need cmake "the gates of an installation" cmake && need pkg-config "the gates of an installation" pkg-config; then
  whole_tree() {
    rm -rf "$out/tree"
    mkdir -p "$out/tree/ffi/src" "$out/tree/tests" "$out/tree/bin" "$out/tree/target"
    ln -s "$whole" "$out/tree/target/release"
    cp Makefile Cargo.toml "$out/tree"
    cp -r include "$out/tree"
    cp -r ffi/install "$out/tree/ffi"
    cp ffi/src/version.rs "$out/tree/ffi/src"
    cp -r tests/c tests/golden "$out/tree/tests"
  }
  installation() { env -u CARGO_TARGET_DIR -u MAKEFLAGS INSTALL_ONLY=1 "$out/tree/tests/c/install.sh"; }
  install_must_fail() { # words, then how it is broken
    local words=$1
    shift
    whole_tree
    (cd "$out/tree" && "$@") || fail "the installation cannot be broken by: $*"
    if installation > "$out/said" 2>&1; then fail "an installation passes in spite of: $*"; fi
    grep -q -e "$words" "$out/said" || { cat "$out/said"; fail "an installation fails after \`$*\`, but does not say: $words"; }
    seen=$((seen + 1))
    echo "  installation: $words"
  }
  whole_tree
  installation > "$out/said" 2>&1 || { cat "$out/said"; fail "a whole installation fails"; }
  install_must_fail "name the prefix" edit 's|^prefix=.*|prefix=/opt/outlive|' ffi/install/outlive.pc.in
  install_must_fail "names that are not its own" edit 's/--keep-global-symbol=.outlive_\*. --keep-global-symbol=.DW.ref.outlive_\*.//' ffi/install/seal-archive.sh
  install_must_fail "beside another" edit 's/--redefine-sym DW.*personality /--redefine-sym none=none /;s/DW.ref.outlive_/DW.ref./' ffi/install/seal-archive.sh
  install_must_fail "correct system_libraries" edit 's/ -lm / /' ffi/install/names.sh
  install_must_fail "outlive.pc has another version" edit 's/^Version: .*/Version: 7/' ffi/install/outlive.pc.in
  install_must_fail "is not the static library" edit 's|@LIBDIR@/liboutlive.a"|@LIBDIR@/@REAL_NAME@"|' ffi/install/OutliveConfig.cmake.in
  install_must_fail "takes this version for 99" edit 's/PACKAGE_VERSION_COMPATIBLE FALSE/PACKAGE_VERSION_COMPATIBLE TRUE/' ffi/install/OutliveConfigVersion.cmake.in
  install_must_fail "lacks its static library" edit 's|"include/outlive.h" "@LIBDIR@/@REAL_NAME@" "@LIBDIR@/liboutlive.a"|"include/outlive.h"|' ffi/install/OutliveConfig.cmake.in
  install_must_fail "uninstall leaves" edit 's|outlive.pc" "${cmake|outlive.p" "${cmake|' ffi/install/install.sh
fi

echo "gates: the tools that watch the C tests"
seen_by() { # words, then the command that must fail
  local words=$1
  shift
  if "$@" > "$out/said" 2>&1; then fail "not noticed: $*"; fi
  grep -q "$words" "$out/said" || { cat "$out/said"; fail "does not say: $words"; }
  seen=$((seen + 1))
  echo "  $words"
}
client() { "$cc" -std=c11 -g -Iinclude tests/c/broken/client.c -o "$out/client" "$@" "$whole/liboutlive.a" "${system[@]}"; }
if need valgrind "the C tests under valgrind" valgrind; then
  client
  under_valgrind "$out/client"
  seen_by "definitely lost" under_valgrind "$out/client" leak
  seen_by "Invalid read" under_valgrind "$out/client" use-after-free
fi
if have_sanitizers; then
  client "${sanitizers[@]}"
  "$out/client"
  seen_by "LeakSanitizer" "$out/client" leak
  seen_by "AddressSanitizer: heap-use-after-free" "$out/client" use-after-free
  seen_by "signed integer overflow" "$out/client" overflow
fi
seen_by "SKIPPED something: install nonesuch" env STRICT=1 bash -c '. tests/c/common.sh; need nonesuch something nonesuch'

echo "$seen broken subjects, all noticed"
