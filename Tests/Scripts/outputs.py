#!/usr/bin/env python3
"""Outputs as they are used: several at once with real far ends, and a run that is killed in the middle of its writing."""
import argparse
import contextlib
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CAPTURES = sorted((ROOT / "Tests/Golden/captures").glob("*.pcap*"))


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def check(holds, words):
    if not holds:
        sys.exit(f"outputs: {words}")


class Webhook(http.server.BaseHTTPRequestHandler):
    """Answers 503 to the first request, then takes everything."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests += 1
        if self.server.requests > 1:
            self.server.bodies.append((self.headers.get("Authorization"), json.loads(body)))
        self.send_response(503 if self.server.requests == 1 else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def webhook(tls=None, answered=0):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    server.requests, server.bodies = answered, []
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@contextlib.contextmanager
def receiver(family, kind, name):
    """A socket whose messages, or whole stream, arrive in a list."""
    messages = []
    with socket.socket(family, kind) as listening:
        listening.bind(name)
        if kind == socket.SOCK_STREAM:
            listening.listen()

        def take():
            if kind == socket.SOCK_STREAM:
                connection, _ = listening.accept()
                with connection:
                    while part := connection.recv(1 << 16):
                        messages.append(part)
            else:
                while part := listening.recv(1 << 16):
                    messages.append(part)

        threading.Thread(target=take, daemon=True).start()
        yield listening, messages


def until(condition, words):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    sys.exit(f"outputs: {words}")


def several_at_once(egret, directory):
    (directory / "headers").write_text("Authorization: Bearer of-a-test\n")
    stream, log = directory / "stream.sock", directory / "log.sock"
    udp = (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
    with webhook() as hook, \
            receiver(socket.AF_UNIX, socket.SOCK_STREAM, str(stream)) as (_, streamed), \
            receiver(socket.AF_UNIX, socket.SOCK_DGRAM, str(log)) as (_, logged), \
            receiver(*udp) as (datagrams, sent):
        port = datagrams.getsockname()[1]
        run = subprocess.run(
            [egret, "analyze", "--flows", "all", "--rules", "rules/policies/vendor-ban.yaml", "--output", "-", "--output", f"ecs={directory}/ecs",
             "--output", f"ocsf=unix:{stream}", "--output", f"syslog+unixgram:{log}",
             "--output", f"syslog+udp://127.0.0.1:{port}", "--output", f"http://127.0.0.1:{hook.server_port}/hook",
             "--webhook-headers", directory / "headers", *CAPTURES],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
        check(run.returncode == 0, f"egret ends with {run.returncode}: {run.stderr}")
        native = lines(run.stdout)
        alerts = [event["id"] for event in native if event["type"] == "alert"]
        check(len(alerts) > 3, "the captures bring too few alerts")
        ecs = lines((directory / "ecs/current").read_text())
        check([e["event"]["id"] for e in ecs] == [e["id"] for e in native], "ECS and native are not the same events")
        until(lambda: b"".join(streamed).count(b"\n") == len(native), "the stream does not have every event")
        ocsf = lines(b"".join(streamed).decode())
        check([e["metadata"]["uid"] for e in ocsf] == [e["id"] for e in native], "OCSF and native are not the same events")
        until(lambda: len(logged) == len(alerts) == len(sent), f"syslog has {len(logged)} and {len(sent)}, not {len(alerts)}")
        for message in logged:
            head, _, body = message.decode().partition(" - {")
            check(head.startswith("<13") and re.search(r" offline egret [0-9a-f]{16} alert$", head), f"syslog header: {head}")
            json.loads("{" + body)
        check([b["id"] for _, b in hook.bodies] == alerts, "the webhook does not have every alert in order")
        check(all(a == "Bearer of-a-test" for a, _ in hook.bodies), "the webhook's header is missing")


def stalled(egret, directory):
    """A live run whose readers are still: it continues, says so, and comes to an end. Needs the right to capture."""
    silent = directory / "silent.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(silent))
        listening.listen()
        run = subprocess.Popen(
            [egret, "watch", "--interface", "lo", "--flows", "all", "--stats-interval", "1", "--output", directory / "live",
             "--output", "-", "--output", f"unix:{silent}", "--queue-size", "2MiB", "--udp-unanswered-timeout", "1s"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        until(lambda: (directory / "live/current").exists() or run.poll() is not None, "no live file is begun")
        check(run.poll() is None, f"watch ends: {run.stderr.read() if run.poll() is not None else ''}")
        # A flow a datagram, until the two that no one reads have to give some up.
        def rounds():
            for _ in range(40):
                for _ in range(100):
                    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                        with contextlib.suppress(OSError):
                            sender.sendto(b"x", ("127.0.0.1", 9))
                yield

        def reports():
            text = (directory / "live/current").read_text()
            return [e["outputs"] for e in lines(text[:text.rfind("\n") + 1]) if e["type"] == "stats"]

        def has_dropped():
            last = {o["name"]: o["dropped"] for o in (reports() or [[]])[-1]}
            check(last.get("file", 0) == 0, f"the file output has lost events: {last}")
            return last.get("stdout", 0) > 0 and last.get("socket", 0) > 0

        traffic = rounds()
        until(lambda: has_dropped() or next(traffic, 0), "nothing is given up, or nothing is said of it")
        began = time.monotonic()
        run.send_signal(signal.SIGTERM)
        _, words = run.stdout.close(), run.stderr
        check(run.wait(timeout=60) == 1, "a run that leaves events behind ends well")
        check(time.monotonic() - began < 40, "the stop waits for readers that are still")
        check(b"events" in words.read(), "nothing is said of what was left behind")
        check(lines((directory / "live/current").read_text())[-1]["type"] == "stop", "the file output has no end")
    print("a live run with two readers that are still: the third output is whole")


def over_https(egret, directory):
    """Alerts go over TLS to a server whose certificate is trusted, and to no other."""
    if not shutil.which("openssl"):
        print("skipped: no openssl to make a certificate with")
        return
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with webhook(tls, answered=1) as hook:
        command = [egret, "analyze", "--rules", "rules/policies/vendor-ban.yaml", "--output", f"https://localhost:{hook.server_port}/", "--webhook-attempts", "1", *CAPTURES]
        run = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
        check(run.returncode == 1 and "did not get" in run.stderr or "certificate" in run.stderr,
              f"a certificate that no authority signed: {run.returncode}, {run.stderr}")
        check(not hook.bodies, "an alert went to a server whose certificate no authority signed")
        run = subprocess.run([*command, "--webhook-authorities", certificate], cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
        check(run.returncode == 0 and len(hook.bodies) > 3, f"over TLS: {run.returncode}, {run.stderr}")
    print("alerts over TLS, and none to a server that no authority signed")


def killed(egret, directory, rounds):
    """Kills runs while they write: nothing but an unfinished last line is ever lost, and the next run says so."""
    cut = 0
    for number in range(rounds):
        out = directory / f"killed-{number}"
        run = subprocess.Popen([egret, "analyze", "--flows", "all", "--output", out, *CAPTURES * 6], cwd=ROOT,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: list(out.glob("*.jsonl")) or run.poll() is not None, "no file is begun")
        time.sleep(random.uniform(0, 0.2))
        run.send_signal(signal.SIGKILL)
        run.wait()
        for path in out.glob("*.jsonl"):
            *whole, last = path.read_bytes().split(b"\n")
            sequence = [json.loads(line)["seq"] for line in whole]
            check(sequence == list(range(1, len(sequence) + 1)), f"{path.name} has a gap")
            cut += bool(last)
    # As a machine that stops: a line of which a part had reached the disk.
    out = directory / "killed-0"
    current = out / os.readlink(out / "current")
    with current.open("ab") as file:
        file.write(b'{"time":"2026-')
    size = current.stat().st_size
    run = subprocess.run([egret, "analyze", "--output", out, CAPTURES[0]], cwd=ROOT, stderr=subprocess.DEVNULL,
                         timeout=300, check=True)
    events = lines((out / "current").read_text())
    notes = [e["audit"] for e in events if e["type"] == "audit"]
    check([n["kind"] for n in notes] == ["file_cut"] and current.name in notes[0]["detail"], f"no notice of it: {notes}")
    check(current.stat().st_size == size, "the file that was cut has changed")
    print(f"{rounds} runs killed, {cut} of them in the middle of a line")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--egret", type=pathlib.Path, default=os.environ.get("EGRET", ROOT / ".build/debug/egret"))
    parser.add_argument("--rounds", type=int, default=8)
    options = parser.parse_args()
    egret = pathlib.Path(options.egret).resolve()
    with tempfile.TemporaryDirectory() as name:
        several_at_once(egret, pathlib.Path(name))
        over_https(egret, pathlib.Path(name))
        killed(egret, pathlib.Path(name), options.rounds)
        if os.geteuid() == 0:
            stalled(egret, pathlib.Path(name))
    print("outputs hold")


main()
