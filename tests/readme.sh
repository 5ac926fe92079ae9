#!/usr/bin/env bash
# What the README shows is what the program prints: the lines after `$ command` in its first block are compared with the output.
set -euo pipefail
cd "$(dirname "$0")/.."

block=$(awk '/^```/ { if (inside) exit; inside = 1; next } inside' README.md)
command=$(head -n 1 <<< "$block")
echo "README: ${command#\$ }"
diff <(tail -n +2 <<< "$block") <(bash -euo pipefail -c "${command#\$ }") || { echo "README.md shows other output"; exit 1; }
