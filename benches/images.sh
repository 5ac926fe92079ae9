#!/usr/bin/env bash
# The images the benches measure, made by the command itself from the installed standard library.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=${OUTLIVE_BENCH_IMAGES:-target/bench-images}
mkdir -p "$dir"
for package in strings encoding/json net/http go/types std; do
  out=$dir/$(basename "$package").oiri
  [ "$out" -nt bin/outlive ] || bin/outlive image -o "$out" "$package"
done
