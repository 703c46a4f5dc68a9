#!/usr/bin/env python3
"""Opens reports in Chromium over its DevTools protocol and holds what a reader relies on.

For a report of ordinary events and one of hostile names: no error on the console, no request to anywhere, no script but the
report's own, hostile names stay text, tables sort, no horizontal scrolling of the page in a narrow window, and text with a
contrast of 4.5 to 1 in the light and the dark form. The same for the live page of a real sensor, as root, with its filters, its
periods and what it refuses. Screenshots go to --out: light, dark, narrow and print.
Exit status 77 if there is no Chromium.
"""
import argparse
import base64
import json
import os
import pathlib
import random
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

import live_page
import live_sensor

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOSTILE = [
    "<script>window.broken=1</script>.example", "\"><img src=http://198.51.100.9/x onerror=window.broken=1>",
    "\u202egnp.exe\u202c.example", "a" * 253, "'onmouseover='window.broken=1", "</table></section><h1>x", "&lt;b&gt;",
    "javascript:window.broken=1", "\x1b[31mred", "=HYPERLINK(\"http://198.51.100.9\")",
]
# The same as names on the wire, in lower case, with what the live page shows of each.
ON_WIRE = {name: name.lower().replace("\u202e", "\\u{202e}").replace("\u202c", "\\u{202c}").replace("\x1b", "\\u{1b}") for name in HOSTILE}


class Socket:
    """A WebSocket client (RFC 6455) for text messages, as the DevTools protocol uses them."""

    def __init__(self, address):
        host, path = address.removeprefix("ws://").split("/", 1)
        name, port = host.split(":")
        self.socket = socket.create_connection((name, int(port)), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.socket.recv(65536)
        self.rest = self.rest.split(b"\r\n\r\n", 1)[1]

    def take(self, count):
        while len(self.rest) < count:
            more = self.socket.recv(1 << 20)
            if not more:
                raise ConnectionError("the browser closed the connection")
            self.rest += more
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def send(self, text):
        payload, mask = text.encode(), os.urandom(4)
        size = len(payload)
        head = b"\x81" + (bytes([0x80 | size]) if size < 126 else struct.pack(">BH", 0xFE, size) if size < 65536
                          else struct.pack(">BQ", 0xFF, size))
        self.socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))

    def receive(self):
        message = b""
        while True:
            first, second = self.take(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", self.take(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self.take(8))[0]
            message += self.take(size)
            if first & 0x80:
                return message.decode()


class Page:
    """One page of the browser, with what it asked for and what it complained of."""

    def __init__(self, address):
        self.socket, self.number, self.requests, self.complaints = Socket(address), 0, [], []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.receive())
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.note(message)

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"])[:400])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning"):
            self.complaints.append(json.dumps(parameters["args"])[:400])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(parameters["entry"]["text"])

    def wait(self, expression):
        for _ in range(100):
            if self.value(expression):
                return
            time.sleep(0.1)
        raise RuntimeError(f"the page never came to {expression}")

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:400])
        return result["result"].get("value")

    def open(self, path):
        self.requests, self.complaints = [], []
        self.call("Page.navigate", url=f"file://{path}")
        self.wait(f"document.readyState === 'complete' && location.pathname === {json.dumps(str(path))}")

    def window(self, width, height, dark=False, media=""):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def shot(self, path, limit=6000):
        height = min(limit, int(self.value("document.documentElement.scrollHeight")))
        width = int(self.value("innerWidth"))
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
        path.write_bytes(base64.b64decode(shot["data"]))


# The lowest contrast of any text against the background behind it, by WCAG 2.2.
CONTRAST = """(() => {
  const parse = text => { const m = text.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = ([r, g, b]) => { const f = v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
    return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  const behind = node => { for (let n = node; n; n = n.parentElement) { const c = parse(getComputedStyle(n).backgroundColor);
    if (c[3] > .99) return c; } return [255, 255, 255, 1]; };
  let lowest = 99, where = "";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) { const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || node.closest("script,style,title")) continue;
    const style = getComputedStyle(node), color = parse(node instanceof SVGElement ? style.fill : style.color);
    const a = light(color), b = light(behind(node)), c = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (c < lowest) { lowest = c; where = node.tagName + ": " + walker.currentNode.textContent.trim().slice(0, 60); } }
  return [lowest, where]; })()"""
