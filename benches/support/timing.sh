# Sourced by benches that time whole commands. Wants $work, a folder, and $runs.
TIMEFORMAT='%R %U %S'

# timed BEFORE COMMAND...: runs BEFORE and then the command $runs times; for each run a line, elapsed and CPU seconds.
timed() {
  local before=$1
  shift
  for ((i = 0; i < runs; i++)); do
    eval "$before"
    { time "$@" >"$work/out" 2>"$work/err"; } 2>&1 | awk '{ print $1, $2 + $3 }'
  done
}
