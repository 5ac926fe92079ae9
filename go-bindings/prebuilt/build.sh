#!/usr/bin/env bash
# `make prebuilt`: puts the static library into the module of each platform that Rust can compile for here, and the header beside
# package outlive, as releases of these modules have them. Expects `make build`, for the platform at hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
built=${CARGO_TARGET_DIR:-$PWD/target}
host=$(rustc -vV | sed -n 's/^host: //p')

# shellcheck source=ffi/install/names.sh
. ffi/install/names.sh

show() { echo "prebuilt/$1: $(du -h "go-bindings/prebuilt/$1/liboutlive.a" | cut -f1)"; }

while read -r platform target; do
  if [ "$target" = "$host" ]; then
    ffi/install/seal-archive.sh "$built/release/liboutlive.a" "$built/release/$real_name" "go-bindings/prebuilt/$platform/liboutlive.a"
    show "$platform"
  elif [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
    # An archive is not linked, so this takes no linker and no system library of the target.
    "${CARGO:-cargo}" build --release -p outlive-ffi --target "$target" --locked
    cp -f "$built/$target/release/liboutlive.a" "go-bindings/prebuilt/$platform/liboutlive.a"
    show "$platform"
  else
    echo "prebuilt/$platform: left out, Rust has no $target here"
  fi
done << 'END'
darwin_amd64 x86_64-apple-darwin
darwin_arm64 aarch64-apple-darwin
linux_amd64 x86_64-unknown-linux-gnu
linux_arm64 aarch64-unknown-linux-gnu
windows_amd64 x86_64-pc-windows-gnu
END
mkdir -p go-bindings/include
cp -f include/outlive.h go-bindings/include/outlive.h
