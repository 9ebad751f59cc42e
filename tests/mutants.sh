#!/usr/bin/env bash
# Runs cargo-mutants over the files named, or over all that decides a hot spot, a score or what may be published; what no test
# notices stands in mutants.out/missed.txt. Each is looked at: it gets a test, or changes nothing that can be seen.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_PROFILE_DEV_OPT_LEVEL="${CARGO_PROFILE_DEV_OPT_LEVEL:-0}"
if [ $# -gt 0 ]; then files=("$@"); else
  files=('crates/corredor-geo/src/hotspot/**' 'src/risk/**' 'src/audit/**' 'src/build/guard/**' 'src/workspace/check/levels/**'); fi
geo=(); rest=()
for file in "${files[@]}"; do case "$file" in crates/corredor-geo/*) geo+=(-f "$file") ;; *) rest+=(-f "$file") ;; esac; done
# What lives is an answer, not a failure of the script.
run() { cargo mutants --timeout 300 "$@" || [ $? -eq 2 ]; }
[ ${#geo[@]} -eq 0 ] || run -p corredor-geo --test-package corredor-geo "${geo[@]}" -- --lib
[ ${#rest[@]} -eq 0 ] || run -p corredor --test-package corredor --test-package corredor-cli "${rest[@]}" -- --lib --test lib
