#!/usr/bin/env bash
# Builds egret-audit and runs it on recordings of a small client of our own: one version marks its prompt by host and time zone,
# the other does not. Ends with status 1 if the mark is not found in the one, or anything is found in the other.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${EGRET_AUDIT:-}" ]; then
    scripts/setup.sh build
    swift build -c release --product egret-audit
    EGRET_AUDIT=$(swift build -c release --show-bin-path)/egret-audit
fi
recordings=docs/demo/audit
mkdir -p out

"$EGRET_AUDIT" "$recordings/v2-dubai-1.pcap" | sed -n '1,24p'

for version in 1 2; do
    "$EGRET_AUDIT" --format jsonl "$recordings/v$version-dubai-1.pcap" >"out/audit-v$version.jsonl"
    marks=$(grep -c '"kind":"mark"' "out/audit-v$version.jsonl" || true)
    printf '\nversion %s: %s marks in the texts of one recording\n' "$version" "$marks"
    if [ "$version" = 1 ] && [ "$marks" != 0 ] || [ "$version" = 2 ] && [ "$marks" = 0 ]; then
        echo "this is not what the demonstration shows" >&2
        exit 1
    fi
    "$EGRET_AUDIT" compare --format jsonl --zone a=Europe/Lisbon --zone b=Asia/Dubai \
        --a "$recordings"/v$version-lisbon-?.pcap --b "$recordings"/v$version-dubai-?.pcap >"out/compare-v$version.jsonl"
    sed -n 's/.*"sentence":"\(.*\)"}$/version '$version', Lisbon against Dubai: \1/p' "out/compare-v$version.jsonl"
done
grep -q 'body.messages\[0\].content of POST relay.example/v1/messages depends on the setting' out/compare-v2.jsonl
grep -q 'no field took one value per setting' out/compare-v1.jsonl
printf '\nAll records: out/audit-v1.jsonl, out/audit-v2.jsonl, out/compare-v1.jsonl, out/compare-v2.jsonl   What they mean: docs/AUDIT.md\n'
