#!/usr/bin/env bash
# Every golden event, every event of the documentation's examples, and every event of the captures that ship is one that
# docs/schema/events.schema.json allows.
set -euo pipefail
cd "$(dirname "$0")/../.."
egret=${EGRET:-.build/debug/egret}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat Tests/Golden/*.jsonl >"$work/events"
for capture in docs/demo/*.pcap Tests/Golden/captures/*.pcap Tests/Fixtures/evasions/*.pcap; do
    "$egret" analyze --flows all --dns --suppressed --rules rules/policies --output - "$capture" >>"$work/events" 2>"$work/errors" ||
        { cat "$work/errors"; exit 1; }
done
python3 Tests/Scripts/validate_events.py <"$work/events"
