#!/usr/bin/env bash
# The library as modules of their own: a program of another module that imports outlive.dev/prebuilt, built and run on Linux; and
# the layout of all platforms type-checked. Expects `make build`.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/c/common.sh
. tests/c/common.sh

platforms=(darwin_amd64 darwin_arm64 linux_amd64 linux_arm64 windows_amd64)
echo "Go: other platforms, without cgo"
vet() { # platform, module
  (cd "$2" && CGO_ENABLED=0 GOOS=${1%_*} GOARCH=${1#*_} go vet ./...) || fail "$2 for $1"
}
for platform in "${platforms[@]}"; do
  vet "$platform" go-bindings/prebuilt
  vet "$platform" "go-bindings/prebuilt/$platform"
done
for platform in darwin_arm64 windows_amd64; do vet "$platform" go-bindings; done # each compiles much of the standard library

[ "$(go env GOOS)_$(go env GOARCH)" = linux_amd64 ] || exit 0
echo "Go: a program with a prebuilt library"
make --no-print-directory prebuilt > "$out/log"
# What a release has, without the rest of the tree.
mkdir "$out/modules"
tar -cf - --exclude=go-bindings/tools go-bindings | tar -xf - -C "$out/modules"
cp -r tests/go/prebuilt "$out/program"
cd "$out/program"
modules=$out/modules/go-bindings
{
  printf 'module program\n\ngo 1.24\n\nrequire (\n\toutlive.dev/outlive v0.0.0\n\toutlive.dev/prebuilt v0.0.0\n'
  printf '\toutlive.dev/prebuilt/%s v0.0.0 // indirect\n' "${platforms[@]}"
  printf ')\n\nreplace outlive.dev/outlive => %s\n\nreplace outlive.dev/prebuilt => %s\n' "$modules" "$modules/prebuilt"
  for platform in "${platforms[@]}"; do printf '\nreplace outlive.dev/prebuilt/%s => %s\n' "$platform" "$modules/prebuilt/$platform"; done
} > go.mod
go vet -tags outlive_prebuilt ./...
go build -tags outlive_prebuilt -o program .
if readelf -d program | grep "NEEDED.*outlive"; then fail "the program asks for a shared library"; fi
[ "$(./program)" = heap ] || fail "the program answers wrongly"
if go build -o program . 2> /dev/null; then fail "without the tag a release links something"; fi
