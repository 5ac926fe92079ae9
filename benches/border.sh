#!/usr/bin/env bash
# What the border between Go and the library costs, on one module of a million instructions: Go's builder, from the first type to the
# image, beside the Rust encoder, which writes the same image of a module that is there, and beside Rust's builder and encoder
# together; and the analysis of that image through Go
# beside the same in Rust. Nanoseconds of processor time per instruction, each the least of ROUNDS (3 unless set) by 5 runs; Go and
# Rust take turns. The aim is a builder that takes at most twice what the encoder takes, and at most 5 % more for an analysis through
# Go, which is one call.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd benches/border && go build -o "$work/border" .)
for ((i = 0; i < ${ROUNDS:-3}; i++)); do
  "$work/border" -image "$work/border.oiri" >> "$work/go"
  OUTLIVE_BORDER_IMAGE=$work/border.oiri cargo bench -q --locked --bench border 2> /dev/null >> "$work/rust"
done
awk '
  function least(old, new) { return old == "" || new < old ? new : old }
  FILENAME ~ /go$/ { insts = $1; build = least(build, $2); through = least(through, $3); if ($4 > calls) calls = $4 }
  FILENAME ~ /rust$/ { encode = least(encode, $2); inside = least(inside, $3); rust = least(rust, $4) }
  END {
    printf "one module of %d instructions, ns of processor time per instruction\n", insts
    printf "  build in Go %.1f, encode in Rust %.1f: ratio %.2f (aim: 2)\n", build, encode, build / encode
    printf "  build and encode in Rust %.1f: ratio %.2f\n", rust, build / rust
    printf "  analyze through Go %.1f, in Rust %.1f: ratio %.3f (aim: 1.05); cgo calls: %d\n", through, inside, through / inside, calls
  }' "$work/go" "$work/rust"
