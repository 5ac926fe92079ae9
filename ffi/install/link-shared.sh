#!/usr/bin/env bash
# Links the shared library from the static one: link-shared.sh ARCHIVE FOLDER [MAP]. It leaves in FOLDER the library under its real
# name, liboutlive.so.ABI.VERSION, and the two links to it: liboutlive.so.ABI, which clients load, and liboutlive.so, which they
# link with.
#
# Cargo could make a shared library as well, but gives the linker an anonymous version script that no other may stand beside, so
# that its symbols would have no version.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
archive=$1 folder=$2 map=${3:-$here/liboutlive.map}
# shellcheck source=ffi/install/names.sh
. "$here/names.sh"

# shellcheck disable=SC2086
"${CC:-cc}" -shared -o "$folder/$real_name.new" \
  -Wl,-soname,"$soname" -Wl,--version-script="$map" \
  -Wl,--whole-archive "$archive" -Wl,--no-whole-archive \
  -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-z,defs -Wl,--as-needed -lgcc_s $system_libraries -lc
mv -f "$folder/$real_name.new" "$folder/$real_name"
ln -sfn "$real_name" "$folder/$soname"
ln -sfn "$soname" "$folder/liboutlive.so"
