#!/usr/bin/env python3
"""Make recordings with OpenSSL, GnuTLS and aioquic on loopback, and hold egret audit against what was sent.

usage: audit_suites.py [--egret .build/debug/egret] [--only TEXT] [--keep DIR]

A relay between client and server writes the capture itself, so that no privilege is needed, and so that segments can be left
out: one in the middle, or all at the beginning. Programs that are not installed are skipped, and the last line says so.
"""
import argparse, asyncio, hashlib, json, os, shutil, socket, struct, subprocess, sys, tempfile, threading, time

CLIENT, SERVER = ("192.0.2.1", 50000), ("192.0.2.2", 443)


class Pcap:
    """The packets of a capture, in memory until they are written."""

    def __init__(self):
        self.packets, self.lock = [], threading.Lock()

    def ip(self, protocol, source, destination, payload):
        header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0,
                             socket.inet_aton(source), socket.inet_aton(destination))
        with self.lock:
            self.packets.append((time.time(), header + payload))

    def write(self, path, keep=lambda index, packet: True):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
            for index, (when, packet) in enumerate(self.packets):
                if keep(index, packet):
                    file.write(struct.pack("<IIII", int(when), int(when % 1 * 1e6), len(packet), len(packet)) + packet)


class TCPRelay(threading.Thread):
    """Passes one connection on and writes its segments, at most `size` bytes each."""

    def __init__(self, pcap, target, client_port, size=1000):
        super().__init__(daemon=True)
        self.pcap, self.target, self.size = pcap, target, size
        self.ends = [(CLIENT[0], client_port), SERVER]
        self.next = [1000, 5000]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def segment(self, side, flags, data=b""):
        source, destination = self.ends[side], self.ends[1 - side]
        ack = self.next[1 - side] if flags & 0x10 else 0
        header = struct.pack("!HHIIBBHHH", source[1], destination[1], self.next[side], ack, 0x50, flags, 65535, 0, 0)
        self.pcap.ip(6, source[0], destination[0], header + data)
        self.next[side] = (self.next[side] + len(data) + (1 if flags & 3 else 0)) & 0xFFFFFFFF

    def run(self):
        client = self.listener.accept()[0]
        server = socket.create_connection(("127.0.0.1", self.target))
        self.segment(0, 0x02), self.segment(1, 0x12), self.segment(0, 0x10)
        threads = [threading.Thread(target=self.pump, args=a, daemon=True) for a in ((0, client, server), (1, server, client))]
        [t.start() for t in threads]
        [t.join() for t in threads]

    def pump(self, side, source, destination):
        try:
            while data := source.recv(65536):
                for start in range(0, len(data), self.size):
                    self.segment(side, 0x18, data[start:start + self.size])
                destination.sendall(data)
        except OSError:
            pass
        self.segment(side, 0x11)
        try:
            destination.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)


def request(number, size):
    body = bytes((number * 7 + index) % 26 + 97 for index in range(size))
    head = f"POST /request/{number} HTTP/1.1\r\nHost: suite.example\r\nContent-Length: {size}\r\n\r\n".encode()
    return head + body, (f"/request/{number}", hashlib.sha256(body).hexdigest())


def certificate(directory):
    key, cert = os.path.join(directory, "key.pem"), os.path.join(directory, "cert.pem")
    if not os.path.exists(key):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "9",
                        "-subj", "/CN=suite.example"], check=True, stderr=subprocess.DEVNULL)
    return key, cert


def openssl_case(directory, name, server=(), client=(), updates=False, early=None, psk=False, rounds=1):
    """One or more connections of s_client; the requests that were sent by it."""
    key, cert = certificate(directory)
    keys = os.path.join(directory, name + ".keys")
    port, pcap, sent = free_port(), Pcap(), []
    extra = ["-psk", "00112233445566778899aabbccddeeff", "-psk_identity", "suite"] if psk else []
    serving = ["openssl", "s_server", "-accept", str(port), "-naccept", "9", *extra, *server]
    serving += ["-nocert"] if psk else ["-key", key, "-cert", cert]
    process = subprocess.Popen(serving, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    session = os.path.join(directory, name + ".session")
    for number in range(rounds):
        relay = TCPRelay(pcap, port, CLIENT[1] + number)
        relay.start()
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{relay.port}", "-servername", "suite.example",
                   "-keylogfile", keys, *extra, *client]
        if rounds > 1:
            command += ["-sess_out", session] if number == 0 else ["-sess_in", session]
        if early and number > 0:
            text, want = request(90, 700)
            path = os.path.join(directory, "early")
            open(path, "wb").write(text)
            command += ["-early_data", path]
            sent.append(want)
        run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.4)
        for index in range(3):
            text, want = request(number * 10 + index, 3000 + index)
            run.stdin.write(text)
            run.stdin.flush()
            sent.append(want)
            time.sleep(0.15)
            if updates:
                run.stdin.write(b"K\n")
                run.stdin.flush()
                time.sleep(0.15)
        run.stdin.write(b"Q\n")
        run.stdin.close()
        run.wait(10)
        relay.join(3)
    process.kill()
    process.wait()
    return pcap, keys, sent


