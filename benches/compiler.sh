#!/usr/bin/env bash
# Decode, verify and model gc over std on one core beside the compiler's own escape phase, in one run. The compiler's figure is
# the sum of its phase `fe:escapes` over the packages of std, built with inlining off.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
phase=$work/phases
CGO_ENABLED=0 GOFLAGS= taskset -c 0 go build -a -p=1 -pgo=off "-gcflags=all=-l -bench=$phase" std
images=$work/images
mkdir -p "$images"
cp target/bench-images/std.oiri "$images/"
OUTLIVE_BENCH_IMAGES=$images taskset -c 0 cargo bench --locked -q --bench report 2>/dev/null | tee "$work/report"
awk '
  FNR == NR { if ($1 ~ /fe:escapes$/) escapes += $3; next }
  $1 == "std" { split($0, part, "|"); split(part[2], per); split(part[3], total); per_instruction = per[4]; ours = total[1] }
  END {
    if (!escapes || !ours) { print "no phase fe:escapes, or no image of std" > "/dev/stderr"; exit 1 }
    printf "\ncompiler fe:escapes over std %.1f ms; decode + verify + gc %.1f ms (%.1f ns per instruction): ratio %.2f\n",
      escapes / 1e6, ours, per_instruction, escapes / 1e6 / ours
  }' "$phase" "$work/report"
