#!/usr/bin/env python3
"""Counts what egret executes and allocates, and holds both against the thresholds on record.

Instructions and calls of the allocator are counted by Valgrind (callgrind), so that a busy machine changes nothing.
What is measured is a difference of two runs that differ in one number: the packets of named flows, the hellos, the
flows that are written. A count may be 5 % above its threshold. No packet of a named flow may cost an allocation: of
20,000 more packets at most a handful is let pass, for what the library does that looks for the program's directory.

Tables and rules are measured by a program of their own (TableBench). What it takes in time and memory is held against
`limits.json`, which no one but a person writes: time as the best of some rounds, and beside it as a ratio to a read of
memory that is in no cache, made in the same run.

usage: bench.py --egret PATH --tables PATH [--write] [--keep DIR]
                                   --write puts today's counts on record: the diff is the review
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import captures

ROOT = pathlib.Path(__file__).resolve().parent.parent
THRESHOLDS = pathlib.Path(__file__).resolve().parent / "thresholds.json"
LIMITS = pathlib.Path(__file__).resolve().parent / "limits.json"
TOLERANCE = 1.05
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"}
UNKNOWN = b"www.example-a.com"
KNOWN = b"api.anthropic.com"
# Hash tables of the standard library begin at a random place otherwise, and every count would move.
ENVIRONMENT = dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1", SWIFT_BACKTRACE="enable=no")

# A fingerprint that no hello here has, so that an unknown host's flow is of no interest to anyone.
FINGERPRINT = """name: One client
sources:
  none: {date: 2026-11-22, text: "made up for the benchmark"}
fingerprints:
- {ja4: t13d1713h1_5b57614c22b0_7f527383e249, kind: client, vendor: anthropic, product: claude-code, software: none,
   source: none, expires: 2027-05-22}
