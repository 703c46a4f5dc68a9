"""A sensor that watches an interface of its own, and flows that it sees: what the tests and pictures of the live page share.

A pair of veth interfaces; frames that are sent into one are seen by `egret watch` at the other. Needs root. What is made is taken away.
"""
import contextlib
import os
import pathlib
import random
import socket
import subprocess
import time

from attack_packets import client_hello, eth, ipv4, ipv4_text, records, sni, tcp

ROOT = pathlib.Path(__file__).resolve().parent.parent
SYN, ACK, PUSH, FIN = 0x02, 0x10, 0x18, 0x11
# A rule whose message quotes what the wire says.
RULES = """version: 1
rules:
- id: seen
  title: A far end "<b>was</b>" seen
  match: {dst.host: {exists: true}}
  dedup: {by: [dst.host]}
  severity: high
  message: '{{src.ip}} used {{dst.host}}'
"""


class Skip(Exception):
    """Why there can be no such sensor here."""


def application(size):
    """Records of encrypted data with `size` bytes in all, as TLS 1.3 sends them."""
    return b"".join(b"\x17\x03\x03" + min(16_000, size - at).to_bytes(2, "big") + os.urandom(min(16_000, size - at))
                    for at in range(0, size, 16_000))


class Wire:
    """Sends the packets of flows into an interface."""

    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind((interface, 0))

    def send(self, packet):
        # The queue of the interface may be full for a moment.
        for _ in range(200):
            try:
                self.socket.send(eth(packet))
                return
            except OSError:
                time.sleep(0.005)

    def flow(self, source, port, name, up=2_000, down=6_000, is_open=False, server="198.51.100.20"):
        """A TLS connection of the client `source` to the host `name`, bytes that need be no name."""
        ends = ipv4_text(source), ipv4_text(server)
        sent, received = 1_001, 5_001

        def client(flags, payload=b""):
            nonlocal sent
            self.send(ipv4(*ends, 6, tcp(*ends, port, 443, sent, received, flags, payload)))
            sent += len(payload)

        def answer(flags, payload=b""):
            nonlocal received
            self.send(ipv4(*reversed(ends), 6, tcp(*reversed(ends), 443, port, received, sent, flags, payload)))
            received += len(payload)

        self.send(ipv4(*ends, 6, tcp(*ends, port, 443, 1_000, 0, SYN)))
        self.send(ipv4(*reversed(ends), 6, tcp(*reversed(ends), 443, port, 5_000, 1_001, SYN | ACK)))
        client(ACK)
        client(PUSH, records(client_hello([sni(name)])))
        answer(ACK)
        for size, say in ((up, client), (down, answer)):
            data = application(size) if size else b""
            for at in range(0, len(data), 1_400):
                say(PUSH, data[at:at + 1_400])
        if not is_open:
            client(FIN)
            answer(FIN)
            sent, received = sent + 1, received + 1
            client(ACK)

    def many(self, count):
        """`count` flows that stay open, each named, from 200 sources."""
        for number in range(count):
            source = f"10.9.{number % 200 // 50}.{number % 50 + 1}"
            self.flow(source, 1_024 + number // 200 % 60_000, b"api.anthropic.com", 0, 0, True, f"198.51.{100 + number % 7}.20")


def office(wire, seed=7, flows=60):
    """Flows of an office, the same each time."""
    numbers = random.Random(seed)
    hosts = [b"api.anthropic.com", b"chatgpt.com", b"api.deepseek.com", b"dashscope.aliyuncs.com", b"claude.ai", b"chat.mistral.ai",
             b"api.openai.com", b"statsig.anthropic.com", b"generativelanguage.googleapis.com", b"copilot-proxy.githubusercontent.com"]
    for number in range(flows):
        host = hosts[min(numbers.randrange(len(hosts)), numbers.randrange(len(hosts)))]
        up = numbers.randrange(2_000, 40_000)
        wire.flow(f"10.1.{numbers.randrange(3)}.{numbers.randrange(2, 14)}", 40_000 + number, host, up, up * 2, number % 6 == 0)


@contextlib.contextmanager
def sensor(egret, directory, *arguments, rules=RULES, flows="all"):
    """A running `egret watch` with the live page; yields its process and the wire that it sees."""
    if os.geteuid() != 0:
        raise Skip("interfaces take root")
    mark = f"egp{os.getpid() % 100000}"
    directory = pathlib.Path(directory)
    if subprocess.run(["ip", "link", "add", f"{mark}a", "type", "veth", "peer", "name", f"{mark}b"], check=False).returncode != 0:
        raise Skip("this machine makes no interfaces")
    process = None
    try:
        for name in (f"{mark}a", f"{mark}b"):
            subprocess.run(["sysctl", "-qw", f"net.ipv6.conf.{name}.disable_ipv6=1"], check=False, stderr=subprocess.DEVNULL)
            subprocess.run(["ip", "link", "set", name, "mtu", "9000", "txqueuelen", "10000", "up"], check=True)
        policy = ["--no-rules"]
        if rules:
            (directory / "rules.yaml").write_text(rules)
            policy = ["--rules", str(directory / "rules.yaml")]
        with open(directory / "watch.log", "wb") as log:
            process = subprocess.Popen(
                [egret, "watch", "--interface", f"{mark}b", "--flows", flows, "--output", str(directory / "events"), "--sensor-id", "gw-1",
                 "--http-page", *policy, *arguments], stdout=log, stderr=log, cwd=ROOT)
        for _ in range(600):
            if b"watching" in (directory / "watch.log").read_bytes() or process.poll() is not None:
                break
            time.sleep(0.1)
        if process.poll() is not None:
            raise RuntimeError((directory / "watch.log").read_text())
        yield process, Wire(f"{mark}a")
    finally:
        if process and process.poll() is None:
            process.terminate()
            process.wait(60)
        subprocess.run(["ip", "link", "del", f"{mark}a"], check=False)


def processor(process):
    """The processor time of a process so far, in seconds."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
