#!/usr/bin/env python3
"""Holds `egret top` as people use it: keys in a terminal of its own, widths, colors, one frame in a pipe, and every way out.

A server in this process answers in the sensor's place at a Unix socket; the live tests ask a real sensor. After each way out the
terminal must work as before: the same modes, the cursor shown, the first screen.
"""
import argparse
import contextlib
import fcntl
import http.server
import json
import os
import pathlib
import pty
import re
import select
import signal
import socketserver
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EGRET = ""
failed = 0


def hold(condition, words):
    global failed
    if not condition:
        failed += 1
        print(f"WRONG {words}")


def row(names, flows, up, down, requests):
    return {"names": names, "series": [[10, flows, up, down, requests, 0]]}


def snapshot(number=0):
    return {
        "version": 1, "time": 1_790_000_040_000 + number * 1000, "started": 1_790_000_000_000, "sensor": "gw-1", "egret": "0.1.0",
        "selection": "ai", "minute": 29_833_334, "strip": row([], 7, 5_000_000, 70_000, 30), "raised": [],
        "products": [row(["anthropic", "claude-code", "inference"], 3, 246_500, 15_300, 12),
                     row(["alibaba", "dashscope", "inference"], 4, 6_400, 900_000, 18)],
        "further_products": row([], 0, 0, 0, 0) | {"series": []},
        "sources": [row(["10.1.2.3", "sales"], 4, 4_000_000, 1, 1), row(["10.1.2.4", "research"], 3, 1_000_000, 2, 29)],
        "further_sources": {"names": [], "series": []},
        "alerts": [{"id": "a", "status": "open", "severity": "high", "rule": "anthropic-ban", "title": "Not allowed", "message": "m",
                    "source": "10.1.2.3 (sales)", "host": "claude.ai", "flow": "0" * 16, "count": 2, "first": 1, "last": 2}],
        "flows": [],
        "health": {"packets": 978, "rate": 12, "lost": 3, "coverage": 0.9969, "reasons": [["EG101", "ring_full", "flows may stay unnamed"]],
                   "down": [], "flows": 20, "alerts": 1, "rules": 4, "catalog": "2026.11.30", "outputs": [], "processor": 1, "memory": 2,
                   "omitted": 0}}


class Sensor:
    """Answers as a sensor does, with a later time for each snapshot."""

    def __init__(self, path):
        self.status, self.number, sensor = 200, 0, self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                sensor.number += 1
                text = json.dumps(snapshot(sensor.number)) if sensor.status == 200 else "no\n"
                self.send_response(sensor.status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def address_string(self):
                return "local"

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True

        self.server = Server(str(path), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Terminal:
    """`egret top` in a terminal of its own."""

    def __init__(self, arguments, width=100, height=30, **environment):
        self.main, self.other = pty.openpty()
        self.resize(width, height)
        self.before = termios.tcgetattr(self.other)
        self.process = subprocess.Popen([EGRET, "top", *arguments], stdin=self.other, stdout=self.other, stderr=self.other, cwd=ROOT,
                                        env=dict(os.environ, TERM="xterm", **environment), start_new_session=True)
        self.output = b""

    def resize(self, width, height):
        fcntl.ioctl(self.other, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def press(self, keys):
        os.write(self.main, keys)

    def read(self, seconds=0.3):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.main], [], [], 0.05)[0]:
                with contextlib.suppress(OSError):
                    self.output += os.read(self.main, 65_536)

    def frame(self):
        """The lines of the latest frame, without what moves and colors."""
        last = self.output.decode(errors="replace").split("\x1b[H")[-1]
        return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).rstrip() for line in last.split("\r\n")]

    def until(self, words, seconds=30):
        end = time.monotonic() + seconds
        while not any(words in line for line in self.frame()):
            if time.monotonic() > end:
                hold(False, f"in vain waited for {words!r}: {self.frame()}")
                return
            self.read(0.1)

    def end(self, name, status=0):
        """Holds that the process ends and the terminal is as it was."""
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait(5)
        self.read(0.2)
        hold(code == status, f"{name}: status {code}")
        hold(termios.tcgetattr(self.other) == self.before, f"{name}: the modes of the terminal are not restored")
        text = self.output.decode(errors="replace")
        hold(text.rfind("\x1b[?25h") > text.rfind("\x1b[?25l"), f"{name}: the cursor stays hidden")
        hold(text.rfind("\x1b[?1049l") > text.rfind("\x1b[?1049h"), f"{name}: the second screen stays")
        os.close(self.main)
        os.close(self.other)


