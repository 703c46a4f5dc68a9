#!/usr/bin/env bash
# Builds egret, in a container where this machine has no Swift but a working container engine, and shows what it says of
# a capture of real clients: JSON lines into out/demo.jsonl, the summary for people here.
set -euo pipefail
cd "$(dirname "$0")/.."

capture=docs/demo/office.pcap
policy=rules/policies/vendor-ban.yaml
events=out/demo.jsonl
mkdir -p out

if ! command -v swift >/dev/null 2>&1 && docker info >/dev/null 2>&1; then
    docker build --tag egret .
    run=(docker run --rm --network none --volume "$PWD/docs/demo:/captures:ro" egret)
    capture=/captures/office.pcap
    policy=/usr/share/egret/rules/policies/vendor-ban.yaml
else
    scripts/setup.sh build
    swift build -c release --product egret
    run=("$(swift build -c release --show-bin-path)/egret")
fi

# The summary is for terminals. Where this is none, as in a log, the program is given one.
if [ -t 2 ]; then
    "${run[@]}" analyze --flows all --rules "$policy" "$capture" >"$events"
else
    printf -v command '%q ' "${run[@]}" analyze --flows all --rules "$policy" "$capture"
    script --quiet --return --command "$command >$events" /dev/null
fi

alert=$(grep -m 1 '"type":"alert"' "$events" || true)
if [ -z "$alert" ]; then
    echo "the demo brought no alert: see $events" >&2
    exit 1
fi
printf '\nOne of its lines:\n%s\n\nAll %s lines: %s   What they mean: docs/EVENTS.md\n' \
    "$alert" "$(wc -l <"$events")" "$events"
