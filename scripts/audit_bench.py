#!/usr/bin/env python3
"""Measure how fast egret-audit reads TLS traffic, and tshark on the same capture.

usage: audit_bench.py [--egret .build/release/egret-audit] [--size 1024] [--part 1] [--suite aes128|aes256|chacha20] [--body bytes|text]
                      [--vary] [--check]

Makes a capture of one TLS 1.3 connection with requests of `--part` MiB until there are `--size` MiB of records, and its key
log. The capture is in memory (/dev/shm) if there is room. `--body text` makes the bodies JSON with prose and code, in which every text
is searched for marks, facts and derived values; `bytes` are random. A client sends its conversation again with each request, and so do
these; with `--vary` every text of every request is another one, so that nothing which is kept of earlier texts helps. Speeds are by processor time of one core, with the elapsed time
beside it, so that other load on the machine does not count. `--check` ends with 1 below 100 MB/s or below 10 times tshark.
Needs the Python package cryptography, and tshark for the comparison.
"""
import argparse, glob, hashlib, hmac, json, os, shutil, struct, subprocess, sys, tempfile, time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
HELLO = ("010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b000900000673"
         "6572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560e4bd43d23d8e43"
         "5a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e0403050306030203080408050806040105010601020104020502060202"
         "02002d00020101001c00024001")
ANSWER = ("020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928{suite}00002e00330024001d0020c9828876112095fe66762b"
          "dbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304")
SUITES = {"aes128": ("001301", "sha256", 16), "aes256": ("001302", "sha384", 32), "chacha20": ("001303", "sha256", 32)}


def expand(secret, label, count, name):
    info = struct.pack("!H", count) + bytes([6 + len(label)]) + b"tls13 " + label + b"\0"
    return hmac.new(secret, info + b"\1", name).digest()[:count]


class Sealer:
    def __init__(self, secret, suite):
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
        _, name, count = SUITES[suite]
        key = expand(secret, b"key", count, name)
        self.iv, self.number = int.from_bytes(expand(secret, b"iv", 12, name), "big"), 0
        self.aead = ChaCha20Poly1305(key) if suite == "chacha20" else AESGCM(key)

    def record(self, kind, data):
        header = b"\x17\x03\x03" + struct.pack("!H", len(data) + 17)
        nonce = (self.iv ^ self.number).to_bytes(12, "big")
        self.number += 1
        return header + self.aead.encrypt(nonce, data + bytes([kind]), header)


