# Sourced by the scripts beside it, from the root of the tree: tools, warnings, a folder that goes away, and what to do without a
# tool.
lib=${CARGO_TARGET_DIR:-$PWD/target}/release
cc=${CC:-cc}
cxx=${CXX:-c++}
warnings=(-Wall -Wextra -Werror -pedantic)
# shellcheck source=ffi/install/names.sh
. ffi/install/names.sh
read -ra system <<< "$system_libraries"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

skipped() { # what, what to install
  echo "SKIPPED $1: install $2"
  if [ "${STRICT:-0}" = 1 ]; then exit 1; fi
}

need() { # command, what is skipped without it, what to install
  if command -v "$1" > /dev/null; then return 0; fi
  skipped "$2" "$3"
  return 1
}
