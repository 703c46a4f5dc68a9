#!/usr/bin/env python3
"""Real QUIC stacks are the judge: an aioquic server says which name it saw, and egret, beside it, says the same or is unsure.

usage: evasion_quic_test.py EGRET [NAME...]

Each case sends what a desynchronization tool sends before or among the client's own datagrams, in two network namespaces with
a wire between them: a false packet whose time to live ends before the server, or datagrams that the server passes over. The
case fails if no flow of egret has the server's name, in `dst.host` or in `dst.names` of a flow whose evidence is not complete,
or if a flow with complete evidence has another name. Needs root and aioquic (PyPI); without them it says so and is skipped.
"""
import asyncio
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Skip, namespace, until  # noqa: E402

HOST, DECOY = "claude.ai", "www.example.org"
CLIENT, SERVER, PORT = "198.51.100.2", "198.51.100.10", 443


# MARK: In the namespaces

def configuration(is_client):
    from aioquic.quic.configuration import QuicConfiguration
    made = QuicConfiguration(is_client=is_client, alpn_protocols=["h3"])
    if is_client:
        made.verify_mode = ssl.CERT_NONE
    return made


async def serve(directory):
    """An echo server that prints the server name of each hello that it reads."""
    from aioquic import tls
    from aioquic.asyncio import serve as listen
    from aioquic.asyncio.protocol import QuicConnectionProtocol

    read = tls.pull_client_hello

    def tell(buffer):
        hello = read(buffer)
        print("NAME", hello.server_name, flush=True)
        return hello

    tls.pull_client_hello = tell

    class Protocol(QuicConnectionProtocol):
        def quic_event_received(self, event):
            if type(event).__name__ == "StreamDataReceived":
                self._quic.send_stream_data(event.stream_id, b"answer", True)
                self.transmit()

    made = configuration(False)
    made.load_cert_chain(f"{directory}/cert.pem", f"{directory}/key.pem")
    await listen(SERVER, PORT, configuration=made, create_protocol=Protocol)
    print("READY", flush=True)
    await asyncio.sleep(3600)


def hello_datagrams(name, destination=None, source=None):
    """The first datagrams of a client for `name`; with its ids if they are given."""
    from aioquic.quic.connection import QuicConnection
    made = configuration(True)
    made.server_name = name
    connection = QuicConnection(configuration=made)
    if destination is not None:
        connection._peer_cid.cid = destination
        connection._original_destination_connection_id = destination
    if source is not None:
        connection._host_cids[0].cid = source
        connection._local_initial_source_connection_id = source
    connection.connect((SERVER, PORT), now=time.time())
    return [data for data, _ in connection.datagrams_to_send(now=time.time())]


def query(name):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01"


def decoys(case, destination, source):
    """What is sent before the client's own datagrams: bytes, and whether they end before the server."""
    if case == "plain":
        return []
    if case.startswith("garbage"):
        return [(b"\x40" + b"\0" * 619, False)] * int(case[7:])
    if case == "keepalives":
        return [(b"\0", False)] * 12
    if case == "dns":
        return [(query(DECOY), False)]
    if case == "gquic":
        return [(b"\x09" + os.urandom(8) + b"Q043\x01" + os.urandom(200), False)]
    if case == "unknown-version":
        return [(b"\xc3\x12\x34\x56\x78\x08" + os.urandom(8) + b"\0" + os.urandom(1185), False)] * 5
    if case == "damaged":
        first = bytearray(hello_datagrams(DECOY)[0])
        first[-1] ^= 1
        return [(bytes(first), True)] * 70
    if case == "decoy-own-ids":
        return [(data, True) for data in hello_datagrams(DECOY)]
    if case == "decoy-same-ids":
        return [(data, True) for data in hello_datagrams(DECOY, destination, source)]
    if case == "decoy-same-source":
        return [(data, True) for data in hello_datagrams(DECOY, os.urandom(8), source)]
    raise SystemExit(f"no case {case}")


CASES = ["plain", "garbage1", "garbage6", "garbage40", "keepalives", "dns", "gquic", "unknown-version", "damaged", "decoy-own-ids",
         "decoy-same-ids", "decoy-same-source"]


async def connect(case):
    """A client that sends the decoys of `case`, and then speaks with the server as HOST."""
    import socket
    from aioquic.asyncio.protocol import QuicConnectionProtocol
    from aioquic.quic.connection import QuicConnection
    made = configuration(True)
    made.server_name = HOST
    connection = QuicConnection(configuration=made)
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: QuicConnectionProtocol(connection), local_addr=(CLIENT, 0))
    wire = transport.get_extra_info("socket")
    own = (connection._peer_cid.cid, connection._host_cids[0].cid)
    for data, ends_early in decoys(case, *own):
        # The server's namespace is one hop further than such a packet lives.
        wire.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1 if ends_early else 64)
        transport.sendto(data, (SERVER, PORT))
        await asyncio.sleep(0.002)
    wire.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 64)
    protocol.connect((SERVER, PORT))
    await asyncio.wait_for(protocol.wait_connected(), 10)
    reader, writer = await protocol.create_stream()
    writer.write(b"hi")
    writer.write_eof()
    print("GOT", (await asyncio.wait_for(reader.read(), 10)).decode(), flush=True)
    protocol.close()
    await asyncio.sleep(0.2)


