#!/usr/bin/env python3
"""What egret says of evasions is what a real server saw, or egret says that it is unsure.

Three network namespaces: a client, a router and a server, 20 ms away where the kernel can delay packets. The client is a real
kernel with OpenSSL; beside it a raw socket sends what a tool of desynchronization sends: decoys outside the window, with wrong
checksums, signatures, old timestamps, without ACK, with a TTL that ends at the router, urgent bytes, odd records. The server
is a real Linux kernel with OpenSSL, or with Go (crypto/tls), and writes down which name it saw. egret reads a recording made at the client. For every
connection: if egret calls its evidence complete, its host is the server's; and the server's name is always told.

Exit status 77: not root, no namespaces here, or no Go if it is asked for.
usage: evasion_test.py [--egret PATH] [--server openssl|go] [--only TRICK]
"""
import argparse
import contextlib
import json
import os
import pathlib
import select
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time

from common import Skip, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ["ip", "openssl", "tcpdump"]
TIME_LIMIT = 30
CLIENT, SERVER = "10.9.1.2", "198.51.100.20"
TRUE, DECOY = "true.example", "decoy.example"
TLS_PORT, HTTP_PORT = 443, 80
FIRST_PORT = 40_001


def run(*command, check=True):
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=TIME_LIMIT)


# MARK: Bytes

