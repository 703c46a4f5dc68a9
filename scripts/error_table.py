#!/usr/bin/env python3
"""Holds the estimates of requests and interactions against captures whose truth is known, connection by connection.

    error_table.py [--egret PATH] [--captures DIRECTORY]... [--split all|design|held] [--markdown] [-v]

Prints a row a protocol: connections, true and estimated sums, how many are exact, the median and the worst error, and
how often the stated bounds hold the truth. The split is by the SHA-256 of the scenario's name, whose first byte is even
for those that were looked at while the method was designed. Exit status 1 if the bounds of any protocol hold the truth less
often than stated, or if the requests of all are counted more than one in a hundred wrong; 77 if there are no captures.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
STATED = 0.95
# How far the sum of all requests may be off.
WORST_SUM = 0.01
ORDER = ["HTTP/1.1", "HTTP/1.1, clear text", "WebSocket", "HTTP/2", "HTTP/3"]


def captures():
    """The directories of labeled captures beside the project."""
    for place in (os.environ.get("EGRET_SHARED"), ROOT.parent / "shared"):
        if place and (pathlib.Path(place) / "captures/clients/labels.jsonl").exists():
            found = [pathlib.Path(place) / "captures" / name for name in ("clients", "clients-new")]
            return [directory for directory in found if (directory / "labels.jsonl").exists()]
    return []


def is_held_out(scenario):
    return hashlib.sha256(scenario.encode()).digest()[0] % 2 == 1


def protocol(connection, flow):
    name = connection["proto"]
    if name.startswith("WebSocket"):
        return "WebSocket"
    if name.startswith("HTTP/1"):
        return "HTTP/1.1, clear text" if flow.get("method") == "http1_text" else "HTTP/1.1"
    return {"HTTP/2.0": "HTTP/2", "HTTP/3.0": "HTTP/3"}.get(name, name)


def flows(egret, capture):
    run = subprocess.run([egret, "analyze", "--flows", "all", "--output", "-", capture], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, timeout=300, check=True)
    rows = [json.loads(line) for line in run.stdout.splitlines() if line.strip()]
    return [row for row in rows if row["type"] == "flow" and row["flow"]["final"] and "method" in row["flow"]]


def pairs(egret, directory, label):
    """(connection, flow) of the scenario where both are there, and how many connections found no flow."""
    found = {}
    for row in flows(egret, directory / (label["scenario"] + ".pcap")):
        found.setdefault((row["src"]["ip"], row["src"]["port"], row["net"]["app"] == "quic"), row["flow"])
    matched, missing = [], 0
    for connection in label.get("connections", []):
        ip, port = connection["client"].rsplit(":", 1)
        flow = found.get((ip.strip("[]"), int(port), connection["proto"] == "HTTP/3.0"))
        if flow is None:
            missing += 1
        else:
            matched.append((connection, flow))
    return matched, missing


class Row:
    """One protocol and one of the two numbers."""

    def __init__(self):
        self.true, self.estimated, self.errors, self.inside = 0, 0, [], 0

    def add(self, true, flow, name):
        estimate = flow[f"{name}_est"]
        self.true += true
        self.estimated += estimate
        self.errors.append(abs(estimate - true) / max(true, 1))
        inside = flow[f"{name}_low"] <= true <= flow[f"{name}_high"]
        self.inside += inside
        return estimate == true and inside

    def cells(self):
        count = len(self.errors)
        exact = sum(error == 0 for error in self.errors)
        return [count, self.true, self.estimated, f"{exact}/{count}", f"{100 * statistics.median(self.errors):.0f} %",
                f"{100 * max(self.errors):.0f} %", f"{100 * self.inside / count:.1f} %"]


def table(rows, markdown):
    head = ["protocol", "of", "connections", "true", "estimated", "exact", "median error", "worst", "within bounds"]
    lines = [head] + [[key[1], key[0]] + row.cells() for key, row in rows]
    lines = [[str(cell) for cell in line] for line in lines]
    if markdown:
        lines.insert(1, ["---"] * len(head))
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=str(ROOT / ".build/release/egret"))
    parser.add_argument("--captures", type=pathlib.Path, action="append", help="may be given several times")
    parser.add_argument("--split", choices=["all", "design", "held"], default="all")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true", help="name each connection that is not exact")
    options = parser.parse_args()
    directories = options.captures or captures()
    if not directories:
        print("skipped: there are no labeled captures in ../shared, and EGRET_SHARED names none")
        return 77
    labels = [(directory, json.loads(line)) for directory in directories
              for line in open(directory / "labels.jsonl", encoding="utf-8")]
    if options.split != "all":
        labels = [(directory, label) for directory, label in labels
                  if is_held_out(label["scenario"]) == (options.split == "held")]
    rows, unmatched = collections.defaultdict(Row), 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda entry: pairs(options.egret, *entry), labels)
        for (_, label), (matched, missing) in zip(labels, results):
            unmatched += missing
            for connection, flow in matched:
                name = protocol(connection, flow)
                holds = True
                for kind, true in (("requests", connection["requests"]), ("interactions", connection["api"] or 0)):
                    for key in (name, "all"):
                        good = rows[kind, key].add(true, flow, kind)
                    holds = holds and good
                if options.verbose and not holds:
                    print(label["scenario"], connection["host"], name, {k: connection[k] for k in ("requests", "api")},
                          {k: v for k, v in flow.items() if "_est" in k or "_low" in k or "_high" in k
                           or k in ("streamed_answers", "first_byte", "upload_bursts", "method")})
    order = [(kind, name) for kind in ("requests", "interactions") for name in ORDER + ["all"]]
    print(table([(key, rows[key]) for key in order if key in rows], options.markdown))
    print(f"\n{len(labels)} scenarios; {unmatched} connections are not told apart in the capture and are left out")
    bad = [f"{name}: the bounds of its {kind} hold the truth of {rows[kind, name].inside} in {len(rows[kind, name].errors)} connections"
           for kind, name in order if (kind, name) in rows and rows[kind, name].inside < STATED * len(rows[kind, name].errors)]
    total = rows["requests", "all"]
    if abs(total.estimated - total.true) > WORST_SUM * total.true:
        bad.append(f"all: {total.estimated} requests are counted for {total.true}")
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad or not total.errors else 0


sys.exit(main())
