#!/usr/bin/env python3
"""Metrics and health over HTTP, as they are asked for: by Prometheus, by promtool, by probes, and by those who mean harm.

`egret watch` runs as it does as a service, sandboxed and as another user, on the loopback interface of a network namespace of its
own. Its capturing thread is held still for a while, to see that health is told by that thread and by no other. Everything that the
test makes it takes away again; only what it started is stopped.

Exit status 77: not root, or no namespaces here.  usage: http_test.py [--egret PATH]
"""
import argparse
import contextlib
import ctypes
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from common import Skip, namespace, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
USER = "65534"
PORT = 9477
METRICS = """
    egret_build_info egret_capture_packets_total egret_capture_dropped_packets_total egret_capture_bytes_total
    egret_parse_errors_total egret_flows_active egret_flows_evicted_total egret_flow_table_bytes egret_tls_hellos_total
    egret_quic_initials_total egret_rules_last_reload_success egret_rules_last_reload_timestamp_seconds
    egret_catalog_age_seconds egret_output_events_total egret_output_lag_seconds egret_health_degraded
    process_cpu_seconds_total process_resident_memory_bytes
""".split()


def enter(space):
    """Puts this process into a network namespace."""
    with open(f"/var/run/netns/{space}", "rb") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0x40000000) != 0:
            raise Skip("this machine lets no namespace be entered")


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket of the file system."""

    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(str(self.path))


def ask(path, method="GET", unix=None):
    connection = UnixConnection(unix) if unix else http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    with contextlib.closing(connection):
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def raw(data=b""):
    connection = socket.create_connection(("127.0.0.1", PORT), timeout=20)
    connection.sendall(data)
    return connection


@contextlib.contextmanager
def held(thread):
    """Holds one thread of another process still, and none of its others."""
    trace = ctypes.CDLL(None, use_errno=True).ptrace
    trace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    seize, interrupt, detach = 0x4206, 0x4207, 17
    if trace(seize, thread, None, None) != 0:
        raise AssertionError("the thread cannot be held")
    trace(interrupt, thread, None, None)
    os.waitpid(thread, 0x40000000)
    try:
        yield
    finally:
        trace(detach, thread, None, None)


class Manager:
    """What a service manager hears."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)

    def hears(self):
        heard = []
        with contextlib.suppress(BlockingIOError):
            while True:
                heard.append(self.socket.recv(4096).decode())
        return heard


def start(egret, directory, *more):
    log = open(directory / "log", "ab")
    environment = dict(os.environ, NOTIFY_SOCKET=str(directory / "notify"), WATCHDOG_USEC="30000000")
    return subprocess.Popen(
        [egret, "watch", "--interface", "lo", "--flows", "all", "--output", str(directory / "events"), "--user", USER,
         "--http-listen", f"127.0.0.1:{PORT}", *more], env=environment, stdout=log, stderr=log, cwd=ROOT)


def asks(unix):
    """What is answered, and to whom."""
    assert ask("/healthz") == (200, "ok\n") and ask("/readyz") == (200, "ok\n")
    assert ask("/readyz", unix=unix) == (200, "ok\n")
    status, text = ask("/metrics")
    assert status == 200
    names = {line.split("{")[0].split(" ")[0] for line in text.splitlines() if not line.startswith("#")}
    assert set(METRICS) <= names, f"missing: {set(METRICS) - names}"
    assert ask("/metrics", "HEAD") == (200, "") and ask("/nothing")[0] == 404
    assert ask("/metrics", "POST")[0] == 405
    check = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert check.returncode == 0 and not check.stdout + check.stderr, check.stdout + check.stderr
    return text


def harm():
    """Those who send garbage, too much, or slowly, do no harm to others."""
    slow = [raw(b"GET /metrics HTTP/1.1\r\nX: ") for _ in range(12)]
    for data in (os.urandom(4000), b"\0" * 4000, b"GET " + b"/" * 100_000, b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 20_000):
        with contextlib.suppress(OSError), contextlib.closing(socket.create_connection(("127.0.0.1", PORT), 20)) as one:
            one.sendall(data)
            assert b"200 OK" not in one.recv(4096)
    assert ask("/healthz")[0] == 200, "twelve slow connections keep others out"
    begin = time.monotonic()
    for connection in slow:
        with contextlib.suppress(OSError):
            while connection.recv(4096):
                pass
        connection.close()
    assert time.monotonic() - begin < 15, "slow connections are not let go of"
    many = [raw() for _ in range(60)]
    time.sleep(0.5)
    for connection in many:
        connection.close()
    until(lambda: ask_or_none("/healthz") == 200, "an answer after too many connections")
    text = ask("/metrics")[1]
    refused = [line for line in text.splitlines() if line.startswith('egret_http_connections_total{result="refused"}')]
    assert int(refused[0].split()[1]) > 0, refused