def client_context():
    """A context that trusts anyone, and so reads no authorities: each connection is played by a process of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def client_hello(name):
    context = client_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF


class Wire:
    """The client's interface: sees what the kernel sends and receives, and sends frames of its own beside it."""

    def __init__(self, interface, port, server_port):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((interface, 0))
        self.port, self.server_port = port, server_port
        self.macs = self.syn = self.syn_ack = None
        self.sequence = self.acknowledgment = self.stamp = self.echo = 0

    def watch(self, wanted, limit=5):
        """Follows the connection's numbers until `wanted()` holds."""
        end = time.monotonic() + limit
        while not wanted():
            ready, _, _ = select.select([self.socket], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise RuntimeError("the connection did not get so far")
            self.take(self.socket.recv(65_535))

    def take(self, frame):
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            return
        tcp = frame[14 + (frame[14] & 15) * 4:]
        source, destination, sequence, acknowledgment, words, flags = struct.unpack(">HHIIBB", tcp[:14])
        header = (words >> 4) * 4
        count = struct.unpack(">H", frame[16:18])[0] - (frame[14] & 15) * 4 - header
        if (source, destination) == (self.port, self.server_port):
            self.macs = frame[:12]
            end = sequence + count + (1 if flags & 2 else 0)
            if flags & 2:
                self.syn = sequence
            self.sequence, self.acknowledgment = end, acknowledgment
            options = tcp[20:header]
            at = options.find(b"\x08\x0a")
            if at >= 0:
                self.stamp, self.echo = struct.unpack(">II", options[at + 2:at + 10])
        elif (source, destination) == (self.server_port, self.port) and flags & 18 == 18:
            self.syn_ack = sequence

    def send(self, payload=b"", flags=0x18, ahead=0, ack=0, options=b"", ttl=64, bad=False, sequence=None, urgent=0):
        options += b"\x01" * (-len(options) % 4)
        number = (self.sequence if sequence is None else sequence) + ahead & 0xFFFFFFFF
        tcp = struct.pack(">HHIIBBHHH", self.port, self.server_port, number, self.acknowledgment + ack & 0xFFFFFFFF,
                          (20 + len(options)) // 4 << 4, flags, 500, 0, urgent) + options + payload
        addresses = socket.inet_aton(CLIENT) + socket.inet_aton(SERVER)
        total = checksum(addresses + struct.pack(">HH", 6, len(tcp)) + tcp) ^ (0x0101 if bad else 0)
        tcp = tcp[:16] + struct.pack(">H", total) + tcp[18:]
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 7, 0, ttl, 6, 0) + addresses
        head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
        self.socket.send(self.macs + b"\x08\x00" + head + tcp)

    def stamps(self, older=0):
        return b"\x01\x01\x08\x0a" + struct.pack(">II", self.stamp - older & 0xFFFFFFFF, self.echo)


# MARK: Tricks: each is given the wire once the connection is open, or before, and may change what is sent

FAKE = client_hello(DECOY)
SIGNATURE = b"\x13\x12" + b"\0" * 16

DECOYS = {
    "plain": lambda wire: None,
    "below-window": lambda wire: wire.send(FAKE, ahead=-10_000),
    "above-window": lambda wire: wire.send(FAKE, ahead=10_000_000),
    "one-byte-far-ahead": lambda wire: wire.send(b"z", ahead=10_000_000),
    "wrong-checksum": lambda wire: wire.send(FAKE, bad=True),
    "md5-signature": lambda wire: wire.send(FAKE, options=SIGNATURE),
    "no-ack-flag": lambda wire: wire.send(FAKE, flags=0x08),
    "old-acknowledgment": lambda wire: wire.send(FAKE, ack=-66_000),
    "future-acknowledgment": lambda wire: wire.send(FAKE, ack=1_000_000),
    "old-timestamp": lambda wire: wire.send(FAKE, options=wire.stamps(older=600_000)),
    "low-ttl": lambda wire: wire.send(FAKE, ttl=1, options=wire.stamps()),
    "low-ttl-garbage-six-times": lambda wire: [wire.send(b"\0" * 64, ttl=1, options=wire.stamps()) for _ in range(6)],
    "low-ttl-twenty-names": lambda wire: [
        wire.send(client_hello(f"decoy{number}.example"), ttl=1, options=wire.stamps()) for number in range(20)],
    "low-ttl-first-half": lambda wire: wire.send(FAKE[:200], ttl=1, options=wire.stamps()),
    "low-ttl-second-half": lambda wire: wire.send(FAKE[200:], ahead=200, ttl=1, options=wire.stamps()),
    "left-overlap": lambda wire: wire.send(FAKE, ahead=-len(FAKE), options=wire.stamps()),
    "false-reset-below": lambda wire: wire.send(flags=0x04, ahead=-50_000),
    "false-reset-ahead": lambda wire: wire.send(flags=0x04, ahead=400),
    "false-syn": lambda wire: wire.send(flags=0x02, ahead=70_000),
    "false-fin-above": lambda wire: wire.send(flags=0x11, ahead=10_000_000),
}
RECORDS = {
    "empty-record": b"\x16\x03\x01\x00\x00",
    "change-cipher-record": b"\x14\x03\x01\x00\x01\x01",
    "warning-alert": b"\x15\x03\x01\x00\x02\x01\x00",
}
EARLY = ["syn-ack-first", "hello-before-syn", "syn-ack-with-hello-first", "syn-data", "data-before-syn-ack"]
URGENT = ["urgent-first-byte", "urgent-in-name", "urgent-without-data"]
SPLIT = ["reset-inside-hello", "reset-and-syn-inside-hello", "end-and-syn-inside-hello"]
REQUESTS = ["second-request", "urgent-in-host"]
TRICKS = [*DECOYS, *RECORDS, *EARLY, *URGENT, *SPLIT, *REQUESTS]


def play(trick, interface, port):
    """One connection of the client's kernel with `trick` beside it."""
    plain = trick in REQUESTS
    wire = Wire(interface, port, HTTP_PORT if plain else TLS_PORT)
    wire.macs = neighbor(interface)
    connection = socket.socket()
    connection.settimeout(5)
    connection.bind((CLIENT, port))
    if trick == "syn-ack-first":
        wire.send(flags=0x12, sequence=77, bad=True)
        time.sleep(0.05)
    if trick in ("hello-before-syn", "syn-ack-with-hello-first"):
        wire.send(FAKE, flags=0x18 if trick == "hello-before-syn" else 0x12, sequence=77, ttl=1)
        time.sleep(0.05)
    connection.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        connection.connect((SERVER, wire.server_port))
    wire.watch(lambda: wire.syn is not None)
    if trick == "syn-data":
        wire.send(FAKE, flags=0x02, sequence=wire.syn, ttl=1)
    if trick == "data-before-syn-ack":
        wire.send(FAKE, sequence=wire.syn + 1, ack=5000, ttl=1)
    wire.watch(lambda: wire.syn_ack is not None and wire.acknowledgment == wire.syn_ack + 1)
    connection.settimeout(5)
    if trick in DECOYS:
        DECOYS[trick](wire)
        time.sleep(0.05)
    request(connection, trick) if plain else handshake(connection, trick, wire)
    connection.close()


def handshake(connection, trick, wire):
    context = client_context()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname=TRUE)
    isFirst = True
    while True:
        with contextlib.suppress(ssl.SSLWantReadError):
            session.do_handshake()
            break
        data = outgoing.read()
        if isFirst:
            send_hello(connection, trick, data, wire)
            isFirst = False
        elif data:
            connection.sendall(data)
        got = connection.recv(65_536)
        if not got:
            return
        incoming.write(got)
    connection.sendall(outgoing.read())
    time.sleep(0.1)


