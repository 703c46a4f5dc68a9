#!/usr/bin/env python3
"""Holds what egret writes over captures of public test suites and of recorded clients.

usage: suite_events.py --egret PROGRAM --captures DIRECTORY [--accept FILE] [--cases DIRECTORY] [--list]

Every event of every capture must be one that docs/schema/events.schema.json allows. Every pack of rules/policies is
evaluated over the captures of DIRECTORY/public, and its alerts there must be those that FILE lists, each with what a look
at its packets showed: an alert that is not listed is a failure, and so is a listed one that is not raised. --list prints
the alerts in the form of FILE.
"""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VALIDATOR = ROOT / "Tests/Scripts/validate_events.py"
SUFFIXES = {".pcap", ".pcapng", ".cap"}
TIME_LIMIT = 300
BATCH = 100


def analyze(egret, capture):
    """The lines that egret writes of a capture, with every pack."""
    run = subprocess.run([egret, "analyze", "--flows", "all", "--dns", "--suppressed", "--rules", ROOT / "rules/policies",
                          "--output", "-", capture], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIME_LIMIT)
    if run.returncode < 0 or not run.stdout:
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr.decode('utf-8', 'replace')[-200:]}")
    return run.stdout


def alerts(lines):
    """The alerts that opened, or that an exception suppressed: rule and message."""
    events = [json.loads(line) for line in lines.splitlines() if b'"type":"alert"' in line]
    return {(event["rule"]["id"], event["message"]) for event in events if event["alert"]["status"] in ("open", "suppressed")}


def invalid(lines):
    """What the validator says of lines that are no valid events; None if all are. 77 if it cannot run."""
    run = subprocess.run([sys.executable, VALIDATOR], input=lines, stdout=subprocess.PIPE)
    if run.returncode == 77:
        print(run.stdout.decode(), end="")
        sys.exit(77)
    return run.stdout.decode().strip() if run.returncode else None


def faults(egret, captures, names):
    """What is wrong with the events of each capture, and its alerts."""
    found, raised, batch, held = [], {}, [], b""

    def flush():
        nonlocal batch, held
        if held and invalid(held):
            # One of the batch: name it.
            for capture, lines in batch:
                said = invalid(lines)
                if said:
                    found.append(f"{names[capture]}: {said}")
        batch, held = [], b""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for capture, lines in zip(captures, pool.map(lambda capture: analyze(egret, capture), captures)):
            raised[names[capture]] = alerts(lines)
            batch.append((capture, lines))
            held += lines
            if len(batch) >= BATCH:
                flush()
        flush()
    return found, raised


def compared(raised, accepted):
    """Alerts that no one has looked at, and listed ones that are not raised."""
    for name in sorted(raised.keys() | accepted.keys()):
        listed = {(entry["rule"], entry["message"]) for entry in accepted.get(name, [])}
        for rule, message in sorted(raised.get(name, set()) - listed):
            yield f"{name}: {rule} alerts, which is not listed: {message}"
        for rule, message in sorted(listed - raised.get(name, set())):
            yield f"{name}: {rule} is listed and does not alert: {message}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True)
    parser.add_argument("--captures", type=pathlib.Path, required=True)
    parser.add_argument("--accept", type=pathlib.Path)
    parser.add_argument("--cases", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    accepted = json.loads(options.accept.read_text(encoding="utf-8")) if options.accept else {}
    for name, entries in accepted.items():
        assert all(entry.get("reason") for entry in entries), f"{name}: an alert is accepted without a reason"
    places = [options.captures / name for name in ("public", "clients", "clients-new")] + ([options.cases] if options.cases else [])
    captures = sorted(path for place in places if place.is_dir() for path in place.rglob("*") if path.suffix in SUFFIXES)
    names = {path: path.relative_to(options.captures if options.captures in path.parents else options.cases.parent).as_posix()
             for path in captures}
    found, raised = faults(options.egret, captures, names)
    public = {name: alerts for name, alerts in raised.items() if name.startswith("public/")}
    if options.list:
        rows = {name: [{"rule": rule, "message": message, "reason": ""} for rule, message in sorted(alerts)]
                for name, alerts in sorted(public.items()) if alerts}
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return 0
    found += compared(public, accepted)
    for fault in found:
        print(fault)
    count = sum(map(len, public.values()))
    print(f"{len(captures)} captures: {count} alerts of the packs over {len(public)} public ones; {len(found)} not as they should be")
    return 1 if found or not captures else 0


sys.exit(main())