"""


class Bench:
    """Runs egret under callgrind."""

    def __init__(self, egret, directory):
        self.egret = ROOT / ".build-bench/egret"
        self.egret.parent.mkdir(exist_ok=True)
        # Callgrind gives up on debug information that is newer than itself; the names of functions are not part of it.
        subprocess.run(["strip", "-g", "-o", self.egret, egret], check=True)
        self.directory = directory
        self.catalog = directory / "catalog"
        self.catalog.mkdir(exist_ok=True)
        text = (ROOT / "rules/vendors/anthropic.yaml").read_text()
        (self.catalog / "anthropic.yaml").write_text(text)
        self.fingerprints = directory / "fingerprints"
        self.fingerprints.mkdir(exist_ok=True)
        (self.fingerprints / "one.yaml").write_text(FINGERPRINT)

    def capture(self, name, make, *arguments, **options):
        path = self.directory / name
        make(path, *arguments, **options)
        return path

    def run(self, capture, flows="none", shipped=False, only=None):
        """(instructions, allocations) of one run; of the function `only` and what it calls, where one is named."""
        out = self.directory / "callgrind.out"
        command = ["valgrind", "--tool=callgrind", "--compress-strings=no", "--compress-pos=no",
                   f"--callgrind-out-file={out}"]
        if only:
            command.append(f"--toggle-collect={only}")
        command += [self.egret, "analyze", "--flows", flows]
        if not shipped:
            command += ["--no-rules", "--catalog", str(self.catalog), "--fingerprints", str(self.fingerprints)]
        run = subprocess.run(command + [str(capture)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             env=ENVIRONMENT, timeout=900)
        if run.returncode:
            raise SystemExit(f"exit status {run.returncode}: {run.stderr.decode()[-2000:]}")
        return profile(out)

    def difference(self, small, large, count, **options):
        """(instructions, allocations) for each of the `count` things that `large` has more than `small`."""
        first, second = self.run(small, **options), self.run(large, **options)
        return (second[0] - first[0]) / count, (second[1] - first[1]) / count


class Tables:
    """Runs TableBench."""

    def __init__(self, program, directory):
        self.program = ROOT / ".build-bench/TableBench"
        self.program.parent.mkdir(exist_ok=True)
        subprocess.run(["strip", "-g", "-o", self.program, program], check=True)
        self.out = directory / "callgrind.tables"

    def figures(self, *arguments):
        """What one experiment prints."""
        run = subprocess.run([self.program, *map(str, arguments)], stdout=subprocess.PIPE, env=ENVIRONMENT, check=True,
                             cwd=ROOT)
        return json.loads(run.stdout)

    def count(self, experiment, size):
        """(instructions, allocations) of one more question: of 4,000 asked, beside 2,000."""
        runs = []
        for questions in (2_000, 4_000):
            subprocess.run(["valgrind", "--tool=callgrind", "--compress-strings=no", "--compress-pos=no",
                            f"--callgrind-out-file={self.out}", self.program, experiment, str(size), str(questions)],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, check=True, timeout=900,
                           cwd=ROOT)
            runs.append(profile(self.out))
        return tuple((large - small) / 2_000 for small, large in zip(*runs))


def measure_tables(tables):
    """(counts, figures that have limits) of tables and rules."""
    counts, limited = {}, {}
    counts["name_lookup"], counts["name_lookup_allocations"] = tables.count("ask-names", 100_000)
    counts["prefix_lookup"], counts["prefix_lookup_allocations"] = tables.count("ask-prefixes", 10_000)
    for rules in (10, 1_000):
        counts[f"rules_{rules}"], counts[f"rules_{rules}_allocations"] = tables.count("ask-rules", rules)
    limited["rules_growth"] = counts["rules_1000"] / counts["rules_10"]
    names = tables.figures("names", 1_000_000)
    limited["names_bytes"] = names["bytes"]
    limited["name_per_far_read"] = names["hit_ratio"]
    limited["name_popular_per_far_read"] = names["popular_nanoseconds"] / names["far_memory_nanoseconds"]
    limited["name_miss_nanoseconds"] = names["miss_nanoseconds"]
    limited["name_near_nanoseconds"] = tables.figures("names", 1_000)["hit_nanoseconds"]
    print(f"of a million names one is found in {names['hit_nanoseconds']:.0f} ns, one asked for as names are popular in "
          f"{names['popular_nanoseconds']:.0f} ns, and one missed in {names['miss_nanoseconds']:.0f} ns, where a read of far memory takes {names['far_memory_nanoseconds']:.0f} ns")
    limited["rules_10000_bytes"] = tables.figures("rules", 10_000)["bytes"]
    groups = tables.figures("groups", 100_000)
    limited["groups_bytes"], limited["groups_full_bytes"] = groups["bytes_once"], groups["bytes_full"]
    limited["groups_overflow"] = groups["overflow"]
    return counts, limited


def profile(path):
    """Instructions in all, and calls of the allocator, of a callgrind profile."""
    instructions, allocations, callee = 0, 0, None
    with open(path, errors="replace") as lines:
        for line in lines:
            if line.startswith("cfn="):
                callee = line[4:].strip().split("@")[0]
            elif line.startswith("calls="):
                if callee in ALLOCATORS:
                    allocations += int(line[6:].split()[0])
            elif line.startswith(("summary:", "totals:")):
                instructions = max(instructions, int(line.split()[1]))
    return instructions, allocations


def measure(bench):
    """Every figure by its name."""
    figures = {}
    hello, flows, more = captures.client_hello(UNKNOWN), 16, 20_000
    pair = [bench.capture(f"tcp-{n}.pcap", captures.tcp_flows, flows, n, hello) for n in (4_000, 4_000 + more)]
    figures["tcp_packet"], figures["tcp_packet_allocations"] = bench.difference(*pair, more)
    pair = [bench.capture(f"followed-{n}.pcap", captures.tcp_flows, flows, n, captures.client_hello(KNOWN),
                          captures.RECORD) for n in (4_000, 4_000 + more)]
    figures["followed_packet"], figures["followed_packet_allocations"] = bench.difference(*pair, more)
    # As curl sends it, to a host that no one knows: followed with the shipped fingerprints as a possible relay, until what
    # it shows is enough to let it be. Each flow has 2,700 records before the first packet that counts here.
    pair = [bench.capture(f"library-{n}.pcap", captures.tcp_flows, flows, n, hello, captures.RECORD)
            for n in (64_000, 64_000 + more)]
    figures["library_packet"], figures["library_packet_allocations"] = bench.difference(*pair, more, shipped=True)
    pair = [bench.capture(f"udp-{n}.pcap", captures.quic_flows, flows, n) for n in (4_000, 4_000 + more)]
    figures["quic_packet"], figures["quic_packet_allocations"] = bench.difference(*pair, more)

    low, high = 200, 700
    count = high - low
    bare = [bench.capture(f"bare-{n}.pcap", captures.tcp_flows, n) for n in (low, high)]
    named = [bench.capture(f"named-{n}.pcap", captures.tcp_flows, n, 0, hello) for n in (low, high)]
    own = [bench.capture(f"own-{n}.pcap", captures.tcp_flows, n, 0, lambda flow: captures.own_hello(flow, UNKNOWN))
           for n in (low, high)]
    known = [bench.capture(f"known-{n}.pcap", captures.tcp_flows, n, 0, captures.client_hello(KNOWN)) for n in (low, high)]
    quic = [bench.capture(f"quic-{n}.pcap", captures.quic_flows, n) for n in (low, high)]
    figures["bare_flow"], figures["bare_flow_allocations"] = bench.difference(*bare, count)
    whole = bench.difference(*named, count)
    figures["client_hello"] = whole[0] - figures["bare_flow"]
    figures["client_hello_allocations"] = whole[1] - figures["bare_flow_allocations"]
    whole = bench.difference(*own, count)
    figures["own_hello"] = whole[0] - figures["bare_flow"]
    figures["own_hello_allocations"] = whole[1] - figures["bare_flow_allocations"]
    initials = len(captures.initials())
    whole = bench.difference(*quic, count)
    figures["quic_initial"], figures["quic_initial_allocations"] = whole[0] / initials, whole[1] / initials
    silent = bench.difference(*known, count)
    written = bench.difference(*known, count, flows="all")
    figures["flow_event"] = written[0] - silent[0]
    figures["flow_event_allocations"] = written[1] - silent[1]
    attribute = "*16AttributionCacheV11attribution*"
    figures["attribution"] = bench.difference(*known, count, shipped=True, only=attribute)[0]

    figures["start"], figures["start_allocations"] = bench.run(bare[0], shipped=True)
    return figures


def start_milliseconds(bench):
    """The shortest of some runs over a small capture, whole catalog and example policy loaded."""
    best = None
    for _ in range(10):
        begin = time.monotonic()
        subprocess.run([bench.egret, "analyze", "--flows", "none", str(bench.directory / "bare-200.pcap")],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        spent = 1000 * (time.monotonic() - begin)
        best = spent if best is None else min(best, spent)
    return best


def judge(figures, thresholds):
    """Prints the table; the number of figures past their threshold."""
    broken = 0
    print(f"{'figure':28} {'measured':>14} {'on record':>14}")
    for name, value in figures.items():
        limit = thresholds.get(name)
        is_packet = re.fullmatch(r"(tcp|quic|followed|library)_packet_allocations", name)
        most = 0.001 if is_packet else (limit or 0) * TOLERANCE + 0.5
        verdict = "" if value <= most else "  PAST ITS THRESHOLD"
        broken += value > most
        shown = f"{limit:,.1f}" if limit is not None else "none"
        print(f"{name:28} {value:14,.2f} {shown:>14}{verdict}")
    return broken


def judge_limits(figures, limits):
    """Prints the table; the number of figures past their limit, or without one."""
    broken = 0
    print(f"{'figure':28} {'measured':>14} {'at most':>14}")
    for name, value in figures.items():
        limit = limits.get(name)
        is_past = limit is None or value > limit
        broken += is_past
        shown = f"{limit:,.1f}" if limit is not None else "none"
        print(f"{name:28} {value:14,.2f} {shown:>14}{'  PAST ITS LIMIT' if is_past else ''}")
    return broken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True)
    parser.add_argument("--tables", required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keep", help="a directory for the captures and profiles")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="egret-bench-") as temporary:
        directory = pathlib.Path(arguments.keep or temporary)
        directory.mkdir(exist_ok=True)
        bench = Bench(arguments.egret, directory)
        figures = measure(bench)
        milliseconds = start_milliseconds(bench)
        counts, limited = measure_tables(Tables(arguments.tables, directory))
        figures |= counts
    if arguments.write:
        record = {name: round(value, 1) for name, value in figures.items()}
        THRESHOLDS.write_text(json.dumps(record, indent=2) + "\n")
    thresholds = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}
    broken = judge(figures, thresholds)
    print(f"{'start, milliseconds':28} {milliseconds:14,.1f} {'no threshold':>14}")
    broken += judge_limits(limited, json.loads(LIMITS.read_text()))
    print(f"\n{len(figures) + len(limited) - broken} passed, {broken} failed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