def gnutls_case(directory, name, priority, client=(), server=(), client_priority=None, updates=False, psk=False):
    """A connection of gnutls-cli, with the requests that were sent by it."""
    key, cert = certificate(directory)
    keys = os.path.join(directory, name + ".keys")
    port, pcap, sent = free_port(), Pcap(), []
    serving = ["gnutls-serv", "--echo", "-p", str(port), "--priority", priority, "-q", *server]
    client = list(client)
    if psk:
        password = os.path.join(directory, "psk")
        open(password, "w").write("suite:00112233445566778899aabbccddeeff\n")
        serving += ["--pskpasswd", password]
        client += ["--pskusername", "suite", "--pskkey", "00112233445566778899aabbccddeeff"]
    else:
        serving += ["--x509keyfile", key, "--x509certfile", cert]
    process = subprocess.Popen(serving, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port)
    relay = TCPRelay(pcap, port, CLIENT[1])
    relay.start()
    run = subprocess.Popen(["gnutls-cli", "--insecure", "-p", str(relay.port), "127.0.0.1", "--priority", client_priority or priority,
                            "--no-ca-verification", *client],
                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           env={**os.environ, "SSLKEYLOGFILE": keys})
    time.sleep(0.8)
    for index in range(3):
        text, want = request(index, 2000)
        # An inline command is a line of its own, and a body here has no line end.
        text, want = text + b"\r\n", want
        run.stdin.write(text)
        run.stdin.flush()
        sent.append(want)
        time.sleep(0.3)
        if updates:
            run.stdin.write(b"^rekey^\n")
            run.stdin.flush()
            time.sleep(0.3)
    run.stdin.close()
    try:
        run.wait(3)
    except subprocess.TimeoutExpired:
        run.kill()
    process.kill()
    process.wait()
    relay.join(3)
    return pcap, keys, sent


class UDPRelay(asyncio.DatagramProtocol):
    """Passes datagrams on; the client's recorded port changes after `moves_after` of its packets."""

    def __init__(self, pcap, target, moves_after=None):
        self.pcap, self.target, self.moves_after = pcap, target, moves_after
        self.client, self.count, self.upstream = None, 0, None

    def record(self, from_client, data):
        self.count += from_client
        port = CLIENT[1] + (1 if self.moves_after and self.count > self.moves_after else 0)
        source, destination = (CLIENT[0], port), SERVER
        if not from_client:
            source, destination = destination, source
        header = struct.pack("!HHHH", source[1], destination[1], 8 + len(data), 0)
        self.pcap.ip(17, source[0], destination[0], header + data)

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if address[1] == self.target:
            self.record(False, data)
            self.transport.sendto(data, self.client)
        else:
            self.client = address
            self.record(True, data)
            self.transport.sendto(data, ("127.0.0.1", self.target))


