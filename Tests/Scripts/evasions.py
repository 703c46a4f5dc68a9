#!/usr/bin/env python3
"""Captures in which someone hides a name, or accuses someone else: what egret says of each, and that its events are valid.

usage: evasions.py --egret PATH [--all DIRECTORY]

--all also validates every event of every capture below DIRECTORY against docs/schema/events.schema.json.
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "Tests/Fixtures/evasions"
HOST = "claude.ai"


def run(egret, capture):
    """The events of a capture, judged by the example policy: their lines, and what they say."""
    done = subprocess.run([egret, "analyze", "--flows", "all", "--output", "-", "--rules", "rules/policies/vendor-ban.yaml", capture],
                          cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}: {done.stderr.decode()[-200:]}")
    return done.stdout, [json.loads(line) for line in done.stdout.splitlines()]


def flows(events):
    return [event for event in events if event["type"] == "flow"]


def names(flow):
    return {flow["dst"].get("host")} | {name["name"] for name in flow["dst"].get("names", [])}


def is_named(events):
    """The server's name, from evidence that is complete, and no other name that is."""
    told = [flow for flow in flows(events) if flow["dst"].get("host") and flow["evidence"]["complete"]]
    return bool(told) and all(flow["dst"]["host"] == HOST for flow in told)


def is_contradicted(events):
    """The bytes that differ are counted, the server's name is kept, and no name is told as complete."""
    counted = any(event["flows"]["conflict_bytes"] for event in events if event["type"] == "stats")
    return counted and any(HOST in names(flow) for flow in flows(events)) \
        and not any(flow["dst"].get("host") and flow["evidence"]["complete"] for flow in flows(events))


def accuses_nobody(events):
    return not any(event["type"] == "alert" for event in events)


def says_tunnel(events):
    """An alert inside a tunnel that is not trusted: low or medium, with the tunnel in the event and in the message."""
    alerts = [event for event in events if event["type"] == "alert"]
    return bool(alerts) and all(
        alert["severity"] not in ("high", "critical") and alert["net"]["tunnel_trusted"] is False
        and alert["net"]["tunnels"][0] in alert["message"] and not alert["flow"]["answered"] for alert in alerts)


EXPECTED = {
    "fragments-contradict": lambda events: not any(
        flow["dst"].get("host") and flow["evidence"]["complete"] for flow in flows(events)),
    "gtpu-single-datagram": says_tunnel, "ip-in-ip-single-packet": says_tunnel, "vxlan-single-datagram": says_tunnel,
    "quic-after-a-question": is_named, "quic-after-google-quic": is_named, "quic-bit-greased": is_named,
    "quic-crypto-contradicts": is_contradicted, "unsolicited-certificate": accuses_nobody,
}


def validated(lines):
    """What validate_events.py says of some lines; None if they are valid, or nothing was checked."""
    done = subprocess.run([sys.executable, ROOT / "Tests/Scripts/validate_events.py"], input=lines, stdout=subprocess.PIPE)
    return done.stdout.decode().strip() if done.returncode == 1 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True)
    parser.add_argument("--all")
    options = parser.parse_args()
    egret = str(pathlib.Path(options.egret).resolve())
    failed = 0
    for name, holds in EXPECTED.items():
        lines, events = run(egret, CAPTURES / f"{name}.pcap")
        fault = validated(lines) or (None if holds(events) else "egret says something else than it should")
        failed += fault is not None
        print(f"{name}: {fault or 'ok'}")
    captures = sorted(pathlib.Path(options.all).rglob("*.pcap*")) if options.all else []
    for capture in captures:
        fault = validated(run(egret, capture)[0])
        failed += fault is not None
        if fault:
            print(f"{capture}: {fault}")
    print(f"{len(EXPECTED) + len(captures)} captures, {failed} not as they should be")
    sys.exit(1 if failed else 0)


main()
