#!/usr/bin/env bash
# `make install` and `make uninstall`: install.sh install|uninstall. From the environment: PREFIX, DESTDIR (a staging folder that is
# put before every path), LIBDIR (below PREFIX) and STRIP (what takes the debugging information out; empty: it stays). Builds
# nothing, so that it may run as root. What is installed can be moved: no file names the prefix.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=ffi/install/names.sh
. "$here/names.sh"
prefix=${PREFIX:-/usr/local}
libdir=${LIBDIR:-lib}
strip=${STRIP-strip}
built=${CARGO_TARGET_DIR:-$root/target}/release
case $prefix in /*) ;; *) echo "PREFIX must be an absolute path, not $prefix" >&2; exit 2 ;; esac
case $libdir in /* | *..*) echo "LIBDIR is a folder below PREFIX, such as lib64, not $libdir" >&2; exit 2 ;; esac
to=${DESTDIR:-}$prefix

tools=(outlive outlive-opt)
headers=(outlive.h outlive.hpp)
libraries=(liboutlive.a "$real_name" "$soname" liboutlive.so)
cmake=(OutliveConfig.cmake OutliveConfigVersion.cmake)

uninstall() {
  rm -f "${tools[@]/#/$to/bin/}" "${headers[@]/#/$to/include/}" "${libraries[@]/#/$to/$libdir/}" \
    "$to/$libdir/pkgconfig/outlive.pc" "${cmake[@]/#/$to/$libdir/cmake/Outlive/}"
  if [ -d "$to/$libdir/cmake/Outlive" ]; then rmdir "$to/$libdir/cmake/Outlive"; fi
}

# The way up from a folder below the prefix to the prefix.
up() { sed 's:[^/][^/]*:..:g' <<< "$1"; }

fill() { # template, destination, how the system libraries are written there
  sed -e "s:@VERSION@:$version:g" -e "s:@SONAME@:$soname:g" -e "s:@REAL_NAME@:$real_name:g" -e "s:@LIBDIR@:$libdir:g" \
    -e "s:@SYSTEM_LIBRARIES@:$3:g" -e "s:@PREFIX_FROM_PC@:$(up "$libdir/pkgconfig"):g" \
    -e "s:@PREFIX_FROM_CMAKE@:$(up "$libdir/cmake/Outlive"):g" "$here/$1.in" > "$2"
  chmod 644 "$2"
}

install_all() {
  for file in liboutlive.a "$real_name"; do
    [ -f "$built/$file" ] || { echo "$built/$file not found: run make build" >&2; exit 1; }
  done
  mkdir -p "$to/bin" "$to/include" "$to/$libdir/pkgconfig" "$to/$libdir/cmake/Outlive"
  for tool in "${tools[@]}"; do
    if [ -f "$root/bin/$tool" ]; then install -m 755 "$root/bin/$tool" "$to/bin/$tool"; fi
  done
  install -m 644 "${headers[@]/#/$root/include/}" "$to/include"
  install -m 644 "$built/liboutlive.a" "$to/$libdir"
  install -m 755 "$built/$real_name" "$to/$libdir"
  # Besides debugging information, Rust's standard library carries its bitcode, which only Rust's own linking could use.
  if [ -n "$strip" ]; then "$strip" --strip-debug -R .llvmbc -R .llvmcmd "$to/$libdir/liboutlive.a" "$to/$libdir/$real_name"; fi
  ln -sfn "$real_name" "$to/$libdir/$soname"
  ln -sfn "$soname" "$to/$libdir/liboutlive.so"
  fill outlive.pc "$to/$libdir/pkgconfig/outlive.pc" "$system_libraries"
  fill OutliveConfig.cmake "$to/$libdir/cmake/Outlive/OutliveConfig.cmake" "$(tr ' ' ';' <<< "${system_libraries//-l/}")"
  fill OutliveConfigVersion.cmake "$to/$libdir/cmake/Outlive/OutliveConfigVersion.cmake" ""
}

case ${1:-} in
  install) install_all ;;
  uninstall) uninstall ;;
  *) echo "usage: install.sh install|uninstall" >&2; exit 2 ;;
esac
