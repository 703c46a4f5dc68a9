#!/usr/bin/env python3
"""Hold egret audit against tshark: the requests of every capture that has keys, by method and path, and the bodies.

usage: audit_tshark.py [--egret .build/debug/egret] [--captures DIR]... [--only TEXT] [--every N]

A request of HTTP/1.1 or HTTP/2 that one of them has and the other has not is printed. tshark does not open Encrypted Client Hello and
misses some streams, so only what tshark has decides: exit status 0 if egret has all of it, 1 if not, 77 if tshark or the captures are
not there. That egret invents no request is held by the labels of the captures (tools/audit.py).

Bodies are compared by SHA-256: those of HTTP/1.1 that tshark exports, each stream of HTTP/2, and each stream of HTTP/3 that had packets
of its own. tshark 4.0 has no QPACK: of HTTP/3 the field sections that clients sent are counted.
"""
import argparse, collections, glob, hashlib, json, os, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.join(HERE, "..", "..", "..", "shared", "captures")
FIELDS = ["http.request.method", "http.request.uri", "http2.headers.method", "http2.headers.path"]


def tshark(capture, keys, *options):
    command = ["tshark", "-2", "-n", "-r", capture, "-o", "tls.keylog_file:" + keys, *options]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode("utf-8", "replace")


def rows(capture, keys, condition, fields):
    """The values of fields in each packet that meets a condition: a list for each field."""
    options = ["-Y", condition, "-T", "fields", "-E", "separator=\x1f", "-E", "aggregator=\x1e"]
    for field in fields:
        options += ["-e", field]
    for line in tshark(capture, keys, *options).split("\n"):
        if not line:
            continue
        columns = [column.split("\x1e") if column else [] for column in line.split("\x1f")]
        yield columns + [[]] * (len(fields) - len(columns))


def by_tshark(capture, keys):
    found = collections.Counter()
    for columns in rows(capture, keys, "http.request.method or http2.headers.method", FIELDS):
        for method, path in list(zip(columns[0], columns[1])) + list(zip(columns[2], columns[3])):
            if method == "CONNECT":
                continue
            path = path.split("?")[0]
            if path.startswith("http://"):
                path = "/" + path[7:].partition("/")[2]
            found[method, path] += 1
    return found


