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
headers=(outlive.h outlive.hpp outlive_builder.hpp outlive_views.hpp)
libraries=(liboutlive.a "$real_name" "$soname" liboutlive.so)
cmake=(OutliveConfig.cmake OutliveConfigVersion.cmake)

# The Go packages, as sources: the folder of each module, without tests.
go_modules=(outlive tools)
go_home=$to/share/outlive/go

install_go() {
  local from file
  rm -rf "$go_home"
  for module in "${go_modules[@]}"; do
    from=$root/go-bindings
    if [ "$module" = tools ]; then from=$root/go-bindings/tools; fi
    while IFS= read -r file; do
      install -D -m 644 "$from/$file" "$go_home/$module/$file"
    done < <(cd "$from" && find . \( -path "./tools" -o -path ./prebuilt -o -name testdata \) -prune -o \
      -type f \( -name '*.go' -o -name 'go.*' -o -name '*.h' \) ! -name '*_test.go' -print)
  done
}

uninstall() {
  rm -rf "$go_home"
  rmdir "$to/share/outlive" "$to/share" 2> /dev/null || true
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
  install -m 755 "$built/$real_name" "$to/$libdir"
  SEAL_DEBUG=$([ -n "$strip" ] || echo 1) "$here/seal-archive.sh" "$built/liboutlive.a" "$built/$real_name" "$to/$libdir/liboutlive.a"
  chmod 644 "$to/$libdir/liboutlive.a"
  if [ -n "$strip" ]; then "$strip" --strip-debug "$to/$libdir/$real_name"; fi
  install_go
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
