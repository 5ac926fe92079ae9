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
python3 - "$phase" "$work/report" <<'PY'
import re, sys
escapes = lines = 0.0
for row in open(sys.argv[1]):
    found = re.match(r"Benchmark\S*:(\S*)\s+1\s+(\d+) ns/op", row)
    if found and row.split()[0].endswith("fe:escapes"):
        escapes += int(found.group(2))
if not escapes:
    sys.exit("no phase fe:escapes in the compiler's report")
for row in open(sys.argv[2]):
    if row.startswith("std "):
        ours = float(row.split("|")[2].split()[0])
        per = float(row.split("|")[1].split()[3])
print(f"\ncompiler fe:escapes over std {escapes / 1e6:.1f} ms; decode + verify + gc {ours:.1f} ms"
      f" ({per:.1f} ns per instruction): ratio {escapes / 1e6 / ours:.2f}")
PY