# What assistive technology needs: a language, a title, one main heading, heads of columns, names of regions and images.
STRUCTURE = """(() => { const bad = [];
  if (!document.documentElement.lang || !document.title) bad.push("language or title");
  if (document.querySelectorAll("h1").length !== 1) bad.push("one h1");
  for (const t of document.querySelectorAll("table")) if (!t.caption || !t.querySelector("thead th[scope=col]")) bad.push("table head");
  for (const s of document.querySelectorAll("svg")) if (!s.getAttribute("aria-label") && !s.hasAttribute("aria-hidden")) bad.push("image name");
  for (const r of document.querySelectorAll("[role=region]")) if (!r.getAttribute("aria-label")) bad.push("region name");
  const ids = [...document.querySelectorAll("[id]")].map(n => n.id);
  if (new Set(ids).size !== ids.length) bad.push("ids twice");
  for (const a of document.querySelectorAll("a[href^='#']")) if (!document.getElementById(a.hash.slice(1))) bad.push("dead link " + a.hash);
  return bad; })()"""


def events(hosts, days=10):
    """Events of a sensor in an office, the same each time."""
    numbers = random.Random(7)
    products = [("anthropic", "claude-code", "inference", "api.anthropic.com"), ("openai", "chatgpt", "web", "chatgpt.com"),
                ("deepseek", "deepseek-api", "inference", "api.deepseek.com"), ("github", "copilot", "inference", "copilot.example"),
                ("anthropic", "claude-code", "telemetry", "statsig.anthropic.com"), ("mistral", "le-chat", "web", "chat.mistral.ai")]
    sequence, packets = 0, 0

    def line(kind, at, members):
        nonlocal sequence
        sequence += 1
        head = {"time": at, "type": kind, "id": f"gw-1/b1/{sequence}", "seq": sequence, "boot": "b1", "schema": "1.0.0",
                "sensor": {"id": "gw-1", "version": "0.1.0"}}
        return json.dumps(head | members)

    yield line("start", "2026-11-16T00:00:00.000000000Z", {"start": {"mode": "live", "flows": "all", "rules": 3, "catalog": "2026.11.30",
                                                                     "ruleset_hash": "sha256:51c57c29"}})
    for day in range(days):
        for hour in range(24):
            at = f"2026-11-{16 + day:02}T{hour:02}:30:00.000000000Z"
            if day == 3 and 2 <= hour < 6:
                continue
            packets += 10_000
            yield line("stats", at, {"interval": 3600.0, "capture": {"packets": packets, "bytes": packets * 700, "dropped_kernel": day * 40},
                                     "attribution": {"named": 900, "unnamed": 12}, "coverage": {"ratio": 0.997}})
            if not 7 <= hour <= 18:
                continue
            for _ in range(6):
                vendor, product, role, host = products[numbers.randrange(len(products))]
                if hosts:
                    host = hosts[numbers.randrange(len(hosts))]
                client = numbers.randrange(40)
                up, requests = numbers.randrange(2_000, 400_000), numbers.randrange(1, 40)
                flow = {"id": f"{sequence:016x}", "part": 1, "final": True, "start": at, "end": at, "bytes_up": up,
                        "bytes_down": up * 3, "requests_est": requests, "requests_low": max(0, requests - 3),
                        "requests_high": requests + 4, "interactions_est": requests // 2, "interactions_low": 0,
                        "interactions_high": requests}
                yield line("flow", at, {"flow": flow, "src": {"ip": f"10.1.{client % 4}.{client}", "port": 50000,
                                                              "group": ["research", "sales", "finance", "guests"][client % 4 if client > 3 else 3]},
                                        "dst": {"ip": "192.0.2.1", "port": 443, "host": host, "host_source": "tls_sni"},
                                        "ai": {"vendor": vendor, "product": product, "role": role, "category": "assistant",
                                               "country": "US", "confidence": "high", "client": "Chrome 140"},
                                        "evidence": {"complete": True}})
    relay = hosts[0] if hosts else "relay.cheap-tokens.example"
    at = "2026-11-25T12:00:00.000000000Z"
    yield line("flow", at, {"flow": {"id": "f" * 16, "part": 1, "final": True, "start": at, "end": at, "bytes_up": 53800,
                                     "bytes_down": 9700}, "src": {"ip": "10.1.0.7"}, "dst": {"ip": "192.0.2.9", "host": relay,
                                                                                         "host_source": "tls_sni"},
                            "ai": {"client": "Claude Code 2.1.330", "relay_suspected": True, "relay_score": 80,
                                   "relay_reasons": ["streamed_answers 1", "runtime_hello Claude Code 2.1.330"]},
                            "evidence": {"complete": True}})
    for number, (rule, severity) in enumerate([("deepseek-ban", "high"), ("suspected-relay", "medium"), ("deepseek-ban", "high")]):
        yield line("alert", at, {"alert": {"id": f"a{number}", "status": "suppressed" if number == 2 else "open", "count": 4 + number,
                                           "first_seen": at, "last_seen": at} | ({"suppressed_by": "research"} if number == 2 else {}),
                                 "rule": {"id": rule, "title": f"Rule {rule} <b>&"}, "severity": severity, "message": "10.1.0.7 used it",
                                 "src": {"ip": "10.1.0.7"}, "dst": {"ip": "192.0.2.9", "host": relay, "host_source": "tls_sni"},
                                 "ai": {"vendor": "deepseek", "product": "deepseek-api"}, "flow": {"id": "f" * 16},
                                 "evidence": {"complete": True}})