# MARK: Outside

def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def wire(client, router, server):
    """Client, router and server in a row, so that a packet can end on the way."""
    run("ip", "-n", client, "link", "add", "c0", "type", "veth", "peer", "name", "r0", "netns", router)
    run("ip", "-n", server, "link", "add", "s0", "type", "veth", "peer", "name", "r1", "netns", router)
    for name, link, address in ((client, "c0", f"{CLIENT}/29"), (router, "r0", "198.51.100.1/29"),
                                (router, "r1", "198.51.100.9/29"), (server, "s0", f"{SERVER}/29")):
        run("ip", "-n", name, "address", "add", address, "dev", link)
        run("ip", "-n", name, "link", "set", link, "up")
    run("ip", "-n", client, "route", "add", "default", "via", "198.51.100.1")
    run("ip", "-n", server, "route", "add", "default", "via", "198.51.100.9")
    run("ip", "netns", "exec", router, "sysctl", "-qw", "net.ipv4.ip_forward=1")
    for name, link in ((client, "c0"), (server, "s0")):
        subprocess.run(["ip", "netns", "exec", name, "ethtool", "-K", link, "tx", "off"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)


def judged(egret, capture):
    """What is wrong with what egret says of a capture of a client of HOST; None if nothing is."""
    done = subprocess.run([egret, "analyze", "--no-rules", "--flows", "all", "--output", "-", capture], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True)
    flows = [event for event in map(json.loads, done.stdout.splitlines()) if event["type"] == "flow"]
    told = [({flow["dst"].get("host")} | {name["name"] for name in flow["dst"].get("names", [])}, flow) for flow in flows]
    for names, flow in told:
        host = flow["dst"].get("host")
        if host not in (None, HOST) and flow["evidence"]["complete"]:
            return f"{host} with complete evidence"
    if not any(flow["dst"].get("host") == HOST or HOST in names and not flow["evidence"]["complete"] for names, flow in told):
        return f"no flow has the name that the server saw: {[sorted(map(str, names)) for names, _ in told]}"
    return None


def tries(egret, names):
    with tempfile.TemporaryDirectory() as directory, namespace("eqc") as client, namespace("eqr") as router, \
            namespace("eqs") as server:
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}", "-keyout",
            f"{directory}/key.pem", "-out", f"{directory}/cert.pem")
        wire(client, router, server)
        inside = lambda where, *rest: ["ip", "netns", "exec", where, sys.executable, os.path.abspath(__file__), *rest]
        words = open(f"{directory}/server.txt", "w+")
        serving = subprocess.Popen(inside(server, "--serve", directory), stdout=words)
        said = lambda: open(words.name).read().split("\n")
        try:
            until(lambda: "READY" in said(), "the server")
            failed = 0
            for name in names:
                capture = f"{directory}/{name}.pcap"
                dump = subprocess.Popen(["ip", "netns", "exec", client, "tcpdump", "-q", "-U", "--immediate-mode", "-w", capture, "-i", "c0", "udp"],
                                        stderr=subprocess.PIPE, text=True)
                dump.stderr.readline()
                before = len(said())
                spoken = subprocess.run(inside(client, "--connect", name), stdout=subprocess.PIPE, text=True, timeout=60)
                time.sleep(0.5)
                dump.terminate()
                dump.wait()
                seen = {line[5:] for line in said()[before - 1:] if line.startswith("NAME ")}
                if "GOT answer" not in spoken.stdout or seen != {HOST}:
                    fault = f"the server saw {sorted(seen)}, and the client got {spoken.stdout.strip()!r}"
                else:
                    fault = judged(egret, capture)
                failed += fault is not None
                print(f"{name}: {fault or 'as the server saw it, or unsure'}")
            return failed
        finally:
            serving.kill()
            serving.wait()


def main():
    if sys.argv[1:2] == ["--serve"]:
        return asyncio.run(serve(sys.argv[2]))
    if sys.argv[1:2] == ["--connect"]:
        return asyncio.run(connect(sys.argv[2]))
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    try:
        import aioquic  # noqa: F401
    except ImportError:
        print("skipped: aioquic is not there (pip install aioquic)")
        return None
    try:
        names = sys.argv[2:] or CASES
        failed = tries(os.path.abspath(sys.argv[1]), names)
    except Skip as reason:
        print(f"skipped: {reason}")
        return None
    print(f"{len(names)} cases, {failed} not as they should be")
    return sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
