#!/usr/bin/env python3
"""Measures how egret's cost grows with the work: flows, rules, names, and the size of packets.

Prints a table in Markdown and draws it (--svg). Instructions are counted by callgrind, as differences of two runs that
differ in one number; processor time is the least of a few runs, as a ratio to the first row of its table; memory is the
largest that was resident. Captures, rules and lists are made up here, from Benchmarks/captures.py. Takes some minutes.

usage: scaling.py --egret PATH [--svg FILE] [--only flows,rules,names,packets] [--huge]
                                                                        --huge adds ten million flows: 1.5 GB of memory
"""
import argparse
import collections
import math
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks"))
import bench  # noqa: E402
import captures  # noqa: E402

HOST = b"www.example-a.com"
RUNS = 3
# Runs a command and prints its exit status, processor seconds and largest memory in kilobytes. A program of its own, for a
# process counts as its own the memory of the one that it was forked from.
SPAWN = """
import os, sys
output = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=output)
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""
# A row: how much work, what one unit of it costs, as a ratio to the first row, and megabytes at most.
Row = collections.namedtuple("Row", "size cost ratio memory more")


class Meter:
    """Runs egret, and asks the kernel what it took."""

    def __init__(self, egret, directory):
        self.bench = bench.Bench(egret, directory)
        self.directory = directory

    def command(self, capture, more):
        # Where rules are measured, they are named in `more`; otherwise there are none.
        rules = [] if "--rules" in more else ["--no-rules"]
        catalog = [] if "--catalog" in more else ["--catalog", str(self.bench.catalog)]
        return [str(self.bench.egret), "analyze", "--flows", "none", "--fingerprints", str(self.bench.fingerprints),
                *rules, *catalog, *more, str(capture)]

    def spent(self, capture, *more, runs=RUNS):
        """(processor seconds, megabytes): the least of some runs."""
        best = None
        for _ in range(runs):
            command = self.command(capture, more)
            said = subprocess.run([sys.executable, "-c", SPAWN, *command], stdout=subprocess.PIPE, check=True, text=True)
            status, seconds, kilobytes = said.stdout.split()
            if int(status):
                raise SystemExit(f"{' '.join(command)}: exit status {status}")
            now = (float(seconds), int(kilobytes) / 1024)
            best = now if best is None else min(best, now)
        return best

    def instructions(self, capture, *more):
        out = self.directory / "callgrind.out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *self.command(capture, more)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=bench.ENVIRONMENT,
                       timeout=1800)
        return bench.profile(out)[0]


def ratios(points):
    """Rows of (size, cost, megabytes, more)."""
    first = points[0][1]
    return [Row(size, cost, cost / first if first else 1, memory, more) for size, cost, memory, more in points]


# Flows

def tiny(flow, flags, from_client):
    """A TCP packet without payload, as a record of a capture less its time."""
    client, server = struct.pack(">I", 0x0A00_0000 + flow // 50_000), captures.SERVER
    ends, ports = client + server, (10_000 + flow % 50_000, 443)
    if not from_client:
        ends, ports = server + client, ports[::-1]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 40, 0, 0x4000, 64, 6, 0) + ends
    tcp = struct.pack(">HHIIBBHHH", *ports, 1000, 1000, 0x50, flags, 64240, 0, 0)
    return struct.pack("<II", 54, 54) + bytes(12) + b"\x08\x00" + ip + tcp


def many_flows(path, flows, packets):
    """`flows` that are opened and answered, then `packets` of them all by turns, far from one another."""
    moment = 0
    pack = struct.Struct("<II").pack
    with open(path, "wb", buffering=1 << 20) as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))

        def write(record):
            nonlocal moment
            moment += 1
            file.write(pack(1_767_225_600 + moment // 1_000_000, moment % 1_000_000))
            file.write(record)

        for flow in range(flows):
            write(tiny(flow, captures.SYN, True))
            write(tiny(flow, captures.SYN | captures.ACK, False))
        stride = next(s for s in range(int(flows * 0.618) | 1, 2 * flows + 2, 2) if math.gcd(s, flows) == 1)
        flow = 0
        for _ in range(packets):
            write(tiny(flow, captures.ACK, True))
            flow = (flow + stride) % flows


def flows_axis(meter, huge):
    """What a packet of a known flow costs among so many, and what all of them occupy."""
    points = []
    packets = 1_000_000
    for count in [1_000, 10_000, 100_000, 1_000_000] + ([10_000_000] if huge else []):
        short, long = meter.directory / "few.pcap", meter.directory / "more.pcap"
        many_flows(short, count, 0)
        many_flows(long, count, packets)
        more = ["--flow-memory", "8GiB"]
        runs = RUNS if count <= 100_000 else 2
        few, lots = meter.spent(short, *more, runs=runs), meter.spent(long, *more, runs=runs)
        points.append((count, (lots[0] - few[0]) / packets, lots[1], ""))
        short.unlink()
        long.unlink()
    return ratios(points)


# Rules and names

def named_flows(meter):
    """Two captures of TLS flows with a name, and how many more the second has."""
    low, high = 100, 500
    hello = captures.client_hello(HOST)
    return [meter.bench.capture(f"named-{n}.pcap", captures.tcp_flows, n, 0, hello) for n in (low, high)], high - low


def rule_file(path, count, condition, lists=""):
    """A file of `count` rules; `condition` gives what the one with a number asks."""
    rules = "".join(f"- id: rule-{n}\n  title: Rule {n}\n  match: {condition(n)}\n" for n in range(count))
    path.write_text("version: 1\nmetadata: {ruleset: scaling, revision: 1, owner: nobody@example.com}\n"
                    f"{lists}rules:\n{rules}")


def judged(meter, size, *more):
    """A point: instructions for each flow that is named and judged, with the start's processor time beside it."""
    (few, lots), count = named_flows(meter)
    cost = (meter.instructions(lots, *more) - meter.instructions(few, *more)) / count
    seconds, memory = meter.spent(few, *more)
    return size, cost, memory, f"{seconds:.2f}"


