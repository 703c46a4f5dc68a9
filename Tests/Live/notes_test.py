#!/usr/bin/env python3
"""What `egret watch` says on standard error while it runs: once when something begins to be wrong and once when it ends.

An interface that goes down and comes back, rules that cannot be read and are corrected, and an output whose reader goes away and
comes back. Each must have one line for its beginning and one for its end, however often it is tried between, and the same episode in
the health events.

Exit status 77: not root, or no namespaces here.  usage: notes_test.py [--egret PATH]
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from common import Skip, namespace, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOOD = "version: 1\nrules:\n- {id: any-udp, title: t, match: {net.transport: udp}}\n"
BAD = "version: 1\nrules:\n- {id: any-udp, titel: t, match: {net.transport: udp}}\n"


class Reader:
    """Reads what an output writes to a Unix socket, until it is closed."""

    def __init__(self, path):
        path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.path, self.connections = path, []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.drain, args=[connection], daemon=True).start()

    @staticmethod
    def drain(connection):
        try:
            while connection.recv(65_536):
                pass
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self.path.unlink()


class Sensor:
    """A run of `egret watch`, with what it says and the health events that it writes."""

    def __init__(self, egret, space, directory, *more):
        self.log, self.events = directory / "log", directory / "events"
        with open(self.log, "wb") as file:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", space, egret, "watch", "--interface", "lo", "--flows", "all", "--stats-interval", "1",
                 "--output", str(self.events), "--sandbox", "off", *more], stdout=file, stderr=file, cwd=ROOT)
        until(lambda: "watching" in self.said() or self.process.poll() is not None, "the start")
        assert self.process.poll() is None, self.said()

    def said(self):
        return self.log.read_text(errors="replace")

    def lines(self, words):
        return [line for line in self.said().splitlines() if words in line]

    def kinds(self):
        lines = (self.events / "current").read_text().splitlines()
        return [event["health"]["kind"] for event in map(json.loads, lines) if event["type"] == "health"]

    def episode(self, code, words, cause, again, cure):
        """One line when it begins, none while it is tried again, one when it ends."""
        begun, ended = f"egret: {code}: {words} began: ", f"egret: {code}: {words} ended: "
        assert not self.lines(begun), self.said()
        cause()
        until(lambda: self.lines(begun), f"'{begun}'")
        for _ in range(3):
            again()
            time.sleep(1.2)
        assert not self.lines(ended), self.said()
        cure()
        until(lambda: self.lines(ended), f"'{ended}'")
        time.sleep(1.5)
        assert (len(self.lines(begun)), len(self.lines(ended))) == (1, 1), self.said()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        finally:
            if self.process.poll() is None:
                self.process.kill()


def interface(egret, space, directory):
    def link(state):
        return lambda: subprocess.run(["ip", "-n", space, "link", "set", "lo", state], check=True)

    sensor = Sensor(egret, space, directory, "--no-rules")
    try:
        sensor.episode("EG104", "interface down", link("down"), lambda: None, link("up"))
        kinds = sensor.kinds()
        assert kinds.count("interface_down_began") == kinds.count("interface_down_ended") == 1, kinds
    finally:
        link("up")()
        status = sensor.end()
    assert status == 0, sensor.said()


def reload(egret, space, directory):
    rules = directory / "rules.yaml"
    rules.write_text(GOOD)
    sensor = Sensor(egret, space, directory, "--rules", str(rules), "--no-reload-on-change")

    def write(text):
        def do():
            rules.write_text(text)
            sensor.process.send_signal(signal.SIGHUP)
        return do

    try:
        sensor.episode("EG103", "reload failed", write(BAD), write(BAD), write(GOOD))
        line = sensor.lines("reload failed began")[0]
        assert "rules.yaml:3" in line, line
    finally:
        status = sensor.end()
    assert status == 0, sensor.said()


def output(egret, space, directory):
    path = directory / "reader.sock"
    readers = [Reader(path)]
    sensor = Sensor(egret, space, directory, "--no-rules", "--output", f"unix:{path}")

    def talk():
        subprocess.run(["ip", "netns", "exec", space, "bash", "-c", "echo x > /dev/udp/127.0.0.1/9"], check=False, stderr=subprocess.DEVNULL)

    try:
        time.sleep(2)
        assert not sensor.lines("EG109"), sensor.said()
        sensor.episode("EG109", "output failed", readers[0].close, talk, lambda: readers.append(Reader(path)))
        kinds = sensor.kinds()
        assert kinds.count("output_failed_began") == kinds.count("output_failed_ended") == 1, kinds
    finally:
        sensor.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=ROOT / ".build/debug/egret")
    egret = str(pathlib.Path(parser.parse_args().egret).resolve())
    if os.geteuid() != 0 or not shutil.which("ip"):
        raise Skip("not root, or no ip")
    failed = 0
    for test in (interface, reload, output):
        with namespace("notes") as space, tempfile.TemporaryDirectory() as directory:
            try:
                test(egret, space, pathlib.Path(directory))
                print(f"ok     {test.__name__}")
            except AssertionError as error:
                failed += 1
                print(f"FAILED {test.__name__}: {error}")
    print(f"3 cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
