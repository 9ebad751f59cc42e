#!/usr/bin/env bash
# Runs every fuzz target for a number of seconds, seeds and dictionary included; stops at the first finding.
#   run.sh [seconds]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
export RUSTC_BOOTSTRAP=1
for path in fuzz/fuzz_targets/*.rs; do
  target=$(basename "$path" .rs)
  corpora=("fuzz/corpus/$target")
  mkdir -p "${corpora[0]}"
  [ -d "fuzz/seeds/$target" ] && corpora+=("fuzz/seeds/$target")
  # The queries that ship are its seeds.
  [ "$target" = saved_query ] && corpora+=(queries)
  options=("-max_total_time=$seconds" -max_len=4096 -timeout=10 -print_final_stats=1)
  [ -f "fuzz/dictionaries/$target.dict" ] && options+=("-dict=fuzz/dictionaries/$target.dict")
  echo "== $target, $seconds s" >&2
  cargo fuzz run --sanitizer none "$target" "${corpora[@]}" -- "${options[@]}"
done
