#!/usr/bin/env bash
# Builds the benchmarks, a package of their own, and runs them.
set -euo pipefail
cd "$(dirname "$0")/../Benchmarks"

if [ ! -e Package.swift ]; then
    echo "there is no package in Benchmarks/ yet" >&2
    exit 1
fi
swift build -c release
if [ -x run.sh ]; then exec ./run.sh; fi
exec swift run -c release --skip-build
