#!/usr/bin/env python3
"""`egret rules run-sql`: what rules find over a fleet comes back as egret's own alert events, once, through its outputs, also if it is
run again and again by a timer, and as a sensor with the same traffic would have raised it."""
import json
import pathlib
import subprocess
import sys
import tempfile

import synthetic
from engine import ROOT, Checks, Door, Engine, egret

check = Checks()
engine = Engine()
engine.make()
door = Door(engine).start()
DAY = synthetic.epoch("2026-07-06")
RULES = """version: 1
rules:
- id: many
  title: Many interactions
  match: {ai.vendor: openai}
  threshold: {count: interactions, op: gt, value: 100, window: 1h, group_by: [ai.vendor], min_distinct: {field: src.ip, value: 3}}
  dedup: {by: [ai.vendor], for: 2h, close_after: 2h}
  severity: medium
  message: "{{threshold.value}} interactions with {{ai.vendor}}"
- id: banned
  match: {ai.vendor: deepseek}
  dedup: {by: [src.ip], for: 1h}
  severity: high
  message: "{{src.ip}} used {{ai.product}} at {{dst.host}}"
"""


def events(*arguments):
    run = egret("rules", "run-sql", "--server", door.target, "--rules", RULE_FILE, *arguments, check=False)
    check(run.returncode == 0, f"run-sql {arguments}", run.stderr)
    return [json.loads(line) for line in run.stdout.splitlines()]


with tempfile.TemporaryDirectory() as directory:
    directory = pathlib.Path(directory)
    RULE_FILE = directory / "rules.yaml"
    RULE_FILE.write_text(RULES)
    fleet = synthetic.Fleet(31, 8)
    openai, deepseek = synthetic.PRODUCTS[1], synthetic.PRODUCTS[4]
    lines = []
    # From 10:00 to 12:00 eight gateways see 5 interactions a minute together; no gateway alone comes to 100 an hour.
    for minute in range(120):
        gateway = fleet.sensors[minute % 8]
        lines.append(fleet.flow(DAY + (600 + minute) * 60 * synthetic.NANOSECONDS, sensor=gateway, source=f"10.120.0.{minute % 6}",
                                product=openai, interactions=5))
    for minute in (700, 720, 900):
        lines.append(fleet.flow(DAY + minute * 60 * synthetic.NANOSECONDS, source="10.120.9.9", product=deepseek))
    engine.insert([synthetic.dump(event) for event in lines])

    whole = events("--from", "2026-07-06", "--to", "2026-07-07")
    alerts = [event for event in whole if event["type"] == "alert"]
    kinds = [(event["rule"]["id"], event["alert"]["status"]) for event in alerts]
    check(kinds.count(("many", "open")) == 1 and kinds.count(("many", "closed")) == 1, "one alert over the fleet", kinds)
    check(kinds.count(("banned", "open")) == 2 and kinds.count(("banned", "closed")) == 2, "two uses of what is banned", kinds)
    first = next(event for event in alerts if event["rule"]["id"] == "many")
    check(first["sensor"]["id"] == "fleet" and first["alert"]["group"] == {"ai.vendor": "openai"} and "openai" in first["message"], "its content", first)
    use = next(event for event in alerts if event["rule"]["id"] == "banned")
    check(use["severity"] == "high" and use["src"]["ip"] == "10.120.9.9" and "chat.deepseek.com" in use["message"], "who, and where", use)
    validator = subprocess.run([sys.executable, str(ROOT / "Tests/Scripts/validate_events.py")], input="".join(json.dumps(e) + "\n" for e in whole),
                               text=True, stdout=subprocess.PIPE)
    check(validator.returncode in (0, 77), "events of the schema", validator.stdout)
    check(events("--from", "2026-07-06", "--to", "2026-07-07") == whole, "the same again, byte for byte")

    cursor = directory / "cursor.json"
    told = []
    for hour in range(1, 25):
        begin = ["--from", "2026-07-06"] if hour == 1 else []
        told += [e for e in events(*begin, "--cursor", cursor, "--to", f"2026-07-06T{hour:02d}:00:00Z" if hour < 24 else "2026-07-07")
                 if e["type"] == "alert"]
    opened = [(e["rule"]["id"], e["alert"]["id"]) for e in told if e["alert"]["status"] == "open"]
    check(sorted(opened) == sorted((e["rule"]["id"], e["alert"]["id"]) for e in alerts if e["alert"]["status"] == "open"),
          "hour by hour the same alerts open, once, with the same ids", opened)
    closed = [e["alert"]["id"] for e in told if e["alert"]["status"] == "closed"]
    check(len(closed) == len(set(closed)) == 3, "each closes once", closed)
    run = egret("rules", "run-sql", "--server", door.target, "--from", "2026-07-06", check=False)
    check(run.returncode == 1 and "sensor.health" in run.stderr, "a rule that SQL cannot say is named", run.stderr)
    door.faults = [500]
    run = egret("rules", "run-sql", "--server", door.target, "--rules", RULE_FILE, "--cursor", cursor, "--to", "2026-07-08", check=False)
    check(run.returncode == 1 and json.loads(cursor.read_text())["until"].startswith("2026-07-07"), "a failure leaves the cursor", run.stderr)
door.stop()
check.end("central alerts")
