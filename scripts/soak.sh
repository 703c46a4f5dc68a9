#!/usr/bin/env bash
# Runs a sensor as a service would for SECONDS under RATE packets a second: mixed traffic replayed into a namespace, files
# rotated each minute, rules changed every ten seconds, SIGHUP and a scrape of its metrics each second. Then the sequence must
# be complete, memory flat and every question after its health answered well. Needs root, tcpreplay and a release build.   usage: soak.sh [SECONDS [RATE]]
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-300}
rate=${2:-50000}
egret=${EGRET:-$PWD/.build/release/egret}
[ "$(id -u)" -eq 0 ] || { echo "skipped: not root"; exit 77; }
for tool in ip tcpreplay python3 curl; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
[ -x "$egret" ] || { echo "no $egret: swift build -c release"; exit 1; }

space=egretsoak$$
directory=$(mktemp -d)
sensor=""
replay=""
clean() {
    [ -n "$replay" ] && kill "$replay" 2>/dev/null
    [ -n "$sensor" ] && kill -9 "$sensor" 2>/dev/null
    ip netns delete "$space" 2>/dev/null
    [ -n "${KEEP:-}" ] && echo "kept: $directory" || rm -rf "$directory"
}
trap clean EXIT

# Rules of its own, which can be changed.
cp -r rules "$directory/all"
ip netns add "$space" || { echo "skipped: no namespaces here"; exit 77; }
inside=(ip netns exec "$space")
"${inside[@]}" ip link add in0 type veth peer name out0
"${inside[@]}" ip link set in0 up
"${inside[@]}" ip link set out0 up

"${inside[@]}" "$egret" watch --interface in0 --flows all --output "$directory/events" --state "$directory/state" \
    --metrics-file "$directory/metrics/egret.prom" --rules "$directory/all/policies" --stats-interval 10 --buffer-size 64MiB \
    --file-age 60 --http-listen "unix:$directory/http.sock" --sensor-id soak 2>"$directory/log" &
sensor=$!
for _ in $(seq 300); do
    grep -q '^egret: watching' "$directory/log" && break
    kill -0 "$sensor" 2>/dev/null || { cat "$directory/log"; exit 1; }
    sleep 0.1
done
# Metrics are those of the last second, and in the first one there are none.
ask() { curl --silent --fail --max-time 5 --output /dev/null --unix-socket "$directory/http.sock" "http://egret/$1"; }
for _ in $(seq 50); do
    ask metrics && break
    sleep 0.1
done
# `ip netns exec` became the sensor itself.
"${inside[@]}" tcpreplay -q -K --pps "$rate" --pps-multi 50 --timer nano --loop 0 -i out0 Tests/Golden/captures/*.pcap >"$directory/replay" 2>&1 &
replay=$!

measured="$directory/memory"
: >"$measured"
end=$((SECONDS + seconds))
turn=0
while [ $SECONDS -lt $end ] && kill -0 "$sensor" 2>/dev/null; do
    turn=$((turn + 1))
    if [ $((turn % 10)) -eq 0 ]; then
        # Another text, the same meaning; and now and then a file that is wrong, for ten turns, which must change nothing.
        broken=$directory/all/policies/broken.yaml
        if [ $((turn % 70)) -eq 0 ]; then echo "nonsense: [" >"$broken"; else rm -f "$broken"; fi
        echo "# turn $turn" >>"$directory/all/policies/vendor-ban.yaml"
    fi
    kill -HUP "$sensor" 2>/dev/null
    for path in healthz metrics; do
        ask "$path" || echo "$turn $path: curl ended with $?" >>"$directory/unanswered"
    done
    # A file that someone moves away is started again, and nothing of it is lost.
    if [ $((turn % 600)) -eq 300 ]; then
        newest=$(readlink "$directory/events/current") && mv "$directory/events/$newest" "$directory/events/moved-$turn.jsonl"
    fi
    awk '/^VmRSS/ {print systime(), $2}' "/proc/$sensor/status" >>"$measured" 2>/dev/null
    sleep 1
done
kill "$replay" 2>/dev/null
wait "$replay" 2>/dev/null
replay=""
alive=1
kill -TERM "$sensor" 2>/dev/null || alive=0
wait "$sensor"
status=$?
sensor=""
[ $alive -eq 1 ] || cat "$directory/log"
python3 - "$directory" "$seconds" "$status" <<'PY'
import json
import pathlib
import sys

directory, seconds, status = pathlib.Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
seen, last, kinds, health = set(), None, {}, []
for path in directory.glob("events/*-*.jsonl"):
    for line in path.read_bytes().split(b"\n"):
        if not line:
            continue
        event = json.loads(line)
        if "seq" not in event:
            continue  # what signs a file
        seen.add(event["seq"])
        kinds[event["type"]] = kinds.get(event["type"], 0) + 1
        if event["type"] == "health":
            health.append(event["health"]["kind"])
        if event["type"] == "stats" and (last is None or event["seq"] > last["seq"]):
            last = event
missing = (max(seen) - min(seen) + 1 - len(seen)) if seen else -1
dropped = sum(output["dropped"] for output in last.get("outputs", [])) if last else -1
files = len(list(directory.glob("events/*-*.jsonl")))
unanswered = (directory / "unanswered").read_text().split("\n")[:-1] if (directory / "unanswered").exists() else []
memory = [int(line.split()[1]) for line in (directory / "memory").read_text().splitlines() if len(line.split()) == 2]
warm = memory[len(memory) // 4:len(memory) // 2] or [0]
late = memory[-len(memory) // 4:] or [0]
growth = max(late) - max(warm)
capture = last["capture"] if last else {}
print(f"{seconds:.0f} s: {capture.get('packets', 0)} packets ({capture.get('packets', 0) / seconds:.0f}/s), "
      f"{capture.get('dropped_kernel', 0)} lost in the kernel, {len(seen)} events {kinds}")
print(f"sequence: {missing} missing, {dropped} given up; memory {max(warm)} KiB warm, {max(late)} KiB late, "
      f"{growth:+d} KiB; {len(memory)} SIGHUPs; {files} files; {len(unanswered)} questions without a good answer; health {sorted(set(health))}; status {status}")
# Memory may still move by what the allocator keeps; it may not grow with time.
good = status == 0 and missing == 0 and dropped == 0 and growth < 16_384 and not unanswered and kinds.get("stop") == 1
print("soak: 1 passed, 0 failed" if good else "soak: 0 passed, 1 failed")
sys.exit(0 if good else 1)
PY
