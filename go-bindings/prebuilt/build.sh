#!/usr/bin/env bash
# `make prebuilt`: puts the static library into the module of each platform that Rust can compile for here, and the header beside
# package outlive, as releases of these modules have them. Expects `make build`, for the platform at hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
built=${CARGO_TARGET_DIR:-$PWD/target}
host=$(rustc -vV | sed -n 's/^host: //p')

place() { # archive, platform
  cp -f "$1" "go-bindings/prebuilt/$2/liboutlive.a"
  "${STRIP:-strip}" --strip-debug -R .llvmbc -R .llvmcmd "go-bindings/prebuilt/$2/liboutlive.a"
  echo "prebuilt/$2: $(du -h "go-bindings/prebuilt/$2/liboutlive.a" | cut -f1)"
}

while read -r platform target; do
  if [ "$target" = "$host" ]; then
    place "$built/release/liboutlive.a" "$platform"
  elif [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
    # An archive is not linked, so this takes no linker and no system library of the target.
    "${CARGO:-cargo}" build --release -p outlive-ffi --target "$target" --locked
    STRIP=${STRIP:-llvm-strip} place "$built/$target/release/liboutlive.a" "$platform"
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