def send_hello(connection, trick, data, wire):
    if trick in RECORDS:
        data = RECORDS[trick] + data
    if trick == "urgent-without-data":
        at = data.index(TRUE.encode()) + 3
        wire.send(flags=0x30, options=wire.stamps(), urgent=at + 1)
        time.sleep(0.05)
        data = data[:at] + b"x" + data[at:]
    elif trick in SPLIT:
        first = wire.sequence
        connection.sendall(data[:100])
        wire.watch(lambda: wire.sequence == first + 100)
        wire.send(flags=0x04 if "reset" in trick else 0x11, ttl=1, options=wire.stamps())
        if "syn" in trick:
            # A host that has sent a FIN is believed if it resets.
            wire.send(flags=0x04, ttl=1, options=wire.stamps())
            wire.send(flags=0x02, ahead=1_000_000, ttl=1)
        time.sleep(0.05)
        data = data[100:]
    elif trick in URGENT:
        at = 0 if trick == "urgent-first-byte" else data.index(TRUE.encode()) + 3
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.send(data[:at] + b"x", socket.MSG_OOB)
        time.sleep(0.05)
        data = data[at:]
    connection.sendall(data)


def request(connection, trick):
    head = f"GET / HTTP/1.1\r\nHost: {TRUE}\r\n\r\n".encode()
    if trick == "urgent-in-host":
        at = head.index(TRUE.encode()) + 3
        connection.send(head[:at] + b"x", socket.MSG_OOB)
        time.sleep(0.05)
        connection.sendall(head[at:])
    else:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {DECOY}\r\n\r\n".encode())
        connection.recv(4096)
        connection.sendall(head)
    connection.recv(4096)
    time.sleep(0.1)


def neighbor(interface):
    """The source and destination of a frame to the router."""
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("10.9.1.1", 9))
    show = lambda: run("ip", "neighbor", "show", "dev", interface).stdout
    until(lambda: "lladdr" in show(), "the router's address", seconds=5)
    mac = next(words[words.index("lladdr") + 1] for words in map(str.split, show().splitlines()) if "lladdr" in words)
    own = pathlib.Path(f"/sys/class/net/{interface}/address").read_text().strip()
    return bytes.fromhex(mac.replace(":", "") + own.replace(":", ""))


# MARK: The server

def serve(certificate):
    """Writes a line for each name that a connection is served by, until its standard input ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{certificate}/c.pem", f"{certificate}/k.pem")
    listeners = [socket.create_server((SERVER, port)) for port in (TLS_PORT, HTTP_PORT)]
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([*listeners, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        for listener in ready:
            connection, (_, port) = listener.accept()
            connection.settimeout(4)
            seen = []
            try:
                if listener is listeners[0]:
                    context.sni_callback = lambda session, name, _: seen.append(name)
                    context.wrap_socket(connection, server_side=True).close()
                else:
                    answer_requests(connection, seen)
            except OSError as error:
                seen.append(f"error: {error}")
            print(json.dumps({"port": port, "names": seen}), flush=True)


def answer_requests(connection, seen):
    held = b""
    while data := connection.recv(4096):
        held += data
        while b"\r\n\r\n" in held:
            head, held = held.split(b"\r\n\r\n", 1)
            seen.append(head.split(b"Host: ")[1].split(b"\r\n")[0].decode())
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


# MARK: The network

@contextlib.contextmanager
def namespaces():
    """Client, router and server; yields the names of client and server, and the client's interface."""
    mark = f"evade{os.getpid() % 10000}"
    client, router, server = (f"{mark}{letter}" for letter in "crs")
    try:
        for name in (client, router, server):
            if run("ip", "netns", "add", name, check=False).returncode != 0:
                raise Skip("this machine makes no network namespaces")
            run("ip", "-n", name, "link", "set", "lo", "up")
        for near, far, left, right in ((client, router, "c0", "r0"), (router, server, "r1", "s0")):
            run("ip", "-n", near, "link", "add", left, "type", "veth", "peer", "name", right, "netns", far)
        for name, device, address in ((client, "c0", f"{CLIENT}/24"), (router, "r0", "10.9.1.1/24"),
                                      (router, "r1", "198.51.100.1/24"), (server, "s0", f"{SERVER}/24")):
            run("ip", "-n", name, "address", "add", address, "dev", device)
            run("ip", "-n", name, "link", "set", device, "up")
        run("ip", "netns", "exec", router, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        run("ip", "-n", client, "route", "add", "default", "via", "10.9.1.1")
        run("ip", "-n", server, "route", "add", "default", "via", "198.51.100.1")
        run("ip", "netns", "exec", router, "tc", "qdisc", "add", "dev", "r0", "root", "netem", "delay", "20ms",
            check=False)
        yield client, server, "c0"
    finally:
        for name in (client, router, server):
            run("ip", "netns", "delete", name, check=False)


def go_server(directory):
    """The server in Go, built; its command."""
    if not shutil.which("go"):
        raise Skip("not installed: go")
    environment = {**os.environ, "GOCACHE": f"{directory}/go-cache", "GO111MODULE": "off"}
    subprocess.run(["go", "build", "-o", f"{directory}/name_server", pathlib.Path(__file__).with_name("name_server.go")],
                   check=True, env=environment, timeout=20 * TIME_LIMIT)
    return [f"{directory}/name_server", SERVER, directory]


def record(tricks, directory, server_command):
    """Plays all tricks; returns the recording and what the server saw, by the client's port."""
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=nobody.example", "-keyout", f"{directory}/k.pem", "-out", f"{directory}/c.pem")
    capture, log = f"{directory}/evasion.pcap", pathlib.Path(directory, "server.jsonl")
    with namespaces() as (client, server, interface), open(log, "w") as output:
        serving = subprocess.Popen(["ip", "netns", "exec", server, *server_command],
                                   stdin=subprocess.PIPE, stdout=output)
        dump = subprocess.Popen(["ip", "netns", "exec", client, "tcpdump", "-Z", "root", "-q", "-U", "-i", interface,
                                 "-w", capture, "tcp"], stderr=subprocess.DEVNULL)
        try:
            until(lambda: "ready" in log.read_text() and os.path.exists(capture), "server and recording")
            time.sleep(0.5)
            for number, trick in enumerate(tricks):
                played = run("ip", "netns", "exec", client, sys.executable, __file__, "--play", trick, "--interface",
                             interface, "--port", str(FIRST_PORT + number), check=False)
                if played.returncode != 0:
                    print(f"{trick}: the client says: {played.stdout.strip().splitlines()[-1]}")
            time.sleep(1)
        finally:
            serving.stdin.close()
            for process in (serving, dump):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=5 if process is serving else 0.1)
                if process.poll() is None:
                    process.terminate()
                    process.wait(timeout=5)
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    seen = {}
    for line in lines:
        seen.setdefault(line["port"], []).extend(line["names"])
    return capture, seen


