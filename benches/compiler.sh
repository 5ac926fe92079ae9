#!/usr/bin/env bash
# The analysis beside the compiler's own escape phase, package by package over std, on one core and on the same functions.
#
# The compiler's figure is its phase fe:escapes, as its flag -bench writes it, with inlining off. Ours are those of
# cmd/frontbench, in the lean form in which outlive analyses packages: the image of each package holds the functions that the compiler is given for it, with the
# instances it needs and without what is static data. Both are elapsed times and both the least of several runs: BUILDS of
# the compiler, 3 unless set, RUNS of ours, 5 unless set.
#
#   core       decode + verify + gc, and how many times faster that is than fe:escapes
#   front end  lower (SSA form to the builder), encode and the call (core, and answers), in all and by fe:escapes;
#              tables is the preparation of the syntax beside the building of the SSA form, not counted,
#              nor is what only reports ask for, the file, line and words of each site
#
# Small packages are noise: the last lines are sums, and medians of packages whose fe:escapes takes a millisecond or more.
set -euo pipefail
cd "$(dirname "$0")/.."
builds=${BUILDS:-3}
runs=${RUNS:-5}
cpu=${CPU:-0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd go-bindings/tools && go build -o "$work/frontbench" ./cmd/frontbench)
for ((i = 0; i < builds; i++)); do
  CGO_ENABLED=0 GOFLAGS= taskset -c "$cpu" go build -a -p=1 -pgo=off "-gcflags=-l -bench=$work/phases.$i" std
done
CGO_ENABLED=0 GOFLAGS= taskset -c "$cpu" "$work/frontbench" -runs "$runs" -o "$work/ours" std

# package, fe:escapes, then our columns, in the order of fe:escapes
awk -F '\t' '
  FILENAME != ours {
    split($0, word, " ")
    if (word[1] !~ /:fe:escapes$/) next
    split(word[1], name, ":")
    if (!(name[2] in least) || word[3] < least[name[2]]) least[name[2]] = word[3]
    next
  }
  FNR > 1 && $1 in least { print least[$1] "\t" $0 }
' ours="$work/ours" "$work"/phases.* "$work/ours" | sort -t $'\t' -k1,1nr >"$work/joined"

awk -F '\t' '
  function median(list, n,    i, j, t) {
    for (i = 2; i <= n; i++)
      for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
  }
  function row(name, funcs, insts, escapes, decode, verify, gc, tables, lower, encode, call,    core, front) {
    core = decode + verify + gc
    front = lower + encode + call
    printf "%-44s %6d %8d %8.2f | %7.2f %7.2f %7.2f %7.2f %6.2f | %8.2f %8.2f %7.2f %8.2f %8.2f %6.2f\n", name, funcs, insts, escapes / 1e6,
      decode / 1e6, verify / 1e6, gc / 1e6, core / 1e6, escapes / core,
      tables / 1e6, lower / 1e6, encode / 1e6, call / 1e6, front / 1e6, front / escapes
  }
  function add(at) {
    funcs[at] += $3; insts[at] += $4; escapes[at] += $1
    decode[at] += $10; verify[at] += $11; gc[at] += $12
    tables[at] += $6; lower[at] += $7; encode[at] += $8; call[at] += $9
  }
  function sum(name, at) {
    row(name, funcs[at], insts[at], escapes[at], decode[at], verify[at], gc[at], tables[at], lower[at], encode[at], call[at])
  }
  BEGIN {
    printf "%-44s %6s %8s %8s | %7s %7s %7s %7s %6s | %8s %8s %7s %8s %8s %6s\n", "package (ms)", "funcs", "instr", "escapes",
      "decode", "verify", "gc", "core", "faster", "tables", "lower", "encode", "call", "front", "times"
  }
  {
    row($2, $3, $4, $1, $10, $11, $12, $6, $7, $8, $9)
    add("all")
    if ($1 >= 1e6) {
      add("large")
      n++
      faster[n] = $1 / ($10 + $11 + $12)
      times[n] = ($7 + $8 + $9) / $1
    }
  }
  END {
    if (!NR) { print "no phase fe:escapes" > "/dev/stderr"; exit 1 }
    sum("all of " NR " packages", "all")
    sum(n " packages of 1 ms or more", "large")
    printf "medians of these: core %.2f times faster, front end %.2f times fe:escapes\n", median(faster, n), median(times, n)
    printf "over std: fe:escapes %.1f ms; decode + verify + gc %.1f ms, %.2f times faster (goal 5); lower + encode + call %.1f ms, %.2f times (goal 1.5)\n",
      escapes["all"] / 1e6, (decode["all"] + verify["all"] + gc["all"]) / 1e6, escapes["all"] / (decode["all"] + verify["all"] + gc["all"]),
      (lower["all"] + encode["all"] + call["all"]) / 1e6, (lower["all"] + encode["all"] + call["all"]) / escapes["all"]
  }
' "$work/joined"
