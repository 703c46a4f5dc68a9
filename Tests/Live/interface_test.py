#!/usr/bin/env python3
"""An interface that is deleted and made again under `egret watch`: what the run does, and which events say so.

In the sandbox no socket can be bound to the new interface: the run ends with status 1, and its `stop` event says why. With
`--rebind`, and without the sandbox, it continues and captures there.

Exit status 77: not root, or no namespaces here.  usage: interface_test.py [--egret PATH]
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from common import Skip, namespace, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME, PEER = "watched0", "watched1"


def make(space):
    subprocess.run(["ip", "-n", space, "link", "add", NAME, "type", "veth", "peer", "name", PEER], check=True)
    for device, address in ((NAME, "192.0.2.1/25"), (PEER, "192.0.2.129/25")):
        subprocess.run(["ip", "-n", space, "address", "add", address, "dev", device], check=True)
        subprocess.run(["ip", "-n", space, "link", "set", device, "up"], check=True)


def send(space):
    """A broadcast out of the watched interface, which needs no neighbor."""
    subprocess.run(["ip", "netns", "exec", space, sys.executable, "-c",
                    "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
                    "s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1);"
                    "s.sendto(b'after', ('192.0.2.127', 9))"], check=True)


def events(directory):
    found = []
    for path in sorted(directory.glob("events-*.jsonl")):
        found += [json.loads(line) for line in path.read_text().splitlines()]
    return found


def kinds(directory):
    return [event["health"]["kind"] for event in events(directory) if event["type"] == "health"]


def play(egret, space, directory, options):
    """Deletes the interface and makes it again; returns the process, which has ended if it does not go on."""
    make(space)
    log = open(directory / "log", "wb")
    process = subprocess.Popen(["ip", "netns", "exec", space, egret, "watch", "--interface", NAME, "--flows", "all", "--no-rules",
                                "--output", str(directory / "events"), *options], stdout=log, stderr=log, cwd=ROOT)
    try:
        until(lambda: b"watching" in (directory / "log").read_bytes(), "the start")
        time.sleep(1)
        subprocess.run(["ip", "-n", space, "link", "delete", NAME], check=True)
        until(lambda: "interface_down_began" in kinds(directory / "events"), "the event that says that it is gone")
        make(space)
        until(lambda: process.poll() is not None or "interface_down_ended" in kinds(directory / "events"),
              "the end of the run, or the event that it is back")
        for _ in range(20):
            if process.poll() is not None:
                break
            send(space)
            time.sleep(0.1)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)
        subprocess.run(["ip", "-n", space, "link", "delete", NAME], check=False)
    return process.returncode


def test(egret, space, directory, options, continues):
    status = play(egret, space, directory, options)
    found = events(directory / "events")
    stop = next(event["stop"] for event in found if event["type"] == "stop")
    flows = [event for event in found if event["type"] == "flow" and event["dst"].get("port") == 9]
    if continues:
        assert status == 0 and stop["reason"] != "failure", (status, stop)
        assert flows, "nothing was captured on the new interface"
    else:
        assert status == 1 and stop["reason"] == "failure", (status, stop)
        assert NAME in stop["detail"] and "service.rebind" in stop["detail"], stop


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=ROOT / ".build/debug/egret")
    egret = str(pathlib.Path(parser.parse_args().egret).resolve())
    if os.geteuid() != 0 or not shutil.which("ip"):
        raise Skip("not root, or no ip")
    failed = 0
    cases = [("in the sandbox the run ends and says why", [], False), ("with --rebind it continues", ["--rebind"], True),
             ("without the sandbox it continues", ["--sandbox", "off"], True)]
    for name, options, continues in cases:
        with namespace("again") as space, tempfile.TemporaryDirectory() as directory:
            try:
                test(egret, space, pathlib.Path(directory), options, continues)
                print(f"ok     {name}")
            except AssertionError as error:
                failed += 1
                print(f"FAILED {name}: {error}")
    print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skip as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
