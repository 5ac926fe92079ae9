#!/usr/bin/env bash
# A cold run over std beside a cold build: CPU time, user and system, of `outlive -l std` with an empty cache and of
# `go build -a -gcflags='-m -l' std`. The least of RUNS runs each, 2 unless set; goal: at most half.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/support/timing.sh
tool=$PWD/bin/outlive
runs=${RUNS:-2}
[ -x "$tool" ] || { echo "bin/outlive is not built: make build" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GOFLAGS= CGO_ENABLED=0 OUTLIVE_CACHE=$work/cache
# The best run by CPU time.
least() { timed "$@" | sort -k2,2n | head -n 1; }
ours=$(least 'rm -rf "$work/cache"' "$tool" -l std)
compiler=$(least : go build -a '-gcflags=-m -l' std)
printf '%-8s %8s %8s %8s %8s %8s\n' cold ours cpu 'go build' cpu 'by cpu'
echo "std $ours $compiler" | awk '{ printf "%-8s %8.2f %8.2f %8.2f %8.2f %8.2f\n", $1, $2, $3, $4, $5, $3 / $5 }'
