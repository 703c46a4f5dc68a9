#!/usr/bin/env python3
"""What `egret watch` says of traffic while it flows is what `egret analyze` says of a recording of it.

Two network namespaces and a veth pair between them; a TLS server with a certificate of its own in one, curl in the
other. egret and tcpdump look at the same interface, egret three times: with one thread, with one that reads ahead, and with
three that have a ring each, among which the kernel shares the packets out. Flow and alert events of all runs must then be
the same: packets, bytes, ends, tls, ai, rule. What may differ is taken out: the sensor, the numbering and the interface's
name; and times may differ by what is between two looks of the kernel at its clock. Everything it makes it takes away
again; only what it started is stopped.

Exit status 77: not root, or no namespaces here.  usage: live_test.py [--egret PATH]
"""
import argparse
import calendar
import contextlib
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from common import Skip, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
POLICY = ROOT / "rules/policies/vendor-ban.yaml"
TOOLS = ["ip", "curl", "openssl", "tcpdump"]
TIME_LIMIT = 60
CLOCK_TOLERANCE = 0.002
THREADS = [1, 2, 4]
CLIENT, GATEWAY, SERVER = "10.1.2.3", "10.1.2.1", "198.51.100.20"
# Names that are asked for, and what curl is given beside: an AI vendor under a ban, others, and one that is no one's.
VISITS = [
    ("api.anthropic.com", ["--http1.1"]),
    ("api.anthropic.com", ["--http1.1", "--data-binary", "@BODY"]),
    ("dashscope.aliyuncs.com", ["--http1.1", "--tls-max", "1.2"]),
    ("chatgpt.com", ["--http1.1"]),
    ("shop.example", ["--http1.1"]),
]


def run(*command, check=True):
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=TIME_LIMIT)


# MARK: The network

@contextlib.contextmanager
def namespaces():
    """Two namespaces with a wire between them; yields the client's, the server's and the client's interface."""
    mark = f"egret{os.getpid() % 100000}"
    client, server, inside, outside = f"{mark}c", f"{mark}s", f"{mark}i", f"{mark}o"
    try:
        for name in (client, server):
            if run("ip", "netns", "add", name, check=False).returncode != 0:
                raise Skip("this machine makes no network namespaces")
            run("ip", "-n", name, "link", "set", "lo", "up")
            # Neighbours of IPv6 would talk while the recordings begin and end.
            run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                "net.ipv6.conf.default.disable_ipv6=1", check=False)
        run("ip", "-n", client, "link", "add", inside, "type", "veth", "peer", "name", outside, "netns", server)
        run("ip", "-n", client, "address", "add", f"{CLIENT}/24", "dev", inside)
        run("ip", "-n", server, "address", "add", f"{GATEWAY}/24", "dev", outside)
        run("ip", "-n", server, "address", "add", f"{SERVER}/32", "dev", outside)
        run("ip", "-n", client, "link", "set", inside, "up")
        run("ip", "-n", server, "link", "set", outside, "up")
        run("ip", "-n", client, "route", "add", "default", "via", GATEWAY)
        yield client, server, inside
    finally:
        for name in (client, server):
            run("ip", "netns", "delete", name, check=False)


