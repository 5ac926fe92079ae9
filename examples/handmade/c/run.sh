#!/usr/bin/env bash
# Builds and runs the C example; with `check`, compares what it prints with expected.txt, which the Go twin prints too. Expects `make build`.
set -euo pipefail
cd "$(dirname "$0")/../../.."

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"${CC:-cc}" -std=c99 -Wall -Wextra -Werror -pedantic -Iinclude examples/handmade/c/handmade.c \
  "${CARGO_TARGET_DIR:-target}/release/liboutlive.a" -lm -ldl -lpthread -o "$out/handmade"
if [ "${1:-}" = check ]; then
  echo "C: examples/handmade/c"
  "$out/handmade" | diff examples/handmade/expected.txt -
else
  "$out/handmade"
fi
