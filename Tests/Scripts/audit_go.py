#!/usr/bin/env python3
"""Make recordings with Go's crypto/tls and net/http on loopback, and hold egret audit against what was sent.

usage: audit_go.py [--egret .build/debug/egret] [--only TEXT] [--keep DIR]

The program in audit_go/ is the client and the server; the relay of audit_suites.py writes the capture. Covered: every cipher suite
of TLS 1.2 and 1.3 that Go has, key logs of the client and of the server, HelloRetryRequest, resumption by ticket and PSK, client
certificates, HTTP/2, Encrypted Client Hello (accepted, rejected, with HelloRetryRequest, resumed), KeyUpdate with OpenSSL as the
client, a lost segment, and a capture that begins in the middle. Go has no 0-RTT over TCP and no encrypt-then-MAC. Exit status 77
if Go is not installed; Encrypted Client Hello needs Go 1.24.
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from audit_suites import CLIENT, Pcap, TCPRelay, audit, check, damaged, found, free_port, request, without_keys

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "audit_go")


def go_program():
    """The path of the newest go, and its version, or None."""
    names = [shutil.which("go"), os.path.join(os.path.dirname(sys.executable), "go"), "/usr/bin/go", "/usr/local/go/bin/go"]
    found = []
    for name in {name for name in names if name and os.access(name, os.X_OK)}:
        text = subprocess.run([name, "version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        if match := re.search(r"go(\d+)\.(\d+)", text):
            found.append(((int(match[1]), int(match[2])), name))
    return max(found) if found else (None, None)


def build(go, directory):
    program = os.path.join(directory, "suite")
    environment = {**os.environ, "GO111MODULE": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOPROXY": "off", "CGO_ENABLED": "0"}
    environment.setdefault("GOCACHE", os.path.join(directory, "cache"))
    subprocess.run([go, "build", "-o", program, "."], cwd=SOURCE, env=environment, check=True)
    return program


def go_case(program, directory, name, *arguments, connections=1, log="client", environment=()):
    """Connections of the program to itself through a relay; the requests that were sent, and what the client said of them."""
    keys, pcap, port = os.path.join(directory, name + ".keys"), Pcap(), free_port()
    relays = [TCPRelay(pcap, port, CLIENT[1] + index) for index in range(connections)]
    for relay in relays:
        relay.start()
    command = [program, "-listen", f"127.0.0.1:{port}", "-connect", ",".join(f"127.0.0.1:{relay.port}" for relay in relays),
               f"-{log}-keys", keys, *arguments]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, text=True,
                         env={**os.environ, **dict(environment)})
    for relay in relays:
        relay.join(5)
    said = [json.loads(line) for line in run.stdout.splitlines()]
    return pcap, keys, [(row["path"], row["sha256"]) for row in said], said


def key_update_case(program, directory, name):
    """OpenSSL's client asks Go's server to update its keys with it (RFC 8446 section 4.6.3)."""
    keys, pcap, port = os.path.join(directory, name + ".keys"), Pcap(), free_port()
    # The program's own client is given an address where no one answers: only its server is used.
    server = subprocess.Popen([program, "-listen", f"127.0.0.1:{port}", "-connect", f"127.0.0.1:{free_port()}", "-linger", "6s"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    relay, sent = TCPRelay(pcap, port, CLIENT[1]), []
    relay.start()
    client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{relay.port}", "-servername", "suite.example", "-tls1_3",
                               "-keylogfile", keys], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    for index in range(3):
        text, want = request(index, 3000)
        client.stdin.write(text)
        client.stdin.flush()
        time.sleep(0.3)
        client.stdin.write(b"K\n")
        client.stdin.flush()
        time.sleep(0.3)
        sent.append(want)
    client.stdin.write(b"Q\n")
    client.stdin.close()
    client.wait(10)
    server.kill()
    server.wait()
    relay.join(3)
    return pcap, keys, sent, []


TLS12 = ["ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
         "ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE_RSA_WITH_AES_256_CBC_SHA",
         "RSA_WITH_AES_128_GCM_SHA256", "RSA_WITH_AES_256_CBC_SHA"]


def cases(program, directory, version):
    """Each case: its name, a function that records it, and what the client must say of its connections."""
    run = lambda *arguments, **more: lambda name: go_case(program, directory, name, *arguments, **more)
    yield "TLS 1.3", run(), {"suite": "TLS_AES_128_GCM_SHA256"}
    yield "TLS 1.3 ChaCha20", run(environment={"GODEBUG": "cpu.aes=off"}.items()), {"suite": "TLS_CHACHA20_POLY1305_SHA256"}
    yield "TLS 1.3 keys of the server", run(log="server"), {}
    yield "TLS 1.3 HTTP/2", run("-protocol", "h2"), {"protocol": "h2"}
    yield "TLS 1.3 bodies of 300 kB", run("-size", "300000"), {}
    for suite in TLS12:
        yield "TLS 1.2 " + suite, run("-version", "1.2", "-suite", "TLS_" + suite), {"suite": "TLS_" + suite}
    yield "TLS 1.2 HTTP/2 keys of the server", run("-version", "1.2", "-protocol", "h2", log="server"), {"protocol": "h2"}
    yield "HelloRetryRequest", run("-groups", "29,24", "-server-groups", "24"), {}
    yield "client certificate", run("-mutual"), {}
    yield "resumption by PSK", run("-resume", connections=3), {"resumed": [False, True]}
    yield "TLS 1.2 resumption by ticket", run("-resume", "-version", "1.2", connections=3), {"resumed": [False, True]}
    yield "KeyUpdate of both ends", lambda name: key_update_case(program, directory, name), {}
    if version >= (1, 24):
        accepted = {"ech": [True]}
        yield "ECH accepted", run("-ech", "accepted"), accepted
        yield "ECH accepted, keys of the server", run("-ech", "accepted", log="server"), accepted
        yield "ECH accepted, HTTP/2", run("-ech", "accepted", "-protocol", "h2"), accepted
        yield "ECH with HelloRetryRequest", run("-ech", "accepted", "-groups", "29,24", "-server-groups", "24"), accepted
        yield "ECH resumed by PSK", run("-ech", "accepted", "-resume", connections=3), accepted
        yield "ECH rejected", run("-ech", "rejected"), {}


def said_otherwise(said, want):
    """What the client said of its connections that is not what the case is about."""
    notes = []
    for field, value in want.items():
        got = {row[field] for row in said}
        if got != set(value if isinstance(value, list) else [value]):
            notes.append(f"the recording is not what it should be: {field} is {sorted(got)}")
    return notes


def ech_mixed(egret, directory, program):
    """Keys of connections with ECH stand among those of others: each is used for its own, and one that is missing is missed."""
    pcap, keys, sent, _ = go_case(program, directory, "mixed", "-ech", "accepted", connections=3)
    lines = open(keys).readlines()
    randoms = list(dict.fromkeys(line.split()[1] for line in lines if not line.startswith("#")))
    path = os.path.join(directory, "mixed.pcap")
    pcap.write(path)
    with open(keys, "w") as file:
        file.writelines(line for line in lines if randoms[1] not in line)
        file.writelines(line.replace(randoms[0][:8], "deadbeef") for line in lines if randoms[1] not in line)
    code, rows = audit(egret, path)
    states = sorted(row["state"] for row in rows if row["type"] == "connection")
    want = {pair for pair in sent if not pair[0].startswith("/go/1/")}
    notes = [] if states == ["no_key", "opened", "opened"] and code == 3 else [f"states {states}, exit {code}"]
    if found(rows) != want:
        notes.append(f"{len(found(rows))} requests found, {len(want)} were sent in the connections with keys")
    return notes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=".build/debug/egret")
    parser.add_argument("--only", default="")
    parser.add_argument("--keep")
    a = parser.parse_args()
    version, go = go_program()
    if not go:
        print("skipped: Go is not installed")
        return 77
    directory = a.keep or tempfile.mkdtemp()
    os.makedirs(directory, exist_ok=True)
    program, failed, run = build(go, directory), 0, 0

    def report(name, notes):
        nonlocal failed, run
        run += 1
        failed += bool(notes)
        for note in notes:
            print(f"{name}: {note}")

    for name, make, want in cases(program, directory, version):
        if a.only not in name:
            continue
        label = re.sub(r"[^A-Za-z0-9]+", "-", name)
        pcap, keys, sent, said = make(label)
        path = os.path.join(directory, label + ".pcap")
        pcap.write(path)
        notes = said_otherwise(said, want) + check(a.egret, path, sent)
        report(name, notes + ([] if sent or name == "ECH rejected" else ["no request was sent"]))
        if name in ("TLS 1.3", "TLS 1.3 ChaCha20", "TLS 1.2 ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS 1.3 HTTP/2", "ECH accepted"):
            for title, notes in damaged(a.egret, directory, pcap, keys, sent, name):
                report(title, notes)
            report(name + ", no key", without_keys(a.egret, directory, pcap, sent))
    if version >= (1, 24) and a.only in "ECH, keys of others":
        report("ECH, keys of others", ech_mixed(a.egret, directory, program))
    old = "" if version >= (1, 24) else "; skipped, because this Go is older than 1.24: Encrypted Client Hello"
    print(f"go {version[0]}.{version[1]}: {run} recordings, {failed} not as they should be{old}")
    if not a.keep:
        shutil.rmtree(directory)
    return 1 if failed or not run else 0


if __name__ == "__main__":
    sys.exit(main())
