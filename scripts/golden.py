#!/usr/bin/env python3
"""Holds what egret says of captures whose right answer is on record.

Every capture of Tests/Golden/captures is analyzed with the shipped catalog and the example policy, `--flows all`, and compared
byte for byte with Tests/Golden/NAME.jsonl. It is analyzed twice, with one thread and with two, and both runs must write the
same bytes. On record the id of the run is zeros: it is a digest of the whole catalog too, and a change of an entry that no
capture meets is not to change every line of every file.

usage: golden.py [--write] [--egret PATH]     --write puts the output on record: the diff is the review
"""
import argparse
import difflib
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "Tests/Golden"
TIME_LIMIT = 120
MOST_LINES = 12
POLICY = "rules/policies/vendor-ban.yaml"
RUN = re.compile(rb'("id":"offline/|"boot":")[0-9a-f]{16}')


def output_of(egret, capture, threads):
    run = subprocess.run([egret, "analyze", "--flows", "all", "--output", "-", "--threads", str(threads), "--rules", POLICY,
                          capture.relative_to(ROOT)],
                         cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIME_LIMIT)
    if run.returncode != 0:
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr.decode('utf-8', 'replace')[-500:]}")
    return run.stdout


def on_record(output):
    """The output without the id of its run, which is one for all events."""
    runs = {match.group(0)[-16:] for match in RUN.finditer(output)}
    if len(runs) != 1:
        raise RuntimeError(f"the events of one run name {len(runs)} runs")
    return RUN.sub(rb"\g<1>0000000000000000", output)


def difference(expected, found, name):
    """The first lines that differ, shortened around the place where they do."""
    old, new = expected.decode().splitlines(), found.decode().splitlines()
    lines = list(difflib.unified_diff(old, new, name, "what egret says now", lineterm="", n=0))
    return [line if len(line) <= 2000 else line[:2000] + "..." for line in lines[:MOST_LINES]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--egret", default=ROOT / ".build/debug/egret")
    arguments = parser.parse_args()
    captures = sorted((GOLDEN / "captures").glob("*.pcap*"))
    passed, failed = 0, 0
    for capture in captures:
        record = GOLDEN / (capture.name.split(".")[0] + ".jsonl")
        try:
            written, again = (output_of(arguments.egret, capture, threads) for threads in (1, 2))
            found = on_record(written)
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            print(f"{capture.name}: {error}")
            failed += 1
            continue
        if arguments.write:
            record.write_bytes(found)
        problems = [] if written == again else ["one thread and two differ:"] + difference(written, again, "one thread")
        expected = record.read_bytes() if record.exists() else b""
        if found != expected:
            problems += difference(expected, found, str(record.relative_to(ROOT)))
        passed, failed = passed + (not problems), failed + bool(problems)
        if problems:
            print(f"{capture.name}:", *problems, sep="\n    ")
    print(f"golden captures: {passed} passed, {failed} failed")
    return 0 if captures and failed == 0 else 1


sys.exit(main())
