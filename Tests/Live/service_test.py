#!/usr/bin/env python3
"""The life of `egret watch` as a service: what it tells the service manager, what it gives up, what signals do, and how its
sequence continues from one run to the next, also after it was killed.

It watches the loopback interface of a network namespace of its own. Everything it makes it takes away again; only what it
started is stopped.

Exit status 77: not root, or no namespaces here.  usage: service_test.py [--egret PATH]
"""
import argparse
import contextlib
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
# A process has long begun to capture after this many seconds.
START_TIME = 1.0


RUNNING = []


class Service:
    """One run of `egret watch`, and a manager that hears what it says."""

    def __init__(self, egret, space, directory, *more, output="events"):
        self.directory, self.heard = directory, []
        self.address = directory / "notify"
        self.address.unlink(missing_ok=True)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(self.address))
        self.manager.setblocking(False)
        self.log = open(directory / "log", "ab")
        environment = dict(os.environ, NOTIFY_SOCKET=str(self.address), WATCHDOG_USEC="5000000")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", space, egret, "watch", "--interface", "lo", "--flows", "all", "--output",
             str(directory / output), "--state", str(directory / "state"), "--sensor-id", "s", "--user", USER, *more],
            env=environment, stdout=self.log, stderr=self.log, cwd=ROOT)
        RUNNING.append(self.process)

    def has_heard(self, word):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard.append(self.manager.recv(4096).decode())
        assert self.process.poll() is None or word.startswith("STOP"), (self.directory / "log").read_text()
        return sum(word in message for message in self.heard)

    def events(self):
        lines = []
        for path in sorted((self.directory / "events").glob("events-*.jsonl"), key=lambda path: path.stat().st_mtime_ns):
            lines += [json.loads(line) for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return lines

    def status(self):
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait(60)
        return self.process.returncode


def talk(space, count):
    """Datagrams that no one reads."""
    script = f"for i in $(seq {count}); do echo hello > /dev/udp/127.0.0.1/9; done"
    subprocess.run(["ip", "netns", "exec", space, "bash", "-c", script], stderr=subprocess.DEVNULL, check=False)


def check_rights(service):
    """Every thread of it has given up all that the first has."""
    for thread in pathlib.Path(f"/proc/{service.process.pid}/task").iterdir():
        status = dict(line.split(":\t", 1) for line in (thread / "status").read_text().splitlines() if ":\t" in line)
        assert status["Uid"].split() == [USER] * 4, status["Uid"]
        for sets in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert int(status[sets], 16) == 0, f"{sets} {status[sets]}"
        assert status["NoNewPrivs"].strip() == "1" and status["Seccomp"].strip() == "2", status


def first_life(egret, space, directory):
    """From the start over all signals to an orderly end; returns the number of the last event."""
    service = Service(egret, space, directory)
    until(lambda: service.has_heard("READY=1"), "READY=1")
    assert any("STATUS=watching lo" in message for message in service.heard), service.heard
    check_rights(service)
    until(lambda: service.has_heard("WATCHDOG=1") >= 2, "two signs of life")
    service.process.send_signal(signal.SIGUSR1)
    until(lambda: any(event["type"] == "stats" for event in service.events()), "stats after SIGUSR1")
    service.process.send_signal(signal.SIGHUP)
    until(lambda: service.has_heard("RELOADING=1"), "RELOADING=1")
    until(lambda: service.has_heard("READY=1") >= 2, "READY=1 after the reload")
    until(lambda: any(event["type"] == "audit" for event in service.events()), "the audit event of the reload")
    talk(space, 20)
    assert service.end(signal.SIGTERM) == 0, (directory / "log").read_text()
    assert service.has_heard("STOPPING=1"), service.heard
    events = service.events()
    flows = [event for event in events if event["type"] == "flow"]
    assert sum(flow["flow"]["packets_up"] for flow in flows if flow["dst"]["port"] == 9) == 20, flows
    check_sequence(events, 1)
    assert events[-1]["type"] == "stop" and events[-1]["stop"]["events"] == len(events) - 1, events[-1]
    check_first_sightings(events, directory)
    owner = (directory / "events").stat().st_uid
    assert str(owner) == USER, f"the directory that was made belongs to {owner}"
    return events[-1]["seq"]


def check_first_sightings(events, directory):
    """The sandboxed sensor keeps first sightings in its state directory, and learns since the first run."""
    notices = [event["audit"]["detail"] for event in events if event["type"] == "audit" and event["audit"]["kind"] == "first_seen_learning"]
    assert notices and len(set(notices)) == 1, notices
    state = directory / "state/first-seen.state"
    assert state.stat().st_mode & 0o777 == 0o600 and str(state.stat().st_uid) == USER, state.stat()
    assert state.read_text().startswith("egret-first-seen\t1\n"), state.read_text()[:100]
    assert not any(event["type"] == "health" and event["health"]["kind"].startswith("first_seen") for event in events), "health"


def check_sequence(events, first):
    numbers = [event["seq"] for event in events]
    assert numbers == list(range(first, first + len(numbers))), f"from {first}: {numbers}"


def second_life(egret, space, directory, last):
    """It continues counting, under a new boot id, and is killed in the middle."""
    service = Service(egret, space, directory)
    until(lambda: service.has_heard("WATCHDOG=1"), "a sign of life")
    until(lambda: len({event["id"].split("/")[1] for event in service.events()}) == 2, "events of a second boot")
    check_first_sightings(service.events(), directory)
    talk(space, 5)
    until(lambda: not json.loads((directory / "state/sensor.json").read_text())["isClean"], "the state of the second run")
    service.end(signal.SIGKILL)
    boot = service.events()[-1]["id"].split("/")[1]
    check_sequence([event for event in service.events() if f"/{boot}/" in event["id"]], last + 1)
    return json.loads((directory / "state/sensor.json").read_text())["next"]


def early_ends(egret, space, directory, count):
    """A SIGTERM is answered however soon it comes: the process ends, in order or by the signal itself before it holds it."""
    for number in range(count):
        process = subprocess.Popen(
            ["ip", "netns", "exec", space, egret, "watch", "--interface", "lo", "--no-rules", "--sandbox", "off", "--output",
             str(directory / "early")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        RUNNING.append(process)
        time.sleep(number * START_TIME / count)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM), process.returncode
        RUNNING.remove(process)


def third_life(egret, space, directory, saved):
    """After the crash there is a gap, so that no one takes what was lost for nothing."""
    service = Service(egret, space, directory, "--stats-interval", "1")
    until(lambda: service.has_heard("READY=1"), "READY=1")
    assert service.end(signal.SIGTERM) == 0
    boot = service.events()[-1]["id"].split("/")[1]
    check_sequence([event for event in service.events() if f"/{boot}/" in event["id"]], saved + 1_000_000)


def with_secrets(egret, space, directory):
    """Keys and headers are read behind the sandbox, by the user that egret becomes; pseudonyms are in the events."""
    (directory / "secret").mkdir(mode=0o755)
    keys, evidence, headers = (directory / "secret" / name for name in ("privacy.keys", "evidence.pem", "headers"))
    subprocess.run([egret, "key", "privacy", keys], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([egret, "key", "evidence", evidence], check=True, stdout=subprocess.DEVNULL)
    headers.write_text("Authorization: Bearer x\n")
    headers.chmod(0o600)
    for path in (keys, evidence, headers):
        os.chown(path, int(USER), int(USER))
    service = Service(egret, space, directory, "--privacy-key", keys, "--privacy-sources", "pseudonym", "--evidence-key", evidence,
                      "--output", "http://127.0.0.1:9/x", "--webhook-headers", headers, output="hidden")
    until(lambda: service.has_heard("READY=1"), "READY=1 with keys and headers")
    talk(space, 3)
    assert service.end(signal.SIGTERM) == 0, (directory / "log").read_text()
    lines = [json.loads(line) for path in (directory / "hidden").glob("events-*.jsonl") for line in path.read_text().splitlines()]
    sources = {line["src"]["ip"] for line in lines if line.get("type") == "flow"}
    assert sources and "127.0.0.1" not in sources, sources
    subprocess.run([egret, "verify", directory / "hidden"], check=True, stdout=subprocess.DEVNULL)


def refused(egret, space, directory):
    """What cannot be written to is known at the start, as the user that will write."""
    (directory / "closed").mkdir(mode=0o700)
    service = Service(egret, space, directory, output="closed")
    service.process.wait(60)
    assert service.process.returncode == 1, service.process.returncode
    said = (directory / "log").read_text()
    assert "the output cannot be opened" in said and f"{directory / 'closed'}/events-" in said, said
    # So are the places of the state and of the metrics.
    service = Service(egret, space, directory, "--metrics-file", directory / "closed" / "egret.prom")
    service.process.wait(60)
    assert service.process.returncode == 1, service.process.returncode
    assert f"{directory / 'closed'} cannot be written to by {USER}" in (directory / "log").read_text()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=ROOT / ".build/debug/egret", type=pathlib.Path)
    arguments = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="egret-service-"))
    # The user that egret becomes must get to its directories and to the rules.
    directory.chmod(0o755)
    try:
        if os.geteuid() != 0 or shutil.which("ip") is None:
            raise Skip("not root, or no ip command")
        egret = str(arguments.egret.resolve())
        with namespace("egrets") as space:
            last = first_life(egret, space, directory)
            saved = second_life(egret, space, directory, last)
            third_life(egret, space, directory, saved)
            with_secrets(egret, space, directory)
            refused(egret, space, directory)
            early_ends(egret, space, directory, 100)
        print("service test: 6 passed, 0 failed")
        return 0
    except Skip as reason:
        print(f"skipped: {reason}")
        return 77
    except (AssertionError, subprocess.SubprocessError) as error:
        print((directory / "log").read_text())
        print(f"{error}\nservice test: 0 passed, 1 failed")
        return 1
    finally:
        for process in RUNNING:
            if process.poll() is None:
                process.kill()
                process.wait(10)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
