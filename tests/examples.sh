#!/usr/bin/env bash
# The examples that build against an installed Outlive, each as a stranger would: `make install` to a folder, a copy of the example
# alone, and then nothing but what its README says. Blocks marked `sh` are run, those marked `console` are compared with what their
# commands print. Expects `make build`. STRICT=1 turns a missing optional tool into a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh

make --no-print-directory install PREFIX="$out/prefix" DESTDIR= LIBDIR=lib
export PREFIX=$out/prefix
unset CARGO_TARGET_DIR GOFLAGS MAKEFLAGS MFLAGS

blocks() { # kind
  awk -v kind="$1" '$0 == "```" {inside = 0} inside {print} $0 == "```" kind {inside = 1}' README.md
}

follow() { # example
  cp -r "examples/$1" "$out/example"
  cd "$out/example"
  local begin=$SECONDS
  [ -n "$(blocks sh)" ] && [ -n "$(blocks console)" ] || fail "examples/$1/README.md has no commands"
  bash -euo pipefail -c "$(blocks sh)" > "$out/built" 2>&1 || { cat "$out/built"; fail "examples/$1 does not build"; }
  blocks console > "$out/expected"
  while IFS= read -r line; do
    printf '%s\n' "$line"
    bash -o pipefail -c "${line#\$ }" < /dev/null 2>&1 || true
  done < <(grep '^\$ ' "$out/expected") > "$out/printed"
  diff "$out/expected" "$out/printed" || fail "examples/$1/README.md shows other output"
  cd - > /dev/null
  rm -rf "$out/example"
  echo "examples/$1: $((SECONDS - begin)) s"
  [ $((SECONDS - begin)) -lt 60 ] || fail "examples/$1 takes a minute or more"
}

if need pkg-config examples/c pkg-config; then follow c; fi
if need "$cxx" examples/cpp g++ && need cmake examples/cpp cmake; then follow cpp; fi
if need pkg-config examples/go-tool pkg-config; then follow go-tool; fi