def by_egret(egret, capture):
    run = subprocess.run([egret, "audit", "--format", "jsonl", capture], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return [row for row in map(json.loads, run.stdout.splitlines()) if row["type"] == "request"]


def port(row):
    return row["connection"].split("-")[0].rpartition(":")[2]


def bodies_of_http1(capture, keys, requests):
    """How many bodies tshark exports, and how many of them egret does not have."""
    ours = {row[body]["sha256"] for row in requests for body in ("request_body", "response_body") if row.get(body)}
    with tempfile.TemporaryDirectory() as directory:
        tshark(capture, keys, "-o", "http.decompress_body:FALSE", "-Q", "--export-objects", "http," + directory)
        theirs = [open(path, "rb").read() for path in glob.glob(directory + "/*")]
    theirs = [body for body in theirs if body]
    return len(theirs), sum(hashlib.sha256(body).hexdigest() not in ours for body in theirs)


def bodies_of_http2(capture, keys, requests):
    """The same of the streams of HTTP/2. tshark shows the whole body after its last part or in its place, and what it
    decompressed in the place of what was sent: bodies with a content coding are left out."""
    bodies, coded = collections.defaultdict(list), set()
    fields = ["tcp.srcport", "tcp.dstport", "http2.type", "http2.streamid", "http2.data.data", "http2.headers.content_encoding"]
    for source, destination, types, streams, data, codings in rows(capture, keys, "http2", fields):
        if codings:
            coded |= {(source[0], destination[0], int(stream)) for stream in streams}
        streams = [stream for kind, stream in zip(types, streams) if kind == "0"]
        for stream, part in zip(streams, data):
            bodies[source[0], destination[0], int(stream)].append(bytes.fromhex(part))
    compared = missing = 0
    for row in requests:
        if row["protocol"] != "h2":
            continue
        ends = [port(row), row["connection"].rpartition(":")[2]]
        for name, key in (("request_body", (*ends, row["stream"])), ("response_body", (*reversed(ends), row["stream"]))):
            theirs, ours = bodies.get(key), row.get(name)
            if not theirs or not ours or key in coded:
                continue
            compared += 1
            forms = [b"".join(theirs), theirs[-1]]
            missing += all(hashlib.sha256(form[:ours["bytes"]]).hexdigest() != ours["sha256"] for form in forms)
    return compared, missing


def requests_of_http3(capture, keys, requests):
    """The field sections that clients sent, those that are beyond egret's requests, and the same of bodies."""
    fields = ["udp.srcport", "quic.stream.stream_id", "http3.frame_type", "http3.frame_payload"]
    sections, bodies, mixed = collections.Counter(), collections.defaultdict(bytes), set()
    servers = {row["connection"].rpartition(":")[2] for row in requests if row["protocol"] == "h3"}
    for server in servers:
        for source, streams, types, payloads in rows(capture, keys, "http3 and udp.dstport == " + server, fields):
            own = {int(stream) for stream in streams if int(stream) % 4 == 0}
            if len(own) > 1:
                mixed |= {(source[0], stream) for stream in own}
            if not own:
                continue
            for kind, payload in zip(types, payloads):
                if kind == "1":
                    sections[source[0]] += 1
                elif kind == "0" and len(own) == 1:
                    bodies[source[0], next(iter(own))] += bytes.fromhex(payload)
    ours = collections.Counter(port(row) for row in requests if row["protocol"] == "h3")
    hashes = {(port(row), row["stream"]): row["request_body"] for row in requests if row["protocol"] == "h3"}
    whole = {key: body for key, body in bodies.items() if key not in mixed and key in hashes and len(body) >= hashes[key]["bytes"]}
    missing = sum(hashlib.sha256(body).hexdigest() != hashes[key]["sha256"] for key, body in whole.items())
    return sum(sections.values()), sum((sections - ours).values()), len(whole), missing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=".build/debug/egret")
    parser.add_argument("--captures", action="append")
    parser.add_argument("--only", default="")
    parser.add_argument("--every", type=int, default=1, help="take one capture of N: all take ten minutes")
    a = parser.parse_args()
    directories = a.captures or [os.path.join(SHARED, name) for name in ("audit", "clients", "clients-new")]
    directories = [directory for directory in directories if os.path.isdir(directory)]
    if not shutil.which("tshark") or not directories:
        print("skipped: " + ("no capture is there" if shutil.which("tshark") else "tshark is not installed"))
        return 77
    compared = missing = more = requests = sections = bodies = 0
    for directory in directories:
        captures = [name for name in sorted(os.listdir(directory)) if name.endswith(".pcap")]
        for name in captures[::a.every]:
            keys = os.path.join(directory, name[:-5] + ".keys")
            if not os.path.exists(keys) or a.only not in name:
                continue
            capture = os.path.join(directory, name)
            rows = by_egret(a.egret, capture)
            ours = collections.Counter(
                (row["method"], row["path"]) for row in rows if row["protocol"] in ("h1", "h2") and row["method"] != "CONNECT")
            theirs = by_tshark(capture, keys)
            compared, requests = compared + 1, requests + sum(ours.values())
            missing, more = missing + sum((theirs - ours).values()), more + sum((ours - theirs).values())
            for (method, path), count in list((theirs - ours).items())[:4]:
                print(f"{name}: tshark alone has {method} {path} x{count}")
            for (method, path), count in list((ours - theirs).items())[:4]:
                print(f"{name}: egret alone has {method} {path} x{count}")
            sent, beyond, whole, other = requests_of_http3(capture, keys, rows)
            results = [bodies_of_http1(capture, keys, rows), bodies_of_http2(capture, keys, rows), (whole, other)]
            sections, bodies = sections + sent, bodies + sum(count for count, _ in results)
            missing += beyond + sum(count for _, count in results)
            for words, count in zip(("requests of HTTP/3", "bodies of HTTP/1.1", "bodies of HTTP/2", "bodies of HTTP/3"),
                                    (beyond, *(count for _, count in results))):
                if count:
                    print(f"{name}: {count} {words} are others than tshark's")
    print(f"{compared} captures, {requests} requests, {sections} requests of HTTP/3, {bodies} bodies; {missing} of tshark's are missing, "
          f"{more} requests are beyond tshark's")
    return 1 if missing or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