def check(page, path, name, out, expect):
    """Opens a report in every form; returns what is wrong."""
    wrong = []

    def hold(condition, words):
        if not condition:
            wrong.append(f"{name}: {words}")

    for form, width, dark, media in [("light", 1280, False, ""), ("dark", 1280, True, ""), ("narrow", 400, False, ""),
                                     ("print", 794, False, "print")]:
        page.window(width, 900, dark, media)
        page.open(path)
        others = [url for url in page.requests if url != f"file://{path}"]
        hold(not others, f"{form}: requests to {others[:3]}")
        hold(not page.complaints, f"{form}: the console says {page.complaints[:3]}")
        hold(page.value("window.broken === undefined"), f"{form}: a name from a log was run")
        lowest, where = page.value(CONTRAST)
        hold(lowest >= 4.5, f"{form}: contrast {lowest:.2f} at {where}")
        scroll = page.value("document.documentElement.scrollWidth - innerWidth")
        hold(media == "print" or scroll <= 0, f"{form}: the page is {scroll} pixels too wide")
        page.shot(out / f"{name}-{form}.png")
    page.window(1280, 900)
    page.open(path)
    for problem in page.value(STRUCTURE):
        hold(False, f"structure: {problem}")
    hold(page.value("document.scripts.length") == 1, "more than the one script")
    hold(page.value("document.querySelectorAll('img,iframe,link,object,embed').length") == 0, "elements that load")
    text = page.value("document.body.textContent")
    for words in expect:
        hold(words in text, f"{words!r} is not in the text")
    page.value("document.querySelector('table.sort th.n button').click()")
    values = page.value("[...document.querySelector('table.sort').tBodies[0].rows].map(r => Number(r.querySelector('td.n').dataset.v))")
    hold(values == sorted(values, reverse=True) and len(values) > 1, f"the table does not sort: {values[:6]}")
    return wrong


def browser(chromium, profile):
    command = [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
               "--no-first-run", "--disable-background-networking", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    port = pathlib.Path(profile) / "DevToolsActivePort"
    for _ in range(300):
        if port.exists() and port.read_text().strip():
            return process, int(port.read_text().splitlines()[0])
        time.sleep(0.1)
    process.kill()
    raise RuntimeError("Chromium did not start")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=".build/debug/egret")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out/browser")
    arguments = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        print("skipped: there is no Chromium; make browser installs it")
        return 77
    arguments.out.mkdir(parents=True, exist_ok=True)
    wrong, pages = [], ""
    with tempfile.TemporaryDirectory() as directory:
        process, port = browser(chromium, pathlib.Path(directory) / "profile")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
                target = next(item for item in json.load(answer) if item["type"] == "page")
            page = Page(target["webSocketDebuggerUrl"])
            for name, hosts, expect in [("office", [], ["claude-code", "relay.cheap-tokens.example", "deepseek-ban", "41 sources"]),
                                        ("hostile", HOSTILE, ["<script>window.broken=1</script>.example", "\\u{202e}gnp.exe", "a" * 253])]:
                log, report = pathlib.Path(directory) / f"{name}.jsonl", arguments.out / f"{name}.html"
                log.write_text("".join(line + "\n" for line in events(hosts)), encoding="utf-8")
                subprocess.run([arguments.egret, "report", str(log), "--by", "vendor,product,host", "-o", str(report)], check=True)
                wrong += check(page, report.resolve(), name, arguments.out.resolve(), expect)
            try:
                wrong += live_page.check(page, str(pathlib.Path(arguments.egret).resolve()), directory, arguments.out.resolve(), ON_WIRE,
                                         CONTRAST, STRUCTURE)
                pages = "and the live page"
            except live_sensor.Skip as reason:
                pages = f"(the live page was left out: {reason})"
        finally:
            process.terminate()
            process.wait(20)
    for line in wrong:
        print(f"WRONG {line}")
    print(f"{'failed' if wrong else 'passed'}: 2 reports in 4 forms {pages}; screenshots are in {arguments.out}")
    return 1 if wrong else 0


sys.exit(main())
