#!/usr/bin/env bash
# Output that cannot be written is an error with a message, and leaves no half line in a file.
set -uo pipefail
cd "$(dirname "$0")/../.."
egret=${EGRET:-.build/debug/egret}
capture=docs/demo/office.pcap
work=$(mktemp -d)
trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT

fail() {
    echo "output errors: $*" >&2
    exit 1
}

# refused WHAT STATUS: the program ended with 1 and said why.
refused() {
    [ "$2" -eq 1 ] || fail "$1: exit status $2, not 1"
    grep -q '^egret: error: ' "$work/errors" || fail "$1: no message on standard error"
}

"$egret" analyze --flows all "$capture" >/dev/full 2>"$work/errors"
refused "a full device" $?
grep -q 'the disk is full; [0-9]* events were not written' "$work/errors" || fail "how much was lost is not said"
"$egret" analyze --flows all "$capture" >&- 2>"$work/errors"
refused "a closed standard output" $?
"$egret" rules list >/dev/full 2>"$work/errors"
refused "the list of rules" $?
"$egret" catalog list >/dev/full 2>"$work/errors"
refused "the list of vendors" $?
for command in --help --version "help analyze" "rules check --help"; do
    # shellcheck disable=SC2086
    "$egret" $command >/dev/full 2>"$work/errors"
    refused "$command" $?
done

# A reader that went away has seen what it wanted.
"$egret" analyze --flows all "$capture" 2>"$work/errors" | head -n 1 >/dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "a reader that went away is no error"

# A closed descriptor is not given to a file: neither the capture nor the output directory gets the lines.
before=$(sha256sum <"$capture")
"$egret" analyze --output "$work/events" --output - "$capture" >&- 2>"$work/errors"
[ "$(sha256sum <"$capture")" = "$before" ] || fail "the capture was written to"
cat "$work"/events/events-*.jsonl | python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' || fail "lines in the wrong file"

# The audit: the same of standard output and of a file.
audit=${EGRET_AUDIT:-$(dirname "$egret")/egret-audit}
audit_refused() {
    [ "$2" -eq 1 ] || fail "audit, $1: exit status $2, not 1"
    grep -q '[1-9][0-9]* of [0-9]* lines were written$' "$work/errors" || fail "audit, $1: how much was written is not said"
    python3 -c 'import json, sys; sys.exit(0 if [json.loads(line) for line in sys.stdin] else 1)' <"$work/disk/$1" ||
        fail "audit, $1: half a line, or none at all"
}
"$audit" --format jsonl docs/demo/audit/v2-dubai-1.pcap >/dev/full 2>"$work/errors"
[ $? -eq 1 ] || fail "audit: a full device is no error"
grep -q 'standard output cannot be written: .*; 0 of [0-9]* lines were written' "$work/errors" || fail "audit: a full device is not named"

mkdir "$work/disk"
if mount -t tmpfs -o size=16k tmpfs "$work/disk" 2>/dev/null; then
    for try in 1 2; do
        "$egret" analyze --flows all "$capture" >>"$work/disk/events.jsonl" 2>"$work/errors"
        refused "a full disk" $?
        python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <"$work/disk/events.jsonl" || fail "half a line on a full disk"
        [ "$(tail -c 1 "$work/disk/events.jsonl" | od -An -tx1)" = " 0a" ] || fail "the last line has no end"
    done
    rm "$work/disk/events.jsonl"
    "$audit" --format jsonl docs/demo/audit/*.pcap >"$work/disk/standard" 2>"$work/errors"
    audit_refused standard $?
    rm "$work/disk/standard"
    "$audit" --format jsonl --output "$work/disk/file" docs/demo/audit/*.pcap 2>"$work/errors"
    audit_refused file $?
else
    echo "skipped: a full disk takes a tmpfs, which only root may mount"
fi

# Files of a directory that cannot be read end with 1, and what could be read is written.
mkdir -p "$work/captures/below"
cp "$capture" "$work/captures/below/log.pcap.1657698333"
echo text >"$work/captures/notes.txt"
"$egret" analyze "$work/captures" >"$work/out" 2>"$work/errors" || fail "a directory with notes: exit status $?"
grep -q 'notes.txt: skipped, is no capture' "$work/errors" || fail "what was skipped is not listed"
echo broken >"$work/captures/broken.pcap"
"$egret" analyze "$work/captures" >"$work/out" 2>"$work/errors"
refused "a capture that is broken" $?
grep -q '"type":"alert"\|"type":"flow"' "$work/out" || fail "the other capture was not read"
grep -q '"files_unread":1' "$work/out" || fail "stats do not count the file"
"$egret" analyze --no-recursive "$work/captures" >/dev/null 2>&1 && fail "--no-recursive enters directories"
echo "output errors: all as they should be"
