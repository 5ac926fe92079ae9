#!/usr/bin/env bash
# Rewrites the baseline that libabigail compares the header with, as a release does: `make bless-abi`. Refuses what is not growth:
# what libabigail does not see in a structure that has grown, a field that moved, layouts.txt does (ffi/src/layout.rs).
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh
# shellcheck source=tests/c/gates.sh
. tests/c/gates.sh

gate_layouts_in_c
STRICT=1 need abidw "the baseline" abigail-tools
if [ -f tests/c/abi.xml ]; then gate_baseline --suppressions tests/c/abi.suppressions; fi
declared "$out/declared.so"
abidw --no-corpus-path --no-comp-dir-path --no-show-locs "$out/declared.so" > tests/c/abi.xml