def ask_or_none(path):
    try:
        return ask(path)[0]
    except (OSError, http.client.HTTPException):
        return None


def capture_stops(sensor, manager):
    """Where the capturing thread has stopped, no one says that the sensor lives; and again when it continues."""
    with held(sensor.pid):
        manager.hears()
        until(lambda: ask("/healthz")[0] == 503, "503 of a sensor that has stopped", 30)
        assert "has stopped" in ask("/readyz")[1] and ask("/metrics")[0] == 200
        heard = [message for message in manager.hears() if "WATCHDOG" in message]
        assert not heard, f"signs of life of a sensor that has stopped: {heard}"
    until(lambda: ask("/healthz")[0] == 200, "200 of a sensor that continues")
    until(lambda: any("WATCHDOG=1" in message for message in manager.hears()), "a sign of life")


def prometheus(directory):
    """A real Prometheus takes the metrics."""
    (directory / "prometheus.yml").write_text(
        f"global:\n  scrape_interval: 1s\nscrape_configs:\n- job_name: egret\n  static_configs:\n"
        f"  - targets: ['127.0.0.1:{PORT}']\n")
    with open(directory / "prometheus.log", "wb") as log:
        server = subprocess.Popen(
            ["prometheus", f"--config.file={directory}/prometheus.yml", f"--storage.tsdb.path={directory}/tsdb",
             "--web.listen-address=127.0.0.1:9090"], stdout=log, stderr=log)
    try:
        def query(expression):
            connection = http.client.HTTPConnection("127.0.0.1", 9090, timeout=20)
            try:
                connection.request("GET", f"/api/v1/query?query={expression}")
                result = json.loads(connection.getresponse().read())
                return [float(entry["value"][1]) for entry in result["data"]["result"]]
            except (OSError, ValueError, KeyError):
                return []
            finally:
                connection.close()

        until(lambda: query("up") == [1.0], "up == 1 in Prometheus", 90)
        until(lambda: sum(query("egret_capture_packets_total")) > 0, "packets in Prometheus")
        assert len(query("egret_capture_dropped_packets_total")) == 2
    finally:
        server.terminate()
        server.wait(30)


def refusals(egret, directory):
    """What can be reached from elsewhere takes the key that says so; what is in use is told."""
    for arguments, words in (
            (["--http-listen", "0.0.0.0:9477"], "http.listen_exposed is for such addresses"),
            (["--http-listen-exposed", f"127.0.0.1:{PORT}"], "cannot be listened at")):
        run = subprocess.run([egret, "watch", "--interface", "lo", "--output", str(directory / "other"), *arguments],
                             capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)
        assert run.returncode != 0 and words in run.stderr, run.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=ROOT / ".build/debug/egret", type=pathlib.Path)
    arguments = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="egret-http-"))
    directory.chmod(0o755)
    sensor = None
    try:
        if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "promtool", "prometheus"))):
            raise Skip("not root, or no ip, promtool or prometheus")
        egret = str(arguments.egret.resolve())
        with namespace("egreth") as space:
            enter(space)
            manager, unix = Manager(directory / "notify"), directory / "http.sock"
            sensor = start(egret, directory, "--http-listen", f"unix:{unix}")
            until(lambda: sensor.poll() is not None or ask_or_none("/metrics") == 200, "an answer")
            assert sensor.poll() is None, "the sensor ended"
            assert (unix.stat().st_uid, unix.stat().st_mode & 0o777) == (int(USER), 0o660)
            asks(unix)
            prometheus(directory)
            harm()
            refusals(egret, directory)
            capture_stops(sensor, manager)
            subprocess.run(["ip", "link", "set", "lo", "down"], check=True)
            until(lambda: "is down" in ask("/readyz", unix=unix)[1], "503 where the interface is down")
            assert ask("/healthz", unix=unix)[0] == 200
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            until(lambda: ask("/readyz", unix=unix)[0] == 200, "readiness where it is up again")
            sensor.send_signal(signal.SIGTERM)
            assert sensor.wait(60) == 0
            # What it left behind does not keep the next one from its socket.
            sensor = start(egret, directory, "--http-listen", f"unix:{unix}")
            until(lambda: sensor.poll() is not None or ask_or_none("/readyz") == 200, "an answer of the second run")
            assert ask("/readyz", unix=unix)[0] == 200
            sensor.send_signal(signal.SIGTERM)
            assert sensor.wait(60) == 0
        print("http test: 1 passed, 0 failed")
        return 0
    except Skip as reason:
        print(f"skipped: {reason}")
        return 77
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        print((directory / "log").read_text() if (directory / "log").exists() else "")
        print(f"{type(error).__name__}: {error}\nhttp test: 0 passed, 1 failed")
        return 1
    finally:
        if sensor and sensor.poll() is None:
            sensor.kill()
            sensor.wait(10)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
