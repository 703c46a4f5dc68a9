#!/usr/bin/env bash
# Privacy as a person meets it: pseudonyms by a key, the way back on record, and names that no one asked for.
set -euo pipefail
cd "$(dirname "$0")/../.."
egret=${EGRET:-.build/debug/egret}
capture=docs/demo/office.pcap
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
fail() {
    printf 'privacy: %s\n' "$*" >&2
    exit 1
}

"$egret" analyze --flows all "$capture" >"$directory/clear"
id=$("$egret" key privacy --from 2020-01-01T00:00:00Z "$directory/keys")
[ "$(stat -c %a "$directory/keys")" = 600 ] || fail "the key file is for others too"
hidden=(--privacy-key "$directory/keys" --privacy-sources pseudonym)
"$egret" analyze --flows all "${hidden[@]}" "$capture" >"$directory/hidden"
python3 - "$directory" "$id" <<'PYTHON'
import json, pathlib, sys
directory, key = pathlib.Path(sys.argv[1]), sys.argv[2]
clear, hidden = ([json.loads(line) for line in (directory / name).read_text().splitlines()] for name in ("clear", "hidden"))
assert [event["type"] for event in clear] == [event["type"] for event in hidden], "rules judge what is hidden"
pairs = {(a["src"]["ip"], b["src"]["ip"]) for a, b in zip(clear, hidden) if "src" in a}
addresses = {old for old, _ in pairs}
assert len(pairs) == len(addresses) == len({new for _, new in pairs}), pairs
text = (directory / "hidden").read_text()
for old in addresses:
    assert f'"{old}"' not in text and f"{old} used" not in text, f"{old} is still there"
assert all(event["privacy"] == {"key": key} for event in hidden if "src" in event)
(directory / "pairs").write_text("".join(f"{new} {old}\n" for old, new in sorted(pairs)))
print(f"{len(pairs)} clients under pseudonyms, alerts as before")
PYTHON

mkdir "$directory/log"
cp "$directory/hidden" "$directory/log/events-offline-offline-1.jsonl"
if "$egret" resolve --privacy-key "$directory/keys" --audit "$directory/log" --reason x 1.2.3.4 >/dev/null 2>"$directory/stray"; then
    fail "an address that is not in the log is resolved"
fi
grep -q 'nowhere in the log' "$directory/stray" || fail "an address that is not in the log is no error of its own"
"$egret" resolve --privacy-key "$directory/keys" --audit "$directory/log" --reason "case 118" \
    $(cut -d' ' -f1 "$directory/pairs") >"$directory/resolved"
diff "$directory/pairs" "$directory/resolved" || fail "the way back leads elsewhere"
# Of several keys none is taken by guess.
"$egret" key privacy "$directory/keys" --from 2031-01-01T00:00:00Z >/dev/null || fail "no second key"
if "$egret" resolve --privacy-key "$directory/keys" --audit "$directory/log" --reason x 1.2.3.4 >/dev/null 2>"$directory/several"; then
    fail "an address is resolved by a key that no one named"
fi
grep -q 'has several keys' "$directory/several" || fail "several keys are no error of their own"
grep -q '"type":"audit".*"kind":"resolved".*reason: case 118' "$directory"/log/events-resolve-*.jsonl || fail "no audit event"
# Where it cannot be put on record, nothing is told.
touch "$directory/file"
if "$egret" resolve --privacy-key "$directory/keys" --audit "$directory/file" --reason x 1.2.3.4 >"$directory/none" 2>/dev/null; then
    fail "told without a record"
fi
[ ! -s "$directory/none" ] || fail "told without a record"
chmod 644 "$directory/keys"
if "$egret" analyze "${hidden[@]}" "$capture" >/dev/null 2>"$directory/error"; then fail "a key that others can read is used"; fi
grep -q 'chmod 600' "$directory/error" || fail "no word on how to fix it"
if "$egret" analyze --privacy-sources drop "$capture" >/dev/null 2>"$directory/error"; then fail "hidden without a key"; fi
grep -q 'privacy.key is missing' "$directory/error" || fail "no word on the missing key"

# Names of flows that concern no vendor: seen, and not written unless asked, but for those of suspected relays.
names() { # names suspected|unsuspected
    python3 -c '
import json, sys
flows = [e for e in map(json.loads, open(sys.argv[1])) if e["type"] == "flow" and "host" in e["dst"]]
others = [e for e in flows if "vendor" not in e.get("ai", {})]
wanted = sys.argv[2] == "suspected"
print("\n".join(sorted({e["dst"]["host"] for e in others if e.get("ai", {}).get("relay_suspected", False) == wanted})))' \
        "$directory/clear" "$1"
}
relays=$(names suspected)
other=$(names unsuspected | grep -vxF "$relays")
[ -n "$other" ] || fail "the capture has no other name"
[ -n "$relays" ] || fail "the capture has no suspected relay"
"$egret" analyze --no-rules "$capture" >"$directory/asked"
"$egret" analyze --no-rules --flows all --privacy-other-names drop "$capture" >"$directory/dropped"
vendors=$(grep -o '"vendor":"[a-z]*"' "$directory/asked" | sort -u | wc -l)
[ "$vendors" -gt 1 ] || fail "no vendor is left"
for name in $other; do
    if grep -qF "\"$name\"" "$directory/asked"; then fail "$name is written"; fi
done
for name in $other $relays; do
    if grep -qF "\"$name\"" "$directory/dropped"; then fail "$name is written though it is to be dropped"; fi
done
echo "names of others are written only where they are asked for"
