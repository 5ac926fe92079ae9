#!/usr/bin/env bash
# Building node by node through the C ABI beside Rust's builder; see benches/nodes.rs.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${CC:-cc}" -std=c11 -O2 -Wall -Wextra -Werror -Iinclude benches/nodes/nodes.c target/release/liboutlive.a -lm -ldl -lpthread -o "$work/nodes"
OUTLIVE_NODES_C=$work/nodes "${CARGO:-cargo}" bench --locked --bench nodes
