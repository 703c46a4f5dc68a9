#!/usr/bin/env python3
"""Measures how long an alert of `egret watch` takes from the packet that causes it, and what waiting costs an idle sensor.

Runs as root: a pair of veth interfaces between two network namespaces, ClientHellos of COUNT clients sent at random moments, and
`egret watch` with standard output read by this script. Prints, for each read timeout, the 50th and 99th percentile of the time from
the packet's sending to the alert's arrival, and the processor time of a sensor that sees nothing, in percent of one core.

The timeout `default` is that of the sensor. With limits, exit status 1 if one is passed; 77 without root.

usage: alert_latency.py [--egret PATH] [--count 300] [--idle 20] [--most-p50 MS] [--most-idle PERCENT] [TIMEOUT...]
"""
import argparse
import json
import os
import pathlib
import random
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPACES = ("egret-lat-a", "egret-lat-b")
POLICY = ROOT / "rules/policies/vendor-ban.yaml"
HOST = "claude.ai"
START_LIMIT = 60


def ip(*arguments, check=True):
    subprocess.run(["ip", *arguments], check=check, stderr=None if check else subprocess.DEVNULL)


def hello():
    """The bytes of a ClientHello for HOST."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=HOST)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


SYN, ACK = 0x02, 0x10
# A record that ends the reading of the handshake: an alert.
ANSWER = b"\x15\x03\x03\x00\x02\x02\x28"
NEAR_PORT, FAR_PORT, FAR = 40_000, 443, "198.51.100.20"


def frame(source, flags, sequence, acknowledged, payload=b"", is_answer=False):
    """A segment of the client's at `source`, or with is_answer one of the server's to it."""
    ends = [(socket.inet_aton(source), NEAR_PORT), (socket.inet_aton(FAR), FAR_PORT)]
    (sender, from_port), (receiver, to_port) = reversed(ends) if is_answer else ends
    tcp = struct.pack("!HHIIBBHHH", from_port, to_port, sequence, acknowledged, 0x50, flags, 65_535, 0, 0) + payload
    pseudo = sender + receiver + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, sender, receiver)
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return b"\xff" * 6 + b"\x02\0\0\0\0\1" + b"\x08\x00" + header + tcp


class Sensor:
    """A run of `egret watch`; the arrival of each alert by its client."""

    def __init__(self, egret, timeout, *arguments):
        self.arrivals, self.ready = {}, threading.Event()
        setting = [] if timeout == "default" else ["--read-timeout", timeout]
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", SPACES[1], egret, "watch", "--interface", "lat1", "--rules", POLICY, "--flows", "none",
             "--sandbox", "off", "--output", "-", *setting, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=self.listen, daemon=True).start()
        if not self.ready.wait(START_LIMIT):
            raise RuntimeError("watch does not start")
        time.sleep(1)

    def listen(self):
        for line in self.process.stderr:
            if b"watching" in line:
                self.ready.set()

    def read(self):
        for line in self.process.stdout:
            now = time.monotonic()
            if b'"type":"alert"' in line:
                event = json.loads(line)
                if event["alert"]["status"] == "open":
                    self.arrivals[event["src"]["ip"]] = now

    def cpu(self):
        """Processor seconds so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def latencies(egret, timeout, count):
    sensor = Sensor(egret, timeout)
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind(("lat0", 0))
    payload, sent = hello(), {}
    try:
        for number in range(count):
            source = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            sender.send(frame(source, SYN, 1_000, 0))
            sender.send(frame(source, SYN | ACK, 5_000, 1_001, is_answer=True))
            sender.send(frame(source, ACK, 1_001, 5_001))
            time.sleep(random.uniform(0.005, 0.045))
            sent[source] = time.monotonic()
            # A hello counts when the server answers it, here at once.
            sender.send(frame(source, ACK, 1_001, 5_001, payload))
            sender.send(frame(source, ACK, 5_001, 1_001 + len(payload), ANSWER, is_answer=True))
        time.sleep(1.5)
    finally:
        sender.close()
        sensor.stop()
    missing = [source for source in sent if source not in sensor.arrivals]
    if missing:
        raise RuntimeError(f"{len(missing)} of {count} alerts never came")
    return sorted((sensor.arrivals[source] - moment) * 1_000 for source, moment in sent.items())


def idle(egret, timeout, seconds, *arguments):
    """The share of a core that a sensor takes which sees nothing, in percent."""
    sensor = Sensor(egret, timeout, *arguments)
    try:
        time.sleep(4)
        before = sensor.cpu()
        time.sleep(seconds)
        return 100 * (sensor.cpu() - before) / seconds
    finally:
        sensor.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=ROOT / ".build/release/egret")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--idle", type=float, default=20)
    parser.add_argument("--most-p50", type=float, help="the limit of the 50th percentile, in milliseconds")
    parser.add_argument("--most-idle", type=float, help="the limit of an idle sensor, in percent of a core")
    parser.add_argument("--no-reload", action="store_true", help="measure idle time without watching rules and catalog too")
    parser.add_argument("timeouts", nargs="*", default=["1ms", "5ms", "10ms", "100ms"])
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: network namespaces take root")
        return 77
    passed = []
    for space in SPACES:
        ip("netns", "del", space, check=False)
    try:
        for space in SPACES:
            ip("netns", "add", space)
        ip("link", "add", "lat0", "type", "veth", "peer", "name", "lat1", "netns", SPACES[1])
        ip("netns", "exec", SPACES[1], "ip", "link", "set", "lat1", "up")
        ip("link", "set", "lat0", "up")
        print(f"{'timeout':>8} {'p50 ms':>8} {'p99 ms':>8} {'idle % of a core':>17}")
        for timeout in arguments.timeouts:
            times = latencies(arguments.egret, timeout, arguments.count)
            share = idle(arguments.egret, timeout, arguments.idle)
            print(f"{timeout:>8} {times[len(times) // 2]:8.1f} {times[min(len(times) - 1, len(times) * 99 // 100)]:8.1f} {share:17.2f}",
                  flush=True)
            if arguments.most_p50 is not None and times[len(times) // 2] > arguments.most_p50:
                passed.append(f"{timeout}: half of the alerts take {times[len(times) // 2]:.1f} ms and more; {arguments.most_p50} is the limit")
            if arguments.most_idle is not None and share > arguments.most_idle:
                passed.append(f"{timeout}: an idle sensor takes {share:.2f} % of a core; {arguments.most_idle} is the limit")
        if arguments.no_reload:
            share = idle(arguments.egret, arguments.timeouts[-1], arguments.idle, "--no-reload-on-change")
            print(f"without watching files, {arguments.timeouts[-1]}: {share:.2f} % of a core")
    finally:
        ip("link", "del", "lat0", check=False)
        for space in SPACES:
            ip("netns", "del", space, check=False)
    print("\n".join(f"BROKEN {words}" for words in passed), end="\n" if passed else "")
    return 1 if passed else 0


sys.exit(main())
