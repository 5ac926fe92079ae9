#!/usr/bin/env bash
# What `make install` leaves: staged, moved elsewhere, used through pkg-config and through CMake, taken away again. Expects
# `make build`. STRICT=1 turns a missing optional tool into a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh
# shellcheck source=tests/c/gates.sh
. tests/c/gates.sh

echo "install: staged, then moved"
make --no-print-directory install PREFIX=/opt/outlive LIBDIR=lib DESTDIR="$out/stage"
mv "$out/stage/opt/outlive" "$out/moved"
prefix=$out/moved
if grep -rIl -e /opt/outlive -e "$out" "$prefix"; then fail "these name the prefix they were installed to"; fi

echo "install: the shared library's name and its symbols' version"
readelf -d "$prefix/lib/$real_name" > "$out/dynamic"
grep -q "SONAME.*\[$soname\]" "$out/dynamic" || fail "the library is not called $soname"
nm -D --defined-only "$prefix/lib/$real_name" | awk '$2 != "A" {print $3}' > "$out/versioned"
[ -s "$out/versioned" ] || fail "the library exports nothing"
if grep -v '^outlive_[a-z0-9_]*@@OUTLIVE_1$' "$out/versioned"; then fail "these symbols have another version, or none"; fi

echo "install: what the static library needs is what Rust says it needs"
rustc --crate-type staticlib --print native-static-libs --out-dir "$out" - <<< "" 2>&1 |
  sed -n 's/.*native-static-libs: //p' | tr ' ' '\n' | grep -vx -e -lgcc_s -e -lc > "$out/needed"
diff "$out/needed" <(tr ' ' '\n' <<< "$system_libraries") || fail "correct system_libraries in ffi/install/names.sh"

echo "install: the static library's names, beside another Rust library in any order, the size of a client, and all the C tests"
nm -g --defined-only "$prefix/lib/liboutlive.a" | awk 'NF == 3 {print $3}' | sort > "$out/names"
if grep -v -e '^outlive_' -e '^DW\.ref\.outlive_' "$out/names"; then fail "the static library has global names that are not its own"; fi
awk '{sub(/@.*/, "")} 1' "$out/versioned" | sort | diff - <(grep '^outlive_' "$out/names") ||
  fail "static and shared library export different functions"
for lto in off fat; do
  rustc --edition 2024 -O -C lto=$lto --crate-type staticlib tests/c/neighbour/neighbour.rs -o "$out/libneighbour.a"
  for libraries in "$prefix/lib/liboutlive.a $out/libneighbour.a" "$out/libneighbour.a $prefix/lib/liboutlive.a"; do
    # shellcheck disable=SC2086
    "$cc" -std=c11 "${warnings[@]}" -Iinclude tests/c/neighbour/main.c $libraries "${system[@]}" -o "$out/two" 2> "$out/two.log" ||
      { head -n 5 "$out/two.log"; fail "the static library beside another, link-time optimisation $lto"; }
    "$out/two"
  done
done
lib=$prefix/lib gate_size || fail "a small client of the installed library is too large"
# Left out where broken.sh only wants to see what is installed.
if [ "${INSTALL_ONLY:-0}" = 0 ]; then
  "$cc" -std=c11 "${warnings[@]}" -g -Iinclude tests/c/*.c "$prefix/lib/liboutlive.a" "${system[@]}" -o "$out/tests"
  "$out/tests" tests/golden
  if need valgrind "the C tests with the installed library under valgrind" valgrind; then
    under_valgrind "$out/tests" tests/golden
  fi
fi

if need pkg-config "clients by pkg-config" pkg-config; then
  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  echo "install: pkg-config, shared"
  # shellcheck disable=SC2046
  "$cc" -std=c99 "${warnings[@]}" tests/c/install/client.c $(pkg-config --cflags --libs outlive) -o "$out/shared"
  readelf -d "$out/shared" | grep -q "NEEDED.*\[$soname\]" || fail "a client does not ask for $soname"
  [ "$(LD_LIBRARY_PATH=$prefix/lib "$out/shared")" = heap ] || fail "the client answers wrongly"
  echo "install: pkg-config, the archive"
  # shellcheck disable=SC2046
  "$cc" -std=c99 "${warnings[@]}" tests/c/install/client.c $(pkg-config --cflags outlive) \
    "$(pkg-config --variable=archive outlive)" $(pkg-config --static --libs-only-l outlive | sed 's/-loutlive//') -o "$out/archive"
  if readelf -d "$out/archive" | grep "NEEDED.*outlive"; then fail "a static client asks for the shared library"; fi
  [ "$("$out/archive")" = heap ] || fail "the client answers wrongly"
  echo "install: pkg-config, nothing shared at all"
  # shellcheck disable=SC2046
  "$cc" -static -std=c99 "${warnings[@]}" tests/c/install/client.c $(pkg-config --static --cflags --libs outlive) -o "$out/alone" 2> "$out/alone.log" ||
    { cat "$out/alone.log"; fail "a client linked with -static"; }
  [ "$("$out/alone")" = heap ] || fail "the client answers wrongly"
  [ "$(pkg-config --modversion outlive)" = "$version" ] || fail "outlive.pc has another version"
fi

if need cmake "clients by CMake" cmake; then
  echo "install: CMake"
  configure() { cmake -S tests/c/install -B "$out/cmake" -DCMAKE_PREFIX_PATH="$prefix" "$@" > "$out/cmake.log" 2>&1; }
  configure || { cat "$out/cmake.log"; fail "find_package(Outlive)"; }
  cmake --build "$out/cmake" > "$out/cmake.log" 2>&1 || { cat "$out/cmake.log"; fail "the CMake project does not build"; }
  readelf -d "$out/cmake/shared" | grep -q "NEEDED.*\[$soname\]" || fail "Outlive::outlive is not the shared library"
  if readelf -d "$out/cmake/static" | grep "NEEDED.*outlive"; then fail "Outlive::static is not the static library"; fi
  for kind in shared static; do
    [ "$("$out/cmake/$kind")" = heap ] || fail "the client answers wrongly"
  done
  rm -rf "$out/cmake"
  if configure -DWANTED=99; then fail "CMake takes this version for 99"; fi
  grep -q "version: $version" "$out/cmake.log" || { cat "$out/cmake.log"; fail "CMake does not say which version it found"; }
  rm -rf "$out/cmake"
  mv "$prefix/lib/liboutlive.a" "$out/aside"
  if configure; then fail "CMake finds an installation that lacks its static library"; fi
  mv "$out/aside" "$prefix/lib/liboutlive.a"
fi

echo "install: another library folder, and uninstall"
make --no-print-directory install PREFIX=/opt/outlive LIBDIR=lib/x86_64-linux-gnu DESTDIR="$out/stage"
if command -v pkg-config > /dev/null; then
  folder=$(PKG_CONFIG_PATH=$out/stage/opt/outlive/lib/x86_64-linux-gnu/pkgconfig pkg-config --variable=includedir outlive)
  [ -f "$folder/outlive.h" ] || fail "outlive.pc looks for the header in $folder"
fi
make --no-print-directory uninstall PREFIX=/opt/outlive LIBDIR=lib/x86_64-linux-gnu DESTDIR="$out/stage"
if find "$out/stage" ! -type d | grep .; then fail "uninstall leaves these"; fi
if PREFIX=relative ffi/install/install.sh install 2> /dev/null; then fail "a relative prefix is accepted"; fi