def keys(where):
    """Sort, filter, pause, help, a change of size, and quit."""
    terminal = Terminal(where)
    terminal.until("10.1.2.3")
    frame = terminal.frame()
    hold("gw-1" in frame[0] and "99.6 % judged" in frame[1] and any("EG101" in line for line in frame[:5]), f"head: {frame[:5]}")
    hold(any("anthropic-ban" in line for line in frame) and frame[-1].startswith("q quit"), f"alerts and keys: {frame[-8:]}")
    hold(len(frame) == 30, f"{len(frame)} lines on 30 rows")
    order = [line for line in frame if "inference" in line]
    hold("dashscope" in order[0], f"by bytes: {order}")
    terminal.press(b"u")
    terminal.until("by sent")
    hold("claude-code" in [line for line in terminal.frame() if "inference" in line][0], "u sorts by bytes sent")
    terminal.press(b"/dash\r")
    terminal.until('only with "dash"')
    hold(not any("claude-code" in line for line in terminal.frame()), "the filter leaves out others")
    terminal.press(b"/\x1b")
    terminal.until("claude-code")
    terminal.press(b"p")
    terminal.until(", paused")
    held = terminal.frame()[0]
    terminal.read(2.5)
    hold(terminal.frame()[0] == held, "a paused frame stays")
    terminal.press(b"p")
    terminal.read(2.5)
    hold(terminal.frame()[0] not in (held, held.replace(", paused", "")), "the frame continues")
    terminal.press(b"h")
    terminal.until("quit")
    terminal.press(b"h")
    terminal.resize(40, 12)
    terminal.read(1)
    frame = terminal.frame()
    hold(len(frame) == 12 and max(map(len, frame)) <= 40, f"40 by 12: {len(frame)}, {max(map(len, frame))}")
    terminal.press(b"q")
    terminal.end("q")


def ways_out(where, sensor):
    """Every way out restores the terminal."""
    for name, leave, status in [
            ("Ctrl-C", lambda t: t.press(b"\x03"), 0), ("SIGINT", lambda t: t.process.send_signal(signal.SIGINT), 0),
            ("SIGTERM", lambda t: t.process.send_signal(signal.SIGTERM), 0),
            ("SIGHUP", lambda t: t.process.send_signal(signal.SIGHUP), 0)]:
        terminal = Terminal(where)
        terminal.until("10.1.2.3")
        hold(termios.tcgetattr(terminal.other) != terminal.before, f"{name}: the terminal is not in the mode of keys")
        leave(terminal)
        terminal.end(name, status)
    # Stopped as by Ctrl-Z, it gives the terminal back, and takes it again when it continues.
    terminal = Terminal(where)
    terminal.until("10.1.2.3")
    terminal.process.send_signal(signal.SIGQUIT)
    terminal.press(b"\x1a")
    state = pathlib.Path(f"/proc/{terminal.process.pid}/stat")
    end = time.monotonic() + 20
    while state.read_text().rsplit(")", 1)[1].split()[0] != "T" and time.monotonic() < end:
        terminal.read(0.1)
    hold(state.read_text().rsplit(")", 1)[1].split()[0] == "T", "Ctrl-Z does not stop it")
    hold(termios.tcgetattr(terminal.other) == terminal.before, "stopped: the modes of the terminal are not restored")
    terminal.process.send_signal(signal.SIGCONT)
    terminal.output = b""
    terminal.until("10.1.2.3")
    hold(termios.tcgetattr(terminal.other) != terminal.before, "continued: the terminal is not in the mode of keys")
    # A sensor that goes away is told, and what was there stays; one that comes back ends that.
    sensor.status = 503
    terminal.until("what is shown is old")
    hold(any("10.1.2.3" in line for line in terminal.frame()), "the old frame stays")
    sensor.status = 200
    terminal.read(3)
    hold(not any("is old" in line for line in terminal.frame()), "the notice ends")
    terminal.press(b"q")
    terminal.end("q after all")