def rules_axis(meter, condition):
    """What a flow costs beside so many rules, of which none holds, each with a condition of its own."""
    points = []
    for count in [10, 100, 1_000, 10_000]:
        path = meter.directory / "rules.yaml"
        rule_file(path, count, condition)
        points.append(judged(meter, count, "--rules", str(path)))
    return ratios(points)


def hosts_axis(meter, _):
    """Rules that ask for a host."""
    return rules_axis(meter, lambda n: f"{{dst.host: host-{n}.example.net}}")


def numbers_axis(meter, _):
    """Rules that ask for more than a number of bytes, which no flow reaches."""
    return rules_axis(meter, lambda n: f"{{flow.bytes_up: {{gt: {1_000_000 + n}}}}}")


def names_axis(meter, _):
    """What a flow costs whose name is looked for on a list of so many; it is not on it."""
    points = []
    path, names = meter.directory / "rules.yaml", meter.directory / "names.txt"
    rule_file(path, 1, lambda _: "{dst.host: {in: blocked}}", "lists:\n  blocked: {type: suffix, file: names.txt}\n")
    for count in [1_000, 10_000, 100_000, 1_000_000]:
        names.write_text("".join(f"host-{n}.example-{n % 977}.net\n" for n in range(count)))
        points.append(judged(meter, count, "--rules", str(path)))
    return ratios(points)


VENDOR = 10_000


def write_vendor(path, number, hosts):
    """A vendor with so many hosts, which no flow here goes to."""
    head = (f"id: example-{number}\nname: Example {number}\ncountry: US\ncategory: api\nproducts:\n"
            f"- {{id: api-{number}, name: Example API, category: api}}\n"
            "sources:\n  none: {date: 2026-11-22, text: made up for the benchmark}\nhosts:\n")
    path.write_text(head + "".join(
        f"- {{suffix: host-{host}.example-{host % 977}.net, role: inference, product: api-{number}, source: none}}\n"
        for host in hosts))


