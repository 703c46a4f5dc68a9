#!/usr/bin/env python3
"""Hold egret audit against tshark: the requests of every capture that has keys, by method and path.

usage: audit_tshark.py [--egret .build/debug/egret] [--captures DIR]... [--only TEXT]

HTTP/1.1 and HTTP/2 are compared; a request that one of them has and the other has not is printed. tshark does not open Encrypted
Client Hello and misses some streams, so only its own requests decide: exit status 0 if egret has all of them, 1 if not, 77 if
tshark or the captures are not there. That egret invents none is held by the labels of the captures (tools/audit.py).
"""
import argparse, collections, json, os, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.join(HERE, "..", "..", "..", "shared", "captures")
FIELDS = ["http.request.method", "http.request.uri", "http2.headers.method", "http2.headers.path"]


def by_tshark(capture, keys):
    command = ["tshark", "-n", "-r", capture, "-o", "tls.keylog_file:" + keys, "-Y", "http.request.method or http2.headers.method",
               "-T", "fields", "-E", "separator=\x1f", "-E", "aggregator=\x1e"]
    for field in FIELDS:
        command += ["-e", field]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    found = collections.Counter()
    for line in run.stdout.decode("utf-8", "replace").splitlines():
        columns = [column.split("\x1e") if column else [] for column in line.split("\x1f")]
        columns += [[]] * (4 - len(columns))
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
    found = collections.Counter()
    for line in run.stdout.splitlines():
        row = json.loads(line)
        if row["type"] == "request" and row["protocol"] in ("h1", "h2") and row["method"] != "CONNECT":
            found[row["method"], row["path"]] += 1
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=".build/debug/egret")
    parser.add_argument("--captures", action="append")
    parser.add_argument("--only", default="")
    a = parser.parse_args()
    directories = a.captures or [os.path.join(SHARED, name) for name in ("audit", "clients", "clients-new")]
    directories = [directory for directory in directories if os.path.isdir(directory)]
    if not shutil.which("tshark") or not directories:
        print("skipped: " + ("no capture is there" if shutil.which("tshark") else "tshark is not installed"))
        return 77
    compared = missing = more = requests = 0
    for directory in directories:
        for name in sorted(os.listdir(directory)):
            keys = os.path.join(directory, name[:-5] + ".keys")
            if not name.endswith(".pcap") or not os.path.exists(keys) or a.only not in name:
                continue
            capture = os.path.join(directory, name)
            theirs, ours = by_tshark(capture, keys), by_egret(a.egret, capture)
            compared, requests = compared + 1, requests + sum(ours.values())
            missing, more = missing + sum((theirs - ours).values()), more + sum((ours - theirs).values())
            for (method, path), count in list((theirs - ours).items())[:4]:
                print(f"{name}: tshark alone has {method} {path} x{count}")
            for (method, path), count in list((ours - theirs).items())[:4]:
                print(f"{name}: egret alone has {method} {path} x{count}")
    print(f"{compared} captures, {requests} requests; {missing} of tshark's are missing, {more} are beyond tshark's")
    return 1 if missing or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