def frames(where, sensor, socket):
    """One frame in a pipe and with --once: width, colors, errors."""
    def run(*arguments, **environment):
        return subprocess.run([EGRET, "top", *where, *arguments], capture_output=True, text=True, timeout=60, cwd=ROOT, check=False,
                              env=dict(os.environ, **environment))

    for width in (40, 80, 200):
        result = run(COLUMNS=str(width))
        lines = result.stdout.splitlines()
        hold(result.returncode == 0 and lines and max(map(len, lines)) <= width, f"COLUMNS={width}: {result}")
        hold("\x1b" not in result.stdout and "246.5 kB" in result.stdout and "10.1.2.4" in result.stdout, f"COLUMNS={width}: {lines}")
    hold(run("--filter", "sales").stdout.count("10.1.2.4") == 0, "--filter")
    hold(run("--sort", "sent").stdout.index("claude-code") < run("--sort", "sent").stdout.index("dashscope"), "--sort")
    for environment, is_colored in (({}, True), ({"NO_COLOR": "1"}, False)):
        terminal = Terminal([*where, "--once"], **environment)
        terminal.process.wait(30)
        terminal.read()
        hold((b"\x1b[1m" in terminal.output) == is_colored and b"\x1b[?1049h" not in terminal.output, f"--once with {environment}")
        os.close(terminal.main)
        os.close(terminal.other)
    sensor.status = 404
    result = run()
    hold(result.returncode == 1 and "http.page: true" in result.stderr and not result.stdout, f"no page: {result}")
    sensor.status = 200
    for arguments, status, words in [
            (["--connect", "unix:/nonexistent.sock"], 1, "does not answer"), (["--connect", "example.org:1"], 2, "127.0.0.1:9477"),
            (["--sort", "size"], 2, "bytes")]:
        result = subprocess.run([EGRET, "top", *arguments], capture_output=True, text=True, timeout=60, check=False)
        hold(result.returncode == status and words in result.stderr, f"{arguments}: {result}")
    with tempfile.TemporaryDirectory() as directory:
        config = pathlib.Path(directory) / "egret.yaml"
        config.write_text(f"http: {{listen: ['unix:{socket}'], page: true}}\n")
        result = subprocess.run([EGRET, "top", "--config", str(config)], capture_output=True, text=True, timeout=60, check=False)
        hold(result.returncode == 0 and "gw-1" in result.stdout, f"--config: {result}")
        config.write_text("http: {page: true}\n")
        result = subprocess.run([EGRET, "top", "--config", str(config)], capture_output=True, text=True, timeout=60, check=False)
        hold(result.returncode == 2 and "--connect" in result.stderr, f"no address: {result}")


def main():
    global EGRET
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=str(ROOT / ".build/debug/egret"))
    EGRET = str(pathlib.Path(parser.parse_args().egret).resolve())
    with tempfile.TemporaryDirectory() as directory:
        socket = pathlib.Path(directory) / "http.sock"
        sensor = Sensor(socket)
        where = ["--connect", f"unix:{socket}"]
        keys(where)
        ways_out(where, sensor)
        frames(where, sensor, socket)
    print(f"egret top: {'failed' if failed else 'passed'}")
    return 1 if failed else 0


sys.exit(main())