def catalog_axis(meter, _):
    """What a flow costs whose name a catalog of so many hosts does not have."""
    points = []
    directory = meter.directory / "vendors"
    # Beside the one vendor that the fingerprints name.
    shutil.copytree(meter.bench.catalog, directory)
    for count in [1_000, 10_000, 100_000]:
        # A vendor each ten thousand: no file may be larger than a few megabytes.
        for vendor in range(-(-count // VENDOR)):
            write_vendor(directory / f"example-{vendor}.yaml", vendor, range(vendor * VENDOR, min(count, (vendor + 1) * VENDOR)))
        points.append(judged(meter, count, "--catalog", str(directory)))
    return ratios(points)


# Packets

def packets_axis(meter, _):
    """What a packet of a named flow costs by its size on the wire."""
    points = []
    hello = captures.client_hello(HOST)
    for size in [64, 256, 1_024, 4_096, 16_384, 65_535]:
        data = bytes(size - 54)
        pair = [meter.bench.capture(f"size-{n}.pcap", captures.tcp_flows, 16, n, hello, data) for n in (500, 2_500)]
        cost = (meter.instructions(pair[1]) - meter.instructions(pair[0])) / 2_000
        count = min(400_000, (256 << 20) // size)
        large = meter.bench.capture("size.pcap", captures.tcp_flows, 16, count, hello, data)
        spent, base = meter.spent(large), meter.spent(pair[0])
        points.append((size, cost, spent[1], (spent[0] - base[0]) / count))
        large.unlink()
    first = points[0][3]
    return ratios([(size, cost, memory, f"{time / first:.2f}") for size, cost, memory, time in points])


# What is measured: a title, what a row's size counts, what the cost is, what the further column holds, and how.
AXES = {
    "flows": ("Flows at once", "flows", "processor time a packet", None, flows_axis),
    "rules": ("Rules, found by host", "rules", "instructions a flow", "start, CPU s", hosts_axis),
    "numbers": ("Rules, found by a number", "rules", "instructions a flow", "start, CPU s", numbers_axis),
    "names": ("Names on a list", "names", "instructions a flow", "start, CPU s", names_axis),
    "catalog": ("Hosts in the catalog", "hosts", "instructions a flow", "start, CPU s", catalog_axis),
    "packets": ("Size of a packet", "bytes", "instructions a packet", "CPU ratio", packets_axis),
}


def table(axis, rows):
    title, unit, cost, more, _ = AXES[axis]
    heads = [unit, cost, "ratio", "peak RSS MB"] + ([more] if more else [])
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        shown = f"{row.cost:,.0f}" if row.cost >= 1 else "1.00" if row is rows[0] else f"{row.ratio:.2f}"
        cells = [f"{row.size:,}", shown, f"{row.ratio:.2f}", f"{row.memory:,.0f}"] + ([row.more] if more else [])
        yield f"| {' | '.join(cells)} |"


# The drawing

WIDTH, HEIGHT, LEFT, TOP = 300, 190, 52, 40
COST, MEMORY, GRID, INK = "#1f6feb", "#c2410c", "#d0d7de", "#24292f"


def short(number):
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if number >= size:
            return f"{number / size:g}{unit}" if number % size == 0 else f"{number / size:.0f}{unit}"
    return f"{number:g}"


def panel(axis, rows, x, y):
    """One axis as a group of SVG: the cost's and the memory's ratio to the first row, over the size, both by powers."""
    lines = {COST: [row.ratio for row in rows], MEMORY: [row.memory / rows[0].memory for row in rows]}
    values = [max(value, 0.1) for line in lines.values() for value in line]
    low = 10 ** math.floor(math.log10(min(values + [1])))
    high = 10 ** math.ceil(math.log10(max(values + [10])))
    first, last = math.log10(rows[0].size), math.log10(rows[-1].size)

    def place(size, value):
        across = (math.log10(size) - first) / (last - first)
        up = math.log10(max(value, 0.1) / low) / math.log10(high / low)
        return LEFT + across * (WIDTH - LEFT - 20), TOP + (1 - up) * (HEIGHT - TOP - 34)

    yield f'<g transform="translate({x},{y})">'
    yield f'<text x="{LEFT}" y="18" font-weight="600">{AXES[axis][0]}</text>'
    tick = low
    while tick <= high * 1.001:
        height = place(rows[0].size, tick)[1]
        yield f'<path d="M{LEFT} {height:.1f}H{WIDTH - 20}" stroke="{GRID}"/>'
        yield f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{tick:g}×</text>'
        tick *= 10
    for row in rows:
        across = place(row.size, 1)[0]
        yield f'<text x="{across:.1f}" y="{HEIGHT - 14}" text-anchor="middle">{short(row.size)}</text>'
    for colour, line in lines.items():
        points = [place(row.size, value) for row, value in zip(rows, line)]
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points)
    yield "</g>"


def drawing(results):
    columns = 3
    rows = -(-len(results) // columns)
    width, height = columns * WIDTH, rows * HEIGHT + 30
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           f'font-family="system-ui, sans-serif" font-size="11" fill="{INK}">')
    yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    for number, (axis, found) in enumerate(results.items()):
        yield from panel(axis, found, number % columns * WIDTH, number // columns * HEIGHT)
    for colour, words, x in ((COST, "cost of a packet or a flow", LEFT), (MEMORY, "memory of the process", LEFT + 200)):
        yield f'<path d="M{x} {height - 16}h18" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{x + 24}" y="{height - 12}">{words}</text>'
    yield f'<text x="{LEFT + 370}" y="{height - 12}">both as a ratio to the leftmost point</text>'
    yield "</svg>"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True, help="a release build")
    parser.add_argument("--svg", type=pathlib.Path, help="where the drawing goes")
    parser.add_argument("--only", default=",".join(AXES), help="some of: " + ", ".join(AXES))
    parser.add_argument("--huge", action="store_true")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - AXES.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    results = {}
    with tempfile.TemporaryDirectory(prefix="egret-scaling-") as directory:
        meter = Meter(arguments.egret, pathlib.Path(directory))
        for axis in wanted:
            results[axis] = AXES[axis][4](meter, arguments.huge)
            print(f"\n### {AXES[axis][0]}\n", *table(axis, results[axis]), sep="\n", flush=True)
    if arguments.svg:
        arguments.svg.write_text("\n".join(drawing(results)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