def quic_case(directory, name, version=1, update=False, moves=None, retry=False, suite=None, early=False):
    from aioquic.asyncio import QuicConnectionProtocol, connect, serve
    from aioquic.h3.connection import H3_ALPN, H3Connection
    from aioquic.quic.configuration import QuicConfiguration
    from aioquic.quic.packet import QuicProtocolVersion
    from aioquic.tls import CipherSuite
    key, cert = certificate(directory)
    keys, pcap, sent = os.path.join(directory, name + ".keys"), Pcap(), []

    class Server(QuicConnectionProtocol):
        http = None

        def quic_event_received(self, event):
            self.http = self.http or H3Connection(self._quic)
            for found in self.http.handle_event(event):
                if getattr(found, "stream_ended", False):
                    self.http.send_headers(found.stream_id, [(b":status", b"200")])
                    self.http.send_data(found.stream_id, b"ok" * 500, end_stream=True)
                    self.transmit()

    class Client(QuicConnectionProtocol):
        http, done = None, None

        def quic_event_received(self, event):
            self.http = self.http or H3Connection(self._quic)
            for found in self.http.handle_event(event):
                if getattr(found, "stream_ended", False) and self.done:
                    self.done.set()

        async def post(self, number):
            text, want = request(number, 4000)
            sent.append(want)
            self.http = self.http or H3Connection(self._quic)
            stream = self._quic.get_next_available_stream_id()
            self.http.send_headers(stream, [(b":method", b"POST"), (b":scheme", b"https"), (b":authority", b"suite.example"),
                                            (b":path", want[0].encode()), (b"user-agent", b"suite")])
            self.http.send_data(stream, text.split(b"\r\n\r\n", 1)[1], end_stream=True)
            self.done = asyncio.Event()
            self.transmit()
            await asyncio.wait_for(self.done.wait(), 5)

    async def run():
        number = QuicProtocolVersion.VERSION_2 if version == 2 else QuicProtocolVersion.VERSION_1
        configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN, supported_versions=[number])
        configuration.load_cert_chain(cert, key)
        port = free_port()
        tickets = {}
        server = await serve("127.0.0.1", port, configuration=configuration, create_protocol=Server, retry=retry,
                             session_ticket_handler=lambda t: tickets.__setitem__(t.ticket, t),
                             session_ticket_fetcher=lambda t: tickets.pop(t, None))
        loop = asyncio.get_running_loop()
        saved = []
        for attempt in range(2 if early else 1):
            transport, relay = await loop.create_datagram_endpoint(lambda: UDPRelay(pcap, port, moves), local_addr=("127.0.0.1", 0))
            with open(keys, "a") as log:
                settings = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, verify_mode=0, secrets_log_file=log,
                                             supported_versions=[number], original_version=number, server_name="suite.example")
                if suite:
                    settings.cipher_suites = [getattr(CipherSuite, suite)]
                if saved:
                    settings.session_ticket = saved[-1]
                async with connect("127.0.0.1", transport.get_extra_info("sockname")[1], configuration=settings, create_protocol=Client,
                                   session_ticket_handler=saved.append, wait_connected=not (early and attempt)) as client:
                    for index in range(4):
                        await client.post(attempt * 10 + index)
                        if update:
                            client.request_key_update()
                    await asyncio.sleep(0.1)
            if early:
                global CLIENT
                CLIENT = (CLIENT[0], CLIENT[1] + 10)
            transport.close()
        server.close()

    asyncio.run(run())
    return pcap, keys, sent


def audit(egret, capture, *arguments):
    run = subprocess.run([egret, "audit", "--format", "jsonl", *arguments, capture], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]


def found(rows):
    return {(r["path"], r["request_body"]["sha256"]) for r in rows if r["type"] == "request" and r["request_body"]["complete"]}


def check(egret, capture, sent, states=("opened",), missing=0, exit_status=0):
    """What is wrong with the audit of a capture, as sentences."""
    code, rows = audit(egret, capture)
    got, notes = found(rows), []
    absent = [want for want in sent if want not in got]
    if len(absent) > missing:
        notes.append(f"{len(absent)} of {len(sent)} requests not found, at most {missing} may be missing: {absent[:3]}")
    if extra := got - set(sent):
        notes.append(f"not sent: {sorted(extra)[:3]}")
    there = {r["state"] for r in rows if r["type"] == "connection"}
    if there != set(states):
        notes.append(f"states {sorted(there)}, not {sorted(states)}")
    if code != exit_status:
        notes.append(f"exit status {code}, not {exit_status}")
    return notes


