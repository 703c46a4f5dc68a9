#!/usr/bin/env python3
"""A scan that opens FLOWS connections, which no one answers, while known ones continue: memory stays at its bound, the known flows
keep their names and lose no packet, and every flow that had to go is counted.

Packets are made as they are read, on the standard input of `egret analyze`.   usage: syn_scan.py --egret PATH [--flows N]
"""
import argparse
import json
import pathlib
import struct
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWN = 200
MEMORY_MIB = 64
# What the process holds beside its flows: the program, catalog, rules, lists.
REST_MIB = 160


def frame(source, destination, ports, sequence, acknowledged, flags, payload=b""):
    """Ethernet, IPv4 and TCP around a payload; checksums are no one's business here."""
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0, source, destination)
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 65535, 0, 0)
    return b"\x02" * 12 + b"\x08\x00" + ip + tcp + payload


def hello(name):
    """A TLS 1.2 ClientHello with a server name (RFC 8446 section 4.1.2, RFC 6066 section 3)."""
    entry = struct.pack(">BH", 0, len(name)) + name
    server_name = struct.pack(">HHH", 0, len(entry) + 2, len(entry)) + entry
    body = b"\x03\x03" + b"\x01" * 32 + b"\0" + b"\0\x02\x13\x01" + b"\x01\0" + struct.pack(">H", len(server_name)) + server_name
    shake = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + struct.pack(">H", len(shake)) + shake


def packets(count):
    """Chunks of a capture file: known flows begin, the scan, known flows continue and end."""
    server = bytes([198, 51, 100, 1])
    now = [1_750_000_000, 0]

    def record(data):
        now[1] += 10
        if now[1] >= 1_000_000:
            now[0], now[1] = now[0] + 1, now[1] - 1_000_000
        return struct.pack("<IIII", now[0], now[1], len(data), len(data)) + data

    yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    clients = [bytes([10, 1, number >> 8, number & 255]) for number in range(KNOWN)]
    sizes = []
    for number, client in enumerate(clients):
        data = hello(b"api.anthropic.com")
        sizes.append(len(data))
        up, down = (40_000 + number, 443), (443, 40_000 + number)
        yield record(frame(client, server, up, 1000, 0, 2)) + record(frame(server, client, down, 5000, 1001, 0x12))
        yield record(frame(client, server, up, 1001, 5001, 0x18, data))
        yield record(frame(server, client, down, 5001, 1001 + len(data), 0x18, b"\x16\x03\x03\0\x04\x0e\0\0\0"))
    # The one frame, of which a chunk changes ports and addresses alone.
    template = bytearray(frame(b"\0" * 4, server, (0, 443), 7, 0, 2))
    head, tail = bytes(template[:26]), bytes(template[30:34])
    rest = bytes(template[36:])
    length = len(template)
    pack = struct.Struct("<IIII26sI4sH%ds" % len(rest)).pack
    for start in range(0, count, 20_000):
        seconds, micro = now
        chunk = []
        for number in range(start, min(start + 20_000, count)):
            micro += 1
            if micro >= 1_000_000:
                seconds, micro = seconds + 1, 0
            chunk.append(pack(seconds, micro, length, length, head, 0x0B + (number << 8 & 0xFFFFFF00), tail,
                              number * 7 & 0xFFFF, rest))
        now = [seconds, micro]
        yield b"".join(chunk)
    for number, client in enumerate(clients):
        up, sequence = (40_000 + number, 443), 1001 + sizes[number]
        yield record(frame(client, server, up, sequence, 5010, 0x18, b"\x17\x03\x03\0\x10" + b"\0" * 16))
        yield record(frame(client, server, up, sequence + 21, 5010, 0x11))
        yield record(frame(server, client, (443, up[0]), 5010, sequence + 22, 0x11))


def peak(process):
    """The most memory that the process held so far, in MiB."""
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True)
    parser.add_argument("--flows", type=int, default=10_000_000)
    arguments = parser.parse_args()
    begin, most, middle = time.monotonic(), 0, 0
    run = subprocess.Popen(
        [arguments.egret, "analyze", "--flow-memory", f"{MEMORY_MIB}MiB", "--no-rules", "--output", "-", "-"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    known, last = [], {}

    def read():
        # Flows to a vendor are written, which the scan's are not.
        for line in run.stdout:
            event = json.loads(line)
            if event["type"] == "flow":
                known.append(event)
            elif event["type"] == "stats":
                last.update(event)

    reader = threading.Thread(target=read)
    reader.start()
    scanned = 0
    for chunk in packets(arguments.flows):
        run.stdin.write(chunk)
        scanned += len(chunk) // 70
        if len(chunk) > 10_000:
            most = max(most, peak(run))
            middle = most if scanned < arguments.flows // 2 else middle
    run.stdin.close()
    reader.join()
    status = run.wait()
    flows, problems = last.get("flows", {}), []
    evicted = flows.get("evicted", {})

    def hold(condition, words):
        if not condition:
            problems.append(words)

    total = arguments.flows + KNOWN
    hold(status == 0, f"exit status {status}")
    hold(flows.get("new") == total, f"{flows.get('new')} flows began, not {total}")
    hold(len(known) == KNOWN and len({flow["src"]["port"] for flow in known}) == KNOWN, f"{len(known)} known flows")
    hold(all(flow["flow"]["part"] == 1 and flow["flow"]["end_reason"] == "fin" and flow["ai"]["vendor"] == "anthropic" and flow["flow"]["packets_up"] == 4
             and flow["flow"]["packets_down"] == 3
             for flow in known), "a known flow was cut or lost packets")
    # What is not in the table to the end had to go, none of it a known flow.
    gone = evicted.get("syn_flood", 0) + evicted.get("idle", 0)
    hold(evicted.get("capacity") == 0 and arguments.flows * 9 // 10 < gone < arguments.flows, f"evicted {evicted}")
    hold(flows.get("memory_bytes", 0) <= flows.get("memory_limit_bytes", 0) == MEMORY_MIB << 20, f"{flows}")
    hold(most <= MEMORY_MIB + REST_MIB, f"{most:.0f} MiB")
    seconds = time.monotonic() - begin
    print(f"{arguments.flows} flows in {seconds:.0f} s: {most:.0f} MiB at the most, {middle:.0f} after half; evicted {evicted}, "
          f"{len(known)} of {KNOWN} known flows whole")
    for problem in problems:
        print(f"BROKEN  {problem}")
    return 1 if problems else 0


sys.exit(main())