# MARK: The judgment

def problems(trick, seen, flows):
    """What is wrong with egret's flows of a connection on which the server saw the names `seen`."""
    names = [name for name in seen if name and not name.startswith("error")]
    if not names:
        # OpenSSL refuses some records that Go and GnuTLS take: then there is no name to be right about.
        refused = trick in RECORDS and any(name.startswith("error") for name in seen if name)
        return [] if refused else [f"the server saw no name: {seen}"]
    told = {entry["name"] for flow in flows for entry in flow["dst"].get("names", [])}
    told |= {flow["dst"].get("host") for flow in flows}
    found = [f"the server saw {name}, which egret does not tell: {told}" for name in names if name not in told]
    for flow in flows:
        host, complete = flow["dst"].get("host"), flow["evidence"]["complete"]
        if host and complete and host not in names:
            found.append(f"egret calls {host} complete, the server saw {names}")
        if flow["src"]["ip"] != CLIENT:
            found.append(f"egret takes {flow['src']['ip']} for the client")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=ROOT / ".build/debug/egret")
    parser.add_argument("--only", choices=TRICKS)
    parser.add_argument("--server", choices=["openssl", "go"], default="openssl")
    parser.add_argument("--serve")
    parser.add_argument("--play")
    parser.add_argument("--interface")
    parser.add_argument("--port", type=int)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(arguments.serve)
    if arguments.play:
        return play(arguments.play, arguments.interface, arguments.port)
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if os.geteuid() != 0 or missing:
        raise Skip("not root" if os.geteuid() != 0 else f"not installed: {' '.join(missing)}")
    tricks = [arguments.only] if arguments.only else TRICKS
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, __file__, "--serve", directory]
        capture, seen = record(tricks, directory, go_server(directory) if arguments.server == "go" else command)
        said = subprocess.run([arguments.egret, "analyze", "--no-rules", "--flows", "all", "--output", "-", capture],
                              stdout=subprocess.PIPE, cwd=ROOT, timeout=TIME_LIMIT, check=True).stdout
    flows = [event for event in map(json.loads, said.splitlines()) if event["type"] == "flow"]
    failed = 0
    for number, trick in enumerate(tricks):
        port = FIRST_PORT + number
        own = [flow for flow in flows if port in (flow["src"].get("port"), flow["dst"].get("port"))]
        found = problems(trick, seen.get(port, []), own)
        failed += bool(found)
        says = [(flow["dst"].get("host"), "complete" if flow["evidence"]["complete"] else "unsure") for flow in own]
        print(f"{'FAILED' if found else 'ok':6} {trick:26} server {seen.get(port)} egret {says}")
        for problem in found:
            print(f"       {problem}")
    print(f"evasions: {len(tricks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
