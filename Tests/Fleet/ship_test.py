#!/usr/bin/env python3
"""Delivery to ClickHouse under faults: a server that is away, slow, full, that answers 500 or cuts the connection in the middle of a
batch or before its answer, a shipper and a sensor that are killed at any point. No event in the files is lost, what arrives twice
counts once, and gaps are found by the shipped query, to the number."""
import json
import os
import pathlib
import random
import signal
import subprocess
import tempfile
import time

import synthetic
from engine import EGRET, ROOT, Checks, Door, Engine, egret, statements

check = Checks()
engine = Engine()
engine.make()
PLAIN = "\nSETTINGS output_format_json_quote_64bit_integers = 0"
GAPS = statements((ROOT / "deploy/clickhouse/gaps.sql").read_text())[0] + PLAIN
DAY = synthetic.epoch("2026-07-01")


def log(directory, count=3000, files=3, sensor="gw-01", boot="b1", first=1, seed=1):
    """Writes the files of one run, each with the run's start event at its beginning, and returns the ids of its events."""
    fleet = synthetic.Fleet(seed, 1)
    fleet.sensors, fleet.boots, fleet.next = [sensor], {sensor: boot}, {sensor: first + 1}
    start = synthetic.envelope("start", DAY, sensor, boot, first) | {"start": {"mode": "live", "rules": 0}}
    events = [fleet.flow(DAY + n * synthetic.NANOSECONDS) for n in range(count)]
    for number in range(files):
        part = events[number * count // files:(number + 1) * count // files]
        text = "".join(synthetic.dump(event) + "\n" for event in [start] + part)
        (directory / f"events-{sensor}-{boot}-{number + 1}.jsonl").write_text(text)
    return {start["id"]} | {event["id"] for event in events}


def stored():
    """The ids of what the tables hold, each as often as it is counted."""
    rows = engine.rows("SELECT id FROM egret.flow FINAL UNION ALL SELECT id FROM egret.statement FINAL")
    return sorted(row["id"] for row in rows)


def ship(directory, door, *more, **options):
    return egret("ship", directory, "--to", door.target, "--batch-kilobytes", 256, *more, check=False, **options)


def settled(name, ids):
    """Everything is there, once, and no gap is reported."""
    check(stored() == sorted(ids), f"{name}: everything is there once", (len(stored()), len(ids)))
    gaps = [row for row in engine.rows(GAPS) if row["lost"]]
    check(gaps == [], f"{name}: no gap", gaps)


def case(name, faults, expected=0, more=()):
    """Ships a log while the server has these faults, and again without any."""
    engine.empty()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        ids = log(directory)
        door = Door(engine).start()
        door.faults = list(faults)
        run = ship(directory, door, *more)
        check(run.returncode == expected, f"{name}: status {run.returncode}", run.stderr)
        door.faults = []
        again = ship(directory, door)
        check(again.returncode == 0, f"{name}: the second run", again.stderr)
        settled(name, ids)
        requests = len(door.requests)
        ship(directory, door)
        check(len(door.requests) == requests, f"{name}: nothing is sent a third time")
        door.stop()
        return run


def away():
    """A server that is not there, and then is."""
    engine.empty()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        ids = log(directory)
        door = Door(engine).start()
        port = door.port
        door.stop()
        run = egret("ship", directory, "--to", f"clickhouse+http://127.0.0.1:{port}/egret", "--attempts", 2, check=False)
        check(run.returncode == 1 and "cannot be reached" in run.stderr, "away: says so", run.stderr)
        door = Door(engine).start(port)
        check(ship(directory, door).returncode == 0, "back: everything is sent")
        settled("away", ids)
        door.stop()


def killed_shipper():
    """A shipper that is killed at any point continues where it was."""
    engine.empty()
    r = random.Random(7)
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        ids = log(directory, count=6000)
        door = Door(engine).start()
        kills = 0
        for _ in range(8):
            process = subprocess.Popen([EGRET, "ship", str(directory), "--to", door.target, "--batch-kilobytes", "64"],
                                       stderr=subprocess.DEVNULL)
            time.sleep(r.uniform(0.02, 0.5))
            kills += process.poll() is None
            process.kill()
            process.wait()
        check(ship(directory, door).returncode == 0, "killed: the last run")
        check(kills > 0, "the shipper was killed while it ran")
        settled("killed shipper", ids)
        door.stop()


def killed_sensor():
    """A sensor that is killed in the middle of a line: the line is not sent, and the next run's events are."""
    engine.empty()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        ids = log(directory, count=900, files=1)
        path = directory / "events-gw-01-b1-1.jsonl"
        whole = path.read_bytes()
        cut = len(whole) - 300
        path.write_bytes(whole[:cut])
        last = json.loads(whole.splitlines()[-1])["id"]
        door = Door(engine).start()
        run = ship(directory, door)
        check(run.returncode == 0 and "no events" not in run.stderr, "a line without its end is no fault", run.stderr)
        check(stored() == sorted(ids - {last}), "the whole lines are there")
        ids2 = log(directory, count=500, files=2, boot="b2", first=1_000_001, seed=2)
        check(ship(directory, door).returncode == 0, "the next run of the sensor")
        settled("killed sensor", (ids - {last}) | ids2)
        # The line gets its end after all, as of a sensor that was only slow.
        path.write_bytes(whole)
        (directory / ".egret-shipped.json").unlink()
        ship(directory, door)
        settled("killed sensor, all sent again", ids | ids2)
        door.stop()


def growing():
    """Lines that are written while they are shipped, with files that are packed meanwhile."""
    engine.empty()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        source = directory / "source"
        source.mkdir()
        logs = directory / "logs"
        logs.mkdir()
        ids = log(source, count=1500, files=2)
        door = Door(engine).start()
        follower = subprocess.Popen([EGRET, "ship", str(logs), "--to", door.target, "--follow"], stderr=subprocess.DEVNULL)
        for path in sorted(source.glob("*.jsonl")):
            data = path.read_bytes()
            with open(logs / path.name, "ab", buffering=0) as out:
                for begin in range(0, len(data), 200_000):
                    out.write(data[begin:begin + 200_000])
                    time.sleep(0.15)
            time.sleep(1.2)
            subprocess.run(["zstd", "-q", "--rm", str(logs / path.name)], check=False)
        deadline = time.time() + 60
        while time.time() < deadline and len(stored()) < len(ids):
            time.sleep(0.5)
        follower.send_signal(signal.SIGTERM)
        follower.wait(10)
        settled("followed", ids)
        door.stop()


def lost_events():
    """A gap in the files themselves is found to the number."""
    engine.empty()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        log(directory, count=2000, files=1)
        path = directory / "events-gw-01-b1-1.jsonl"
        lines = path.read_text().splitlines(True)
        gone = set(random.Random(1).sample(range(10, 1900), 137))
        path.write_text("".join(line for number, line in enumerate(lines) if number not in gone))
        door = Door(engine).start()
        ship(directory, door)
        rows = engine.rows(GAPS)
        check([row["lost"] for row in rows] == [137], "137 events are missing", rows)
        door.stop()


def secrets():
    """User and password come from a file that only its owner reads, and are in no address and no message."""
    engine.empty()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        log(directory, count=100, files=1)
        door = Door(engine, user=("writer", "s3cret:word")).start()
        run = ship(directory, door)
        check(run.returncode == 1 and "403" in run.stderr, "without credentials it is refused", run.stderr)
        path = directory / "credentials"
        path.write_text("writer:s3cret:word\n")
        os.chmod(path, 0o644)
        run = ship(directory, door, "--credentials", path)
        check(run.returncode == 1 and "chmod 600" in run.stderr, "a file that others read is refused", run.stderr)
        os.chmod(path, 0o600)
        run = ship(directory, door, "--credentials", path)
        check(run.returncode == 0 and "s3cret" not in run.stderr, "with credentials", run.stderr)
        check(not any("s3cret" in request for request in door.requests), "no address has the password")
        run = egret("ship", directory, "--to", "clickhouse+http://a:s3cret@127.0.0.1:1/egret", check=False)
        check(run.returncode == 2 and "s3cret" not in run.stderr, "credentials in an address are refused", run.stderr)
        door.stop()


def live_output():
    """An output of analyze, with a server that has faults, loses nothing: an offline run waits."""
    capture = ROOT / "Tests/Golden/captures/a-relay-n5.pcap"
    engine.empty()
    door = Door(engine).start()
    door.faults = [500, "lost", 503]
    with tempfile.TemporaryDirectory() as directory:
        files = pathlib.Path(directory) / "events.jsonl"
        run = egret("analyze", "--flows", "all", "--output", door.target, "--output", files, capture, check=False)
        check(run.returncode == 0, "analyze with ClickHouse as output", run.stderr)
        wanted = [json.loads(line) for line in files.read_text().splitlines()]
    flows = sorted(event["id"] for event in wanted if event["type"] == "flow")
    found = sorted(row["id"] for row in engine.rows("SELECT id FROM egret.flow FINAL"))
    check(found == flows and flows, "every flow is there once", (len(found), len(flows)))
    delivered = engine.rows("SELECT sum(delivered) AS d, groupBitmapMerge(seen) AS s FROM egret.arrived" + PLAIN)[0]
    check(delivered["d"] == delivered["s"] == len(wanted), "a batch whose answer was lost counts once", delivered)
    door.faults = [400] * 9
    run = egret("analyze", "--flows", "all", "--output", door.target, capture, check=False)
    check(run.returncode == 1 and "ClickHouse answers 400" in run.stderr, "what is refused is said and counted", run.stderr)
    door.stop()


def sensor_output_away():
    """A server that is away longer than is waited for: what was given up is counted, and is sent from the files."""
    capture = ROOT / "Tests/Golden/captures/a-relay-n5.pcap"
    engine.empty()
    door = Door(engine).start()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        door.faults = [400] * 20
        run = egret("analyze", "--flows", "all", "--output", door.target, "--output", directory / "log", capture, check=False)
        check(run.returncode == 1, "the failure is an exit status", run.stderr)
        door.faults = []
        check(ship(directory / "log", door).returncode == 0, "the files are sent")
        wanted = sorted(json.loads(line)["id"] for path in (directory / "log").glob("events-*.jsonl")
                        for line in path.read_text().splitlines() if json.loads(line)["type"] == "flow")
        found = sorted(row["id"] for row in engine.rows("SELECT id FROM egret.flow FINAL"))
        check(found == wanted and wanted, "everything is there after that", (len(found), len(wanted)))
    door.stop()


case("no fault", [])
case("one 500", [500])
case("full: 503 and 429", [503, 429])
case("slow", [("slow", 2.0)])
case("slower than the time-out", [("slow", 3.0)], more=("--timeout", "1"))
case("cut in the middle", ["cut", None, "cut"])
case("answer lost", ["lost", None, "lost", "lost"])
case("refused", [400], expected=1)
away()
killed_shipper()
killed_sensor()
growing()
lost_events()
secrets()
live_output()
sensor_output_away()
check.end("delivery under faults")
