#!/usr/bin/env bash
# The command in daily use beside the compiler: net/http in a copy of the Go tree, its dependencies analysed (or compiled)
# before. One file edited each time, and nothing changed. Wall time and CPU time of the middle one of RUNS runs, 5 unless set.
set -euo pipefail
cd "$(dirname "$0")/.."
. benches/support/timing.sh
tool=$PWD/bin/outlive
runs=${RUNS:-5}
[ -x "$tool" ] || { echo "bin/outlive is not built: make build" >&2; exit 1; }

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
from=$(go env GOROOT)
mkdir "$work/go"
for part in src pkg bin VERSION go.env; do
  cp -a "$from/$part" "$work/go/$part"
done
export GOROOT=$work/go PATH=$work/go/bin:$PATH OUTLIVE_CACHE=$work/cache GOCACHE=$work/build GOTOOLCHAIN=local GOFLAGS=
cd "$work/go/src/net/http"

ours=("$tool" -l net/http)
compiler=(go build "-gcflags=-m -l" net/http)
# The middle run by elapsed time.
middle() { timed "$@" | sort -n | sed -n "$(((runs + 1) / 2))p"; }
edit='sed -i "1s|^|// edited\n|" client.go'

"${compiler[@]}" >/dev/null 2>&1
"${ours[@]}" >/dev/null
"${ours[@]}" >/dev/null
ours_edited=$(middle "$edit" "${ours[@]}")
compiler_edited=$(middle "$edit" "${compiler[@]}")
sleep 2.1 # what has just been written is not believed to be settled
"${ours[@]}" >/dev/null
ours_same=$(middle : "${ours[@]}")
compiler_same=$(middle : "${compiler[@]}")

row() { # name, ours, compiler's
  echo "$1 $2 $3" | awk '{ printf "%-10s %8.2f %8.2f %8.2f %8.2f %8.2f\n", $1, $2, $3, $4, $5, $2 / $4 }'
}
printf '%-10s %8s %8s %8s %8s %8s\n' 'net/http' ours cpu 'go build' cpu ratio
row edited "$ours_edited" "$compiler_edited"
row unchanged "$ours_same" "$compiler_same"
