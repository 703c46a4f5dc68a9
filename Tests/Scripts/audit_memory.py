#!/usr/bin/env python3
"""Hold egret-audit within 512 MiB and two minutes on input that someone made to exhaust it.

usage: audit_memory.py [--egret-audit .build/debug/egret-audit] [--only TEXT] [--megabytes 1024]

Each case is a capture of one connection of TLS 1.3 with its keys, or a HAR file: bodies of --megabytes, 10,000 streams of HTTP/2 open
at once, bodies and values that decompress to gigabytes, a WebSocket whose messages do, JSON that is deep or has a million values, and
key logs and connections in number. What is expected of each is checked as well: requests are counted and nothing is silently cut.
Needs the Python package cryptography; exit status 77 without it.
"""
import argparse, base64, gzip, json, os, shutil, struct, subprocess, sys, tempfile, time, zlib

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "scripts"))
LIMIT = 512 << 10
SECONDS = 120


class Connection:
    """One connection of TLS 1.3 that is written to a capture as it is made."""

    def __init__(self, path):
        import audit_bench as bench
        self.bench, self.file = bench, open(path, "wb")
        self.out = bench.Writer(self.file)
        secrets = [bytes([index + 1]) * 32 for index in range(4)]
        random = bench.HELLO[12:76]
        labels = ["CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"]
        with open(path[:-5] + ".keys", "w") as keys:
            keys.write("".join(f"{label} {random} {secret.hex()}\n" for label, secret in zip(labels, secrets)))
        sealers = [bench.Sealer(secret, "aes128") for secret in secrets]
        plain = lambda text: b"\x16\x03\x03" + struct.pack("!H", len(text)) + text
        finished = b"\x14\0\0\x20" + bytes(32)
        self.out.segment(0, 2), self.out.segment(1, 0x12), self.out.segment(0, 0x10)
        self.out.stream(0, plain(bytes.fromhex(bench.HELLO)))
        self.out.stream(1, plain(bytes.fromhex(bench.ANSWER.format(suite="001301"))))
        self.out.stream(1, sealers[1].record(22, b"\x08\0\0\2\0\0" + finished))
        self.out.stream(0, sealers[0].record(22, finished))
        self.sealers = [sealers[2], sealers[3]]

    def send(self, side, data):
        for start in range(0, len(data), 16384):
            self.out.stream(side, self.sealers[side].record(23, data[start:start + 16384]))

    def close(self):
        self.file.close()


def head(length, kind="application/json", *more):
    lines = ["POST /v1/messages HTTP/1.1", "Host: memory.example", f"Content-Type: {kind}", f"Content-Length: {length}", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path, body, *more, count=1):
    connection = Connection(path)
    for _ in range(count):
        connection.send(0, head(len(body), "application/json", *more) + body)
        connection.send(1, b"HTTP/1.1 204 No Content\r\n\r\n")
    connection.close()
    return count


def large_body(path, megabytes):
    connection, piece = Connection(path), json.dumps({"text": "it's text, " * 95_000}).encode()[:1 << 20].ljust(1 << 20)
    connection.send(0, head(megabytes << 20))
    for _ in range(megabytes):
        connection.send(0, piece)
    connection.send(1, b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 0\r\n\r\n")
    connection.close()
    return 1


def many_bodies(path, megabytes):
    body = json.dumps({"messages": [{"role": "user", "content": "it's ordinary text, nothing else. " * 30_000}]}).encode()
    return post(path, body, count=megabytes)


def frame(kind, flags, stream, body):
    return struct.pack("!I", len(body))[1:] + bytes([kind, flags]) + struct.pack("!I", stream) + body


def streams(path, count=10_000):
    connection = Connection(path)
    connection.send(0, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b""))
    connection.send(1, frame(4, 0, 0, b""))
    block = b"\x83\x87\x44\x02/s\x41\x03a.b"
    identifiers = [1 + 2 * index for index in range(count)]
    connection.send(0, b"".join(frame(1, 4, stream, block) for stream in identifiers))
    for part in range(8):
        connection.send(0, b"".join(frame(0, part == 7, stream, b"x" * 2000) for stream in identifiers))
    connection.send(1, b"".join(frame(1, 5, stream, b"\x88") for stream in identifiers))
    connection.close()
    return count


def zeros_gzip(size):
    packer, out = zlib.compressobj(9, zlib.DEFLATED, 31), []
    for _ in range(size >> 24):
        out.append(packer.compress(bytes(1 << 24)))
    return b"".join(out) + packer.flush()


