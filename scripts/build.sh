#!/usr/bin/env bash
# `swift build` with the given arguments. Fails where our own sources bring a warning, and then touches the files that
# did, so that the next build brings it again.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift build "$@" 2>&1 | tee "$log"

warnings=$(grep -E "^($PWD/)?(Sources|Tests|Fuzz|Package\.swift)[^ ]*: warning:" "$log" | sort -u || true)
if [ -n "$warnings" ]; then
    printf '\nwarnings in our own sources:\n%s\n' "$warnings" >&2
    cut -d: -f1 <<<"$warnings" | sort -u | xargs -r touch
    exit 1
fi
