#!/usr/bin/env bash
# Makes the static library that is installed: seal-archive.sh ARCHIVE SHARED OUTPUT. One object, with what the exports of the shared
# library SHARED reach, whose only global names are theirs. Cargo's archive has all of Rust's standard library under Rust's names, so that
# two such archives in one program fight over what both define; this one meets no other, in whatever order they are linked.
#
# SEAL_DEBUG=1 keeps debugging information.
set -euo pipefail
archive=$1 shared=$2 output=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mapfile -t roots < <(nm -D --defined-only "$shared" | awk '$2 == "T" {sub(/@.*/, "", $3); print "-Wl,-u," $3}')
"${CC:-cc}" -r -nostdlib -Wl,--gc-sections "${roots[@]}" -Wl,--whole-archive "$archive" -o "$work/all.o"

# The reference to the unwinder's personality lies in a group of sections that the linker keeps once by its name: under Rust's own, the
# first library's would stand for all, and its personality is not global any more.
objcopy --redefine-sym DW.ref.rust_eh_personality=DW.ref.outlive_eh_personality "$work/all.o" "$work/renamed.o"

# Names that only removed sections used would come back as undefined ones, so what no relocation needs goes as well. Besides, the
# standard library carries its bitcode, which only Rust's own linking could use.
if [ "${SEAL_DEBUG:-0}" = 1 ]; then strip=(--strip-unneeded-symbol='*'); else strip=(--strip-unneeded); fi
objcopy --wildcard --keep-global-symbol='outlive_*' --keep-global-symbol='DW.ref.outlive_*' "${strip[@]}" -R .llvmbc -R .llvmcmd \
  "$work/renamed.o" "$work/outlive.o"
rm -f "$output"
ar rc "$output" "$work/outlive.o"