@contextlib.contextmanager
def started(*command, ready, log):
    """A program that runs until the block ends and has said `ready` in its log; it is interrupted, never killed first."""
    with open(log, "wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        until(lambda: ready in log.read_text(errors="replace") or process.poll() is not None, f"{command[0]} to start")
        assert process.poll() is None, f"{command}: {log.read_text(errors='replace')}"
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


# MARK: The server

class Answer(BaseHTTPRequestHandler):
    """Answers every request with a few kilobytes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"{}" * 4000
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def serve(certificate, key):
    """The server's process: serves until it is interrupted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["http/1.1"])
    server = ThreadingHTTPServer((SERVER, 443), Answer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print("serving", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


# MARK: The comparison

def events_of(text, kinds):
    return [event for event in map(json.loads, text.splitlines()) if event["type"] in kinds]


def seconds(text):
    """A time of day in seconds, as an event writes it."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")


def comparable(event):
    """What two runs must agree on, and the event's times, on which they must nearly agree.

    Ids of flows and alerts are made of a time to the nanosecond, so that they are left out with the numbering.
    """
    event = {key: value for key, value in event.items() if key not in ("id", "seq", "boot", "sensor")}
    event.get("net", {}).pop("iface", None)
    times = [seconds(event.pop("time"))]
    for part, names in (("flow", ("start", "end")), ("alert", ("first_seen", "last_seen"))):
        members = event.get(part, {})
        members.pop("id", None)
        members.pop("duration", None)
        times += [members.pop(name) for name in ("first_byte", "longest_stream") if name in members]
        times += [seconds(members.pop(name)) for name in names if name in members]
    return json.dumps(event, sort_keys=True), times


def compare(live, recorded):
    """Says what only one of two runs said; nothing where they agree."""
    left, right = sorted(map(comparable, live)), sorted(map(comparable, recorded))
    lines = [{line for line, _ in side} for side in (left, right)]
    found = [f"only watch:   {line}" for line in sorted(lines[0] - lines[1])]
    found += [f"only analyze: {line}" for line in sorted(lines[1] - lines[0])]
    if found or len(left) != len(right):
        return found or [f"watch wrote {len(left)} events, analyze {len(right)}"]
    return [f"times differ, {old} and {new}: {line}" for (line, old), (_, new) in zip(left, right)
            if any(abs(a - b) > CLOCK_TOLERANCE for a, b in zip(old, new, strict=True))]


# MARK: The test

def traffic(client, body):
    """Real requests, one after the other."""
    for host, extra in VISITS:
        options = [option.replace("BODY", str(body)) for option in extra]
        answer = run("ip", "netns", "exec", client, "curl", "--silent", "--show-error", "--insecure", "--max-time", "10",
                     "--resolve", f"{host}:443:{SERVER}", "--output", "/dev/null", "--write-out", "%{http_code}",
                     *options, f"https://{host}/v1/messages")
        assert answer.stdout == "200", f"{host}: {answer.stdout}"


def record(egret, directory, client, server, interface):
    """Traffic that all look at; returns what each watch wrote and where the recording is."""
    certificate, key, body = directory / "certificate.pem", directory / "key.pem", directory / "body"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=server.example",
        "-keyout", str(key), "-out", str(certificate))
    body.write_bytes(b"x" * 200_000)
    capture = directory / "traffic.pcap"
    outputs = {threads: directory / f"events-{threads}" for threads in THREADS}
    inside = ["ip", "netns", "exec"]
    with contextlib.ExitStack() as stack:
        stack.enter_context(started(*inside, server, sys.executable, __file__, "--serve", str(certificate), str(key),
                                    ready="serving", log=directory / "server.log"))
        recorder = stack.enter_context(started(
            *inside, client, "tcpdump", "-Z", "root", "-U", "-n", "-i", interface, "--time-stamp-precision=nano",
            "-w", str(capture), ready="listening on", log=directory / "tcpdump.log"))
        watches = []
        for threads, output in outputs.items():
            output.mkdir()
            watches.append(stack.enter_context(started(
                *inside, client, str(egret), "watch", "--interface", interface, "--flows", "all", "--rules", str(POLICY), "--output", str(output),
                "--threads", str(threads), "--stats-interval", "2", ready="watching",
                log=directory / f"watch-{threads}.log")))
        traffic(client, body)
        # The last acknowledgements, and the ring's own time-out.
        time.sleep(1.5)
        for process in [*watches, recorder]:
            process.send_signal(signal.SIGINT)
        for watch in watches:
            watch.wait(15)
    for threads, watch in zip(THREADS, watches):
        log = (directory / f"watch-{threads}.log").read_text(errors="replace")
        assert watch.returncode == 0, f"watch ended with status {watch.returncode}: {log}"
    dropped = (directory / "tcpdump.log").read_text(errors="replace")
    assert "0 packets dropped by kernel" in dropped, dropped
    texts = {threads: "".join(path.read_text() for path in sorted(output.glob("events-*.jsonl")))
             for threads, output in outputs.items()}
    return texts, capture


def validate(text):
    """Every event of the live run keeps to the schema."""
    result = subprocess.run([sys.executable, ROOT / "Tests/Scripts/validate_events.py"], input=text.encode(),
                            stdout=subprocess.PIPE, timeout=TIME_LIMIT)
    assert result.returncode in (0, 77), result.stdout.decode()


def test(egret, directory):
    with namespaces() as (client, server, interface):
        live, capture = record(egret, directory, client, server, interface)
    recorded = subprocess.run([egret, "analyze", "--flows", "all", "--rules", POLICY, "--output", "-", capture], cwd=ROOT, check=True,
                              stdout=subprocess.PIPE, text=True, timeout=TIME_LIMIT).stdout
    return [judge(text, threads, recorded) for threads, text in live.items()][0]


def judge(live, threads, recorded):
    """What one watch wrote is what analyze did; the numbers of flows and alerts."""
    validate(live)
    flows, alerts = events_of(live, {"flow"}), events_of(live, {"alert"})
    names = sorted(flow.get("tls", {}).get("sni", "") for flow in flows)
    assert names == sorted(host for host, _ in VISITS), f"the names that watch saw with {threads} threads: {names}"
    assert [alert for alert in alerts if alert["rule"]["id"] == "anthropic-ban"], "watch raised no alert"
    differences = compare(flows + alerts, events_of(recorded, {"flow", "alert"}))
    assert not differences, f"with {threads} threads:\n" + "\n".join(differences)
    lost = [event["capture"]["dropped_kernel"] for event in events_of(live, {"stats"})]
    assert lost and not any(lost), f"lost in the kernel: {lost}"
    return len(flows), len(alerts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=ROOT / ".build/debug/egret", type=pathlib.Path)
    parser.add_argument("--keep", action="store_true", help="keep the recording and the logs")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(*arguments.serve)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="egret-live-"))
    try:
        missing = [tool for tool in TOOLS if shutil.which(tool) is None]
        if os.geteuid() != 0 or missing:
            raise Skip(f"not installed: {', '.join(missing)}" if missing else "not root")
        flows, alerts = test(arguments.egret.resolve(), directory)
        print(f"{flows} flows and {alerts} alerts are the same live, with {THREADS} threads, and recorded")
        print("live test: 1 passed, 0 failed")
        return 0
    except Skip as reason:
        print(f"skipped: {reason}")
        return 77
    except (AssertionError, subprocess.SubprocessError) as error:
        print(f"{error}\nlive test: 0 passed, 1 failed")
        return 1
    finally:
        if arguments.keep:
            print(f"kept: {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
