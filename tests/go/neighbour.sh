#!/usr/bin/env bash
# Two Rust libraries in one Go program. Expects `make build`.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh

echo "Go: beside another Rust library"
cp -r tests/go/neighbour "$out/neighbour"
rustc --edition 2024 -O --crate-type staticlib tests/c/neighbour/neighbour.rs -o "$out/neighbour/other/libneighbour.a"
cd "$out/neighbour"
go mod edit -replace "outlive.dev/outlive=$root/go-bindings"
go vet ./...
go build -o two .
./two
