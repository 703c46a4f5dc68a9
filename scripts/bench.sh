#!/usr/bin/env bash
# Builds egret for release and runs the benchmarks against the thresholds on record:
#   bench.sh [--write]     --write puts today's counts on record: the diff is the review
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for command in valgrind strip python3; do
    command -v "$command" >/dev/null 2>&1 || missing+=("$command")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "the benchmarks need ${missing[*]} (packages valgrind, binutils, python3)" >&2
    exit 1
fi
export EGRET_BENCH=1
for product in egret TableBench; do
    nice -n 15 swift build -c release --product "$product" --scratch-path .build-bench
done
binaries=$(swift build -c release --product egret --scratch-path .build-bench --show-bin-path)
exec Benchmarks/bench.py --egret "$binaries/egret" --tables "$binaries/TableBench" "$@"
