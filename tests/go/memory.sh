#!/usr/bin/env bash
# The tests of package outlive under what watches memory: the race detector; the check that no Go pointer is kept in C; and garbage
# collected wherever an object of the library comes into use. `memory.sh long` has all of it at once, many times over. Expects
# `make build`.
set -euo pipefail
cd "$(dirname "$0")/../../go-bindings"

if [ "${1:-}" = long ]; then
  echo "Go: race detector, cgocheck2 and forced collections, over and over"
  GOEXPERIMENT=cgocheck2 GOGC=1 go test -race -tags outlive_debug -count 3 -timeout 60m .
  exit
fi
echo "Go: race detector"
go test -race .
echo "Go: cgocheck2 and forced collections"
GOEXPERIMENT=cgocheck2 GOGC=1 go test -tags outlive_debug -timeout 20m .