class Writer:
    """Segments of one connection in a pcap file."""

    def __init__(self, file):
        self.file, self.next, self.count = file, [1, 1], 0
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))

    def segment(self, side, flags, data=b""):
        ports = (50000, 443) if side == 0 else (443, 50000)
        tcp = struct.pack("!HHIIBBHHH", *ports, self.next[side], self.next[1 - side], 0x50, flags, 65535, 0, 0)
        ends = b"\xc0\0\2\1\xc0\0\2\2" if side == 0 else b"\xc0\0\2\2\xc0\0\2\1"
        packet = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0) + ends + tcp + data
        self.count += 1
        self.file.write(struct.pack("<IIII", self.count // 10000, self.count % 10000 * 100, len(packet), len(packet)) + packet)
        self.next[side] = (self.next[side] + len(data) + (flags & 2 != 0)) & 0xFFFFFFFF

    def stream(self, side, data):
        for start in range(0, len(data), 1448):
            self.segment(side, 0x18, data[start:start + 1448])


def text_body(size):
    """A request of a coding agent: a conversation of prose and code in JSON, about `size` bytes."""
    files = sorted(glob.glob(os.path.join(ROOT, "docs/*.md")) + glob.glob(os.path.join(ROOT, "Sources/Audit/*/*.swift")))
    texts = [open(file, encoding="utf-8").read() for file in files]
    messages, count = [], 0
    while count < size:
        messages.append({"role": ("user", "assistant")[len(messages) % 2], "content": [{"type": "text", "text": texts[len(messages) % len(texts)]}]})
        count += len(messages[-1]["content"][0]["text"])
    return json.dumps({"model": "bench", "max_tokens": 1024, "messages": messages}).encode()


def make(path, size, part, suite, text=False, vary=False):
    number, name, count = SUITES[suite]
    length = 48 if name == "sha384" else 32
    random, labels = HELLO[12:76], ["CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"]
    secrets = [bytes([index + 1]) * length for index in range(4)]
    open(path[:-5] + ".keys", "w").write("".join(f"{label} {random} {secret.hex()}\n" for label, secret in zip(labels, secrets)))
    plain = lambda text: b"\x16\x03\x03" + struct.pack("!H", len(text)) + text
    sealers = [Sealer(secret, suite) for secret in secrets]
    finished = b"\x14\0\0" + bytes([length]) + bytes(length)
    body = text_body(part << 20) if text else os.urandom(1 << 16) * (part * 16)
    first = body
    with open(path, "wb") as file:
        out = Writer(file)
        out.segment(0, 2), out.segment(1, 0x12), out.segment(0, 0x10)
        out.stream(0, plain(bytes.fromhex(HELLO)))
        out.stream(1, plain(bytes.fromhex(ANSWER.format(suite=number))))
        out.stream(1, sealers[1].record(22, b"\x08\0\0\2\0\0" + finished))
        out.stream(0, sealers[0].record(22, finished))
        for index in range(size // part):
            kind = "application/json" if text else "application/octet-stream"
            if text and vary:
                body = first.replace(b'"text": "', b'"text": "%d ' % index)
            sent = f"POST /{index} HTTP/1.1\r\nHost: bench.example\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            for start in range(0, len(sent), 16384):
                out.stream(0, sealers[2].record(23, sent[start:start + 16384]))
            out.stream(1, sealers[3].record(23, b"HTTP/1.1 204 No Content\r\n\r\n"))
    return size // part


def timed(command):
    """Processor time, elapsed time, the largest memory in MiB, the exit status and the output of a command on one core."""
    with tempfile.TemporaryFile() as output:
        begin = time.monotonic()
        process = subprocess.Popen(["taskset", "-c", "0", *command], stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, elapsed, usage.ru_maxrss >> 10, process.returncode, output.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=".build/release/egret-audit")
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--part", type=int, default=1)
    parser.add_argument("--suite", choices=SUITES, default="aes128")
    parser.add_argument("--body", choices=["bytes", "text"], default="bytes")
    parser.add_argument("--vary", action="store_true", help="with --body text: no text is in two requests")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--tshark-size", type=int, default=0, help="measure tshark on a capture of so many MiB, if it is too slow for the whole")
    a = parser.parse_args()
    room = "/dev/shm" if shutil.disk_usage("/dev/shm").free > (a.size + 200) << 20 else None
    directory = tempfile.mkdtemp(dir=room)
    try:
        path = os.path.join(directory, "bench.pcap")
        requests = make(path, a.size, a.part, a.suite, a.body == "text", a.vary)
        size = os.path.getsize(path)
        seconds, elapsed, memory, status, output = timed([a.egret, "--format", "jsonl", path])
        found, speed = output.count(b'"type":"request"'), size / 1e6 / seconds
        print(f"egret-audit: {size / 1e6:.0f} MB in {seconds:.2f} s of processor time ({elapsed:.2f} s elapsed), {speed:.0f} MB/s, "
              f"{found} of {requests} requests, exit {status}, {memory} MiB", flush=True)
        holds = found == requests and status == 0 and speed >= 100
        if shutil.which("tshark"):
            if a.tshark_size:
                make(path, a.tshark_size, a.part, a.suite, a.body == "text", a.vary)
                size = os.path.getsize(path)
            seconds, elapsed, memory, _, output = timed(
                ["tshark", "-n", "-r", path, "-o", f"tls.keylog_file:{path[:-5]}.keys", "-Y", "http.request", "-T", "fields", "-e", "http.request.uri"])
            slow = size / 1e6 / seconds
            print(f"tshark: {size / 1e6:.0f} MB in {seconds:.2f} s of processor time ({elapsed:.2f} s elapsed), {slow:.0f} MB/s, "
                  f"{len(output.splitlines())} requests, {memory} MiB; egret-audit is {speed / slow:.1f} times as fast", flush=True)
            holds = holds and speed >= 10 * slow
        return 0 if found == requests and (holds or not a.check) else 1
    finally:
        shutil.rmtree(directory)


if __name__ == "__main__":
    sys.exit(main())