def web_socket(path):
    connection = Connection(path)
    connection.send(0, b"GET /w HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    connection.send(1, b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    message = packer.compress(bytes(1 << 30)) + packer.flush(zlib.Z_SYNC_FLUSH)
    message = message[:-4]
    for _ in range(3):
        connection.send(0, b"\xc1\xff" + struct.pack("!Q", len(message)) + bytes(4) + message)
    connection.close()
    return 4


def connections(path, count=20_000):
    """Connections that were never finished, each with a piece beyond a gap."""
    import audit_bench as bench
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        for index in range(count):
            for sequence, flags, data in ((0, 2, b""), (5001, 0x18, b"\x17\x03\x03\x10\x00" + bytes(1400)), (60_001, 0x18, bytes(1400))):
                tcp = struct.pack("!HHIIBBHHH", 1024 + index % 60_000, 443, sequence, 0, 0x50, flags, 65535, 0, 0)
                ends = b"\xc0\0\2" + bytes([1 + index // 60_000]) + b"\xc0\0\2\xfe"
                packet = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0) + ends + tcp + data
                file.write(struct.pack("<IIII", index // 1000, index % 1000, len(packet), len(packet)) + packet)
    return 0


def cases(megabytes):
    bomb = zeros_gzip(4 << 30)
    nested = base64.b64encode(gzip.compress(zeros_gzip(2 << 30))).decode()
    yield "one body", lambda path: large_body(path, megabytes)
    yield "many bodies", lambda path: many_bodies(path, megabytes)
    yield "10,000 streams", streams
    yield "gzip of 4 GiB", lambda path: post(path, bomb, "Content-Encoding: gzip")
    yield "gzip in gzip", lambda path: post(path, gzip.compress(bomb), "Content-Encoding: gzip, gzip", count=8)
    yield "gzip in base64 in JSON", lambda path: post(path, json.dumps({"a": [nested] * 20}).encode())
    yield "WebSocket messages of 1 GiB", web_socket
    yield "JSON of a million values", lambda path: post(path, b"[" + b"1," * 4_000_000 + b"1]")
    yield "JSON of many texts", lambda path: post(path, json.dumps([f"it's {index}" for index in range(1_000_000)]).encode())
    yield "deep JSON", lambda path: post(path, b"[" * 1_000_000 + b"]" * 1_000_000)
    yield "JSON in JSON in JSON", lambda path: post(path, deep_json().encode())
    yield "characters outside ASCII", lambda path: post(path, json.dumps(["\u02bc\u200b\u202e" * 5_000_000], ensure_ascii=False).encode())
    yield "20,000 connections with gaps", connections


def deep_json():
    text = "x" * 1000
    for _ in range(12):
        text = json.dumps({"a": text})
    return text


def run(program, path):
    """Peak memory in KiB, seconds, exit status, and what was written about requests."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen([program, "--format", "jsonl", path], stdout=output, stderr=subprocess.PIPE)
        notes = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        summary = next((json.loads(line) for line in output if line.startswith(b'{"') and b'"type":"summary"' in line), {})
    return usage.ru_maxrss, time.monotonic() - begin, process.returncode, summary, notes.decode("utf-8", "replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret-audit", default=os.path.join(ROOT, ".build/debug/egret-audit"))
    parser.add_argument("--only", default="")
    parser.add_argument("--megabytes", type=int, default=1024)
    a = parser.parse_args()
    try:
        import cryptography  # noqa: F401
    except ImportError:
        print("skipped: the Python module cryptography is not installed")
        return 77
    failed = 0
    room = "/dev/shm" if shutil.disk_usage("/dev/shm").free > (a.megabytes + 300) << 20 else None
    for name, make in cases(a.megabytes):
        if a.only not in name:
            continue
        with tempfile.TemporaryDirectory(dir=room) as directory:
            path = os.path.join(directory, "case.pcap")
            requests = make(path)
            peak, seconds, status, summary, notes = run(a.egret_audit, path)
            faults = [f"{peak >> 10} MiB"] if peak > LIMIT else []
            faults += [f"{seconds:.0f} s"] if seconds > SECONDS else []
            faults += [f"exit {status}: {notes[-300:]}"] if status not in (0, 3) else []
            faults += [f"{summary.get('requests')} of {requests} requests"] if summary.get("requests") != requests else []
            if summary.get("bodies_cut") and "too large" not in notes:
                faults.append("bodies were cut, and nothing says so")
            failed += bool(faults)
            size = os.path.getsize(path)
            print(f"{'BROKEN' if faults else 'ok'}: {name}: {size / 1e6:.0f} MB, peak {peak >> 10} MiB, {seconds:.1f} s, exit {status}, "
                  f"{summary.get('bodies_cut')} bodies cut{': ' + '; '.join(faults) if faults else ''}", flush=True)
    print(f"{failed} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
