"""Opens the live page of a real sensor in a browser and holds what a reader relies on: see browser.py."""
import contextlib
import http.client
import json
import pathlib
import socket
import time

import live_sensor

# What the page may load beside the sensor: its own empty icon.
ICON = "data:,"


def free_port():
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class LivePage:
    """The page in a tab, and what is wrong with it."""

    def __init__(self, tab, address, out):
        self.tab, self.address, self.out, self.wrong = tab, address, out, []

    def hold(self, condition, words):
        if not condition:
            self.wrong.append(f"live page: {words}")

    def open(self):
        self.tab.requests, self.tab.complaints = [], []
        self.tab.call("Page.navigate", url=self.address)
        self.tab.wait("document.readyState === 'complete' && document.querySelectorAll('#flows tr button').length > 5")

    def rows(self, table):
        """The texts of the cells of a table."""
        return self.tab.value(f"[...document.querySelectorAll('#{table} tr')].map(r => [...r.cells].map(c => c.textContent))")

    def text(self, identifier):
        return self.tab.value(f"document.getElementById('{identifier}').textContent")

    def press(self, selector):
        self.tab.value(f"document.querySelector({json.dumps(selector)}).click()")

    def drag(self, first, last):
        """Drags over the strip from one minute to another."""
        self.tab.value("document.getElementById('strip').scrollIntoView()")
        left, top, width = self.tab.value("(() => { const b = document.getElementById('strip').getBoundingClientRect();"
                                          " return [b.left, b.top + b.height / 2, b.width]; })()")
        for kind, minute in (("mousePressed", first), ("mouseMoved", (first + last) / 2), ("mouseMoved", last), ("mouseReleased", last)):
            self.tab.call("Input.dispatchMouseEvent", type=kind, x=left + (minute + 0.5) / 60 * width, y=top, button="left", buttons=1,
                          clickCount=1)

    def quiet(self, name):
        """No complaint, no request to elsewhere, nothing run that came from the wire."""
        others = [url for url in self.tab.requests if not url.startswith(self.address) and url != ICON]
        self.hold(not others, f"{name}: requests to {others[:3]}")
        self.hold(not self.tab.complaints, f"{name}: the console says {self.tab.complaints[:3]}")
        self.hold(self.tab.value("window.broken === undefined"), f"{name}: a name from the wire was run")

    def forms(self, contrast, structure):
        for form, width, dark in [("light", 1280, False), ("dark", 1280, True), ("narrow", 400, False)]:
            self.tab.window(width, 900, dark)
            self.open()
            self.quiet(form)
            lowest, where = self.tab.value(contrast)
            self.hold(lowest >= 4.5, f"{form}: contrast {lowest:.2f} at {where}")
            scroll = self.tab.value("document.documentElement.scrollWidth - innerWidth")
            self.hold(scroll <= 0, f"{form}: the page is {scroll} pixels too wide")
            self.tab.shot(self.out / f"live-{form}.png")
        self.tab.window(1280, 900)
        self.open()
        for problem in self.tab.value(structure):
            self.hold(False, f"structure: {problem}")
        self.hold(self.tab.value("document.scripts.length") == 1, "more than the one script")
        self.hold(self.tab.value("document.querySelectorAll('img,iframe,object,embed,b b').length") == 0, "elements that a name made")

    def filters(self):
        """Products, sources, words and periods leave out what they should; the card has the evidence."""
        flows = self.rows("flows")
        self.press("#products button")
        chosen = self.rows("products")[0][0]
        self.hold(all(row[2] == chosen for row in self.rows("flows")) and len(self.rows("flows")) < len(flows), f"flows of {chosen} alone")
        self.press("#clear")
        self.press("#sources button")
        source = self.rows("sources")[0][0]
        self.hold(all(row[1] == source for row in self.rows("flows")), f"flows of {source} alone")
        self.press("#clear")
        self.hold(self.rows("flows") == flows, "all flows again")
        self.drag(2, 20)
        self.tab.wait("document.getElementById('products').textContent.includes('none in this period')")
        self.hold(self.rows("sources")[0][0] == "none in this period", "sources of a quiet period")
        self.drag(55, 59)
        self.tab.wait("document.querySelectorAll('#products tr button').length > 3")
        self.tab.wait("document.querySelectorAll('#flows tr button').length > 5")
        self.tab.shot(self.out / "live-period.png")
        self.press("[data-last='60']")
        self.press("#flows button")
        card = self.text("card")
        self.hold(self.tab.value("document.getElementById('card').open") and "Why" in card and "Name read from" in card, f"card: {card}")
        self.tab.value("scrollTo(0, 0)")
        self.tab.shot(self.out / "live-card.png", limit=900)
        self.press("#card button")
        self.quiet("filters")

    def continues(self, wire):
        """New traffic arrives without a reload; a paused page stays as it is."""
        before = self.text("tiles")
        live_sensor.office(wire, seed=8, flows=10)
        self.tab.wait(f"document.getElementById('tiles').textContent !== {json.dumps(before)}")
        self.press("#pause")
        held = self.text("sensor")
        time.sleep(2.5)
        self.hold(self.text("sensor") == held, "a paused page changes")
        self.press("#pause")
        self.tab.wait(f"document.getElementById('sensor').textContent !== {json.dumps(held)}")


def hostile_names(page, names):
    """Every hostile name is there as a text, or as the one that the sensor makes of it."""
    # In any case: a host name is kept in lower case.
    text = " ".join(cell for row in page.rows("flows") for cell in row).lower()
    for name in names:
        page.hold(name.lower() in text, f"{name!r} is not in the flows: {text[:3000]}")


def refusals(port, page):
    """What is not for another site, or no GET, is refused by the sensor itself."""
    def ask(path, method="GET", **headers):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers

    for path in ("/live/snapshot.json", "/live/flows.json?from=1&to=2", "/live/events"):
        page.hold(ask(path, **{"Sec-Fetch-Site": "cross-site"})[0] == 403, f"{path} for another site")
        page.hold(ask(path, **{"Host": "rebound.example"})[0] == 421, f"{path} under another name")
        page.hold(ask(path, "POST")[0] == 405, f"POST {path}")
    status, _, headers = ask("/")
    page.hold(status == 200 and "set-cookie" not in headers and headers["cache-control"] == "no-store", f"head: {headers}")
    status, text, _ = ask("/live/snapshot.json")
    page.hold(status == 200 and json.loads(text)["version"] == 1, f"snapshot: {text[:200]}")


def check(tab, egret, directory, out, names, contrast, structure):
    """What is wrong with the live page; names are hostile host names and what the page shows of each."""
    port = free_port()
    directory = pathlib.Path(directory)
    with live_sensor.sensor(egret, directory, "--http-listen", f"127.0.0.1:{port}") as (process, wire):
        live_sensor.office(wire)
        for number, name in enumerate(names):
            wire.flow(f"10.8.0.{number + 2}", 50_000, name.encode("utf-8", "surrogateescape"))
        time.sleep(2)
        page = LivePage(tab, f"http://127.0.0.1:{port}/", out)
        page.forms(contrast, structure)
        hostile_names(page, names.values())
        page.filters()
        page.continues(wire)
        page.quiet("at the end")
        refusals(port, page)
        process.terminate()
        process.wait(60)
        tab.wait("document.getElementById('state').textContent.includes('does not answer')")
    return page.wrong
