#!/usr/bin/env python3
"""Holds suspected relays against captures whose truth is known.

usage: relays.py --egret PROGRAM --captures DIRECTORY [--accept FILE]

DIRECTORY has clients/labels.jsonl with its captures, and public/. A scenario
whose client spoke with the relay must have it suspected, and nothing else may be suspected anywhere, but for what FILE
lists with the reason that a look by hand gave.
"""
import argparse
import json
import pathlib
import subprocess
import sys

TIME_LIMIT = 300
RELAY = "relay.cheap-tokens.example"
SUFFIXES = {".pcap", ".pcapng", ".cap"}


def suspected(egret, capture):
    """The far ends that are suspected, with the score and the reasons."""
    run = subprocess.run([egret, "analyze", "--no-rules", "--output", "-", capture], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, timeout=TIME_LIMIT)
    found = {}
    for line in run.stdout.splitlines():
        event = json.loads(line)
        ai = event.get("ai", {})
        if event["type"] == "flow" and ai.get("relay_suspected"):
            end = event["dst"]
            found[end.get("host") or end["ip"]] = (ai["relay_score"], ai.get("relay_reasons"))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True)
    parser.add_argument("--captures", type=pathlib.Path, required=True)
    parser.add_argument("--accept", type=pathlib.Path)
    options = parser.parse_args()
    accepted = json.loads(options.accept.read_text()) if options.accept else {}
    clients = options.captures / "clients"
    wrong = relays = others = 0
    for line in (clients / "labels.jsonl").read_text().splitlines():
        label = json.loads(line)
        found = suspected(options.egret, clients / f"{label['scenario']}.pcap")
        is_relay = RELAY in label.get("hosts", {})
        relays += is_relay
        others += not is_relay
        if is_relay and RELAY not in found:
            wrong += 1
            print(f"{label['scenario']}: its relay is not suspected")
        for name in found.keys() - ({RELAY} if is_relay else set()) - set(accepted.get(label["scenario"], {})):
            wrong += 1
            print(f"{label['scenario']}: {name} is suspected: {found[name]}")
    for capture in sorted(path for path in (options.captures / "public").rglob("*") if path.suffix in SUFFIXES):
        others += 1
        name = capture.relative_to(options.captures).as_posix()
        for host, why in suspected(options.egret, capture).items():
            if host not in accepted.get(name, {}):
                wrong += 1
                print(f"{name}: {host} is suspected: {why}")
    print(f"{relays} relay scenarios, {others} captures without a relay: {wrong} not as they should be")
    return 1 if wrong or not relays else 0


sys.exit(main())
