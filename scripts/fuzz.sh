#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer and AddressSanitizer and runs each for so many seconds:
#   fuzz.sh SECONDS [TARGET...]
# The corpus grows in .build-fuzz/corpus; it begins with the project's own captures, those of ../shared or EGRET_SHARED,
# and Fuzz/corpus/TARGET. A finding is left in Fuzz/crashes; turn it into a test, fix it, and keep it in Fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for file in Fuzz/*/*Fuzz.swift; do targets+=("$(basename "$(dirname "$file")")"); done
fi

shared=${EGRET_SHARED:-$PWD/../shared}
mapfile -t captures < <(find Tests/Golden/captures docs/demo "$shared/captures" -name '*.pcap' -size -400k 2>/dev/null | sort)
scripts/fuzz_seeds.py .build-fuzz/seeds "${captures[@]}"
mkdir -p Fuzz/crashes

# The option of SwiftPM leaves `main` to libFuzzer, that of the compiler adds AddressSanitizer to it.
export EGRET_FUZZ=1
build=(-c release --scratch-path .build-fuzz --sanitize=fuzzer -Xswiftc -sanitize=fuzzer,address)
for target in "${targets[@]}"; do
    nice -n 15 swift build "${build[@]}" --product "$target"
done
binaries=$(swift build "${build[@]}" --show-bin-path)

for target in "${targets[@]}"; do
    directories=(".build-fuzz/corpus/$target")
    mkdir -p "${directories[0]}"
    for more in ".build-fuzz/seeds/$target" "Fuzz/corpus/$target"; do
        if [ -d "$more" ]; then directories+=("$more"); fi
    done
    printf '\n== %s for %s s\n' "$target" "$seconds"
    SWIFT_BACKTRACE=enable=no nice -n 15 "$binaries/$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="Fuzz/crashes/$target-" "${directories[@]}"
done
printf '\n%s passed, 0 failed\n' "${#targets[@]}"