def cases(directory):
    """Each case: its name, and a function that gives a capture, a key log and what was sent."""
    tls13 = lambda suite: lambda n: openssl_case(directory, n, client=["-tls1_3", "-ciphersuites", suite], server=["-ciphersuites", suite])
    tls12 = lambda suite, *more: lambda n: openssl_case(directory, n, client=["-tls1_2", "-cipher", suite + ":@SECLEVEL=0"],
                                                        server=["-cipher", suite + ":@SECLEVEL=0", *more])
    for suite in ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"]:
        yield "openssl " + suite, tls13(suite)
    for suite in ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305", "AES128-CCM", "AES128-CCM8",
                  "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384", "AES128-SHA256", "AES256-SHA256", "AES128-GCM-SHA256"]:
        yield "openssl TLS 1.2 " + suite, tls12(suite)
    yield "openssl key update", lambda n: openssl_case(directory, n, client=["-tls1_3"], updates=True)
    yield "openssl hello retry request", lambda n: openssl_case(directory, n, client=["-tls1_3", "-groups", "X25519:P-384"], server=["-groups", "P-384"])
    yield "openssl psk", lambda n: openssl_case(directory, n, client=["-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"],
                                                server=["-ciphersuites", "TLS_AES_128_GCM_SHA256"], psk=True)
    yield "openssl resumption", lambda n: openssl_case(directory, n, client=["-tls1_3"], rounds=2)
    yield "openssl early data", lambda n: openssl_case(directory, n, client=["-tls1_3"], server=["-early_data"], rounds=2, early=True)
    yield "openssl TLS 1.2 resumption", lambda n: openssl_case(directory, n, client=["-tls1_2"], rounds=2)
    yield "openssl padding", lambda n: openssl_case(directory, n, client=["-tls1_3", "-record_padding", "512"])
    yield "openssl small records", lambda n: openssl_case(directory, n, client=["-tls1_3", "-max_send_frag", "512"])
    if shutil.which("gnutls-serv"):
        for name, priority in [("TLS 1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.3"), ("TLS 1.2 GCM", "NORMAL:-VERS-ALL:+VERS-TLS1.2"),
                               ("TLS 1.2 encrypt-then-MAC", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC"),
                               ("TLS 1.2 MAC-then-encrypt", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-CBC:%NO_ETM"),
                               ("TLS 1.2 without extended master secret", "NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH")]:
            yield "gnutls " + name, lambda n, p=priority: gnutls_case(directory, n, p)
        tls13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3"
        for name, cipher in [("AES-256-GCM", "AES-256-GCM"), ("ChaCha20", "CHACHA20-POLY1305"), ("AES-128-CCM", "AES-128-CCM")]:
            yield f"gnutls TLS 1.3 {name}", lambda n, c=cipher: gnutls_case(directory, n, f"{tls13}:-CIPHER-ALL:+{c}")
        yield "gnutls TLS 1.2 ChaCha20", lambda n: gnutls_case(
            directory, n, "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+CHACHA20-POLY1305")
        yield "gnutls key update", lambda n: gnutls_case(directory, n, tls13, client=["--inline-commands"], updates=True)
        yield "gnutls hello retry request", lambda n: gnutls_case(
            directory, n, tls13 + ":-GROUP-ALL:+GROUP-SECP384R1", client_priority=tls13 + ":-GROUP-ALL:+GROUP-X25519:+GROUP-SECP384R1",
            client=["--single-key-share"])
        yield "gnutls psk", lambda n: gnutls_case(directory, n, tls13 + ":-KX-ALL:+DHE-PSK:+ECDHE-PSK:+PSK", psk=True)
    try:
        import aioquic  # noqa: F401
    except ImportError:
        return
    yield "aioquic", lambda n: quic_case(directory, n)
    yield "aioquic version 2", lambda n: quic_case(directory, n, version=2)
    yield "aioquic ChaCha20", lambda n: quic_case(directory, n, suite="CHACHA20_POLY1305_SHA256")
    yield "aioquic AES-256", lambda n: quic_case(directory, n, suite="AES_256_GCM_SHA384")
    yield "aioquic key phase", lambda n: quic_case(directory, n, update=True)
    yield "aioquic migration", lambda n: quic_case(directory, n, moves=8)
    yield "aioquic retry", lambda n: quic_case(directory, n, retry=True)
    yield "aioquic early data", lambda n: quic_case(directory, n, early=True)


def damaged(egret, directory, pcap, keys, sent, label):
    """The same recording with one segment missing, and without its beginning."""
    is_data = [i for i, (_, p) in enumerate(pcap.packets) if p[9] == 6 and p[12:16] == socket.inet_aton(CLIENT[0]) and len(p) > 600]
    for name, keep, missing in [("one segment lost", lambda i, p: i != is_data[len(is_data) // 2], 1),
                                ("begins in the middle", lambda i, p: i >= is_data[len(is_data) // 3], 2)]:
        path = os.path.join(directory, "damaged.pcap")
        shutil.copy(keys, path[:-5] + ".keys")
        pcap.write(path, keep)
        # Without the random of the server there are no keys of TLS 1.2.
        if "TLS 1.2" in label and missing == 2:
            yield f"{label}, {name}", check(egret, path, sent, states=("no_key",), missing=len(sent), exit_status=3)
        else:
            yield f"{label}, {name}", check(egret, path, sent, states=("partial",), missing=missing, exit_status=3)


def damaged_quic(egret, directory, pcap, keys, sent, label):
    """The same recording of QUIC with one datagram missing, and without its beginning."""
    is_data = [i for i, (_, p) in enumerate(pcap.packets) if p[9] == 17 and p[12:16] == socket.inet_aton(CLIENT[0]) and len(p) > 1000]
    for name, keep, missing in [("one datagram lost", lambda i, p: i != is_data[len(is_data) // 2], 1),
                                ("begins in the middle", lambda i, p: i >= is_data[len(is_data) // 2], 3)]:
        path = os.path.join(directory, "damaged-quic.pcap")
        shutil.copy(keys, path[:-5] + ".keys")
        pcap.write(path, keep)
        yield f"{label}, {name}", check(egret, path, sent, states=("partial",), missing=missing, exit_status=3)


def wrong_keys(egret, directory, pcap, keys, other):
    """Half of the keys, and those of another recording: the first line and the exit status say so."""
    path = os.path.join(directory, "partial.pcap")
    pcap.write(path)
    lines = [line for line in open(keys) if not line.startswith("#")]
    first = lines[0].split()[1]
    for name, text, states, words in [("half of the keys", [line for line in lines if first in line], {"opened", "no_key"}, "key log is partial"),
                                      ("keys of another connection", open(other).readlines(), {"no_key"}, "match no connection")]:
        open(path[:-5] + ".keys", "w").writelines(text)
        run = subprocess.run([egret, "audit", "--format", "jsonl", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        there = {row["state"] for row in map(json.loads, run.stdout.splitlines()) if row["type"] == "connection"}
        notes = [] if there == states and run.returncode == 3 else [f"exit {run.returncode}, states {sorted(there)}"]
        heads = run.stderr.splitlines()[:2]
        if "could not be opened" not in heads[0] or words not in " ".join(heads):
            notes.append(f"the first lines do not say so: {heads}")
        yield name, notes


def embedded_keys(egret, directory, capture, keys, sent):
    """The keys inside of the capture, in Decryption Secrets Blocks, and the capture packed."""
    path = os.path.join(directory, "embedded.pcapng")
    subprocess.run(["editcap", "--inject-secrets", "tls," + keys, capture, path], check=True, stderr=subprocess.DEVNULL)
    yield "keys inside of the capture", check(egret, path, sent)
    subprocess.run(["gzip", "-kf", path], check=True)
    yield "keys inside of a packed capture", check(egret, path + ".gz", sent)


def without_keys(egret, directory, pcap, sent):
    path = os.path.join(directory, "closed.pcap")
    pcap.write(path)
    code, rows = audit(egret, path)
    states = {r["state"] for r in rows if r["type"] == "connection"}
    return [] if code == 3 and states == {"no_key"} and not found(rows) else [f"exit {code}, states {states}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=".build/debug/egret")
    parser.add_argument("--only", default="")
    parser.add_argument("--keep")
    a = parser.parse_args()
    directory = a.keep or tempfile.mkdtemp()
    os.makedirs(directory, exist_ok=True)
    failed = run = 0

    def report(name, notes):
        nonlocal failed, run
        run += 1
        failed += bool(notes)
        for note in notes:
            print(f"{name}: {note}")

    for name, make in cases(directory):
        if a.only not in name:
            continue
        label = name.replace(" ", "-").replace(".", "")
        pcap, keys, sent = make(label)
        path = os.path.join(directory, label + ".pcap")
        pcap.write(path)
        report(name, check(a.egret, path, sent))
        if name in ("gnutls TLS 1.3", "gnutls TLS 1.2 encrypt-then-MAC", "openssl key update", "openssl TLS 1.2 ECDHE-RSA-CHACHA20-POLY1305"):
            for title, notes in damaged(a.egret, directory, pcap, keys, sent, name):
                report(title, notes)
        if name in ("aioquic", "aioquic ChaCha20", "aioquic key phase"):
            for title, notes in damaged_quic(a.egret, directory, pcap, keys, sent, name):
                report(title, notes)
        if name in ("openssl TLS_AES_128_GCM_SHA256", "openssl TLS_CHACHA20_POLY1305_SHA256"):
            for title, notes in damaged(a.egret, directory, pcap, keys, sent, name):
                report(title, notes)
            report(name + ", no key", without_keys(a.egret, directory, pcap, sent))
            closed = keys
            if shutil.which("editcap"):
                for title, notes in embedded_keys(a.egret, directory, path, keys, sent):
                    report(f"{name}, {title}", notes)
        if name == "openssl resumption" and not a.only:
            for title, notes in wrong_keys(a.egret, directory, pcap, keys, closed):
                report(title, notes)
    skipped = [tool for tool in ["gnutls-serv", "editcap"] if not shutil.which(tool)]
    try:
        import aioquic  # noqa: F401
    except ImportError:
        skipped.append("aioquic")
    print(f"{run} recordings, {failed} not as they should be" + (f"; skipped, because not installed: {', '.join(skipped)}" if skipped else ""))
    if not a.keep:
        shutil.rmtree(directory)
    sys.exit(1 if failed or not run else 0)


if __name__ == "__main__":
    main()
