"""ClickHouse in this process (chdb), and a door to it over HTTP with the faults that a server can have."""
import gzip
import http.server
import json
import os
import pathlib
import re
import subprocess
import threading
import time
import urllib.parse

import zstandard
from chdb import session

ROOT = pathlib.Path(__file__).resolve().parents[2]
EGRET = os.environ.get("EGRET", str(ROOT / ".build/debug/egret"))
# Measured figures are of one core.
ONE_CORE = {"max_threads": 1, "max_insert_threads": 1, "input_format_parallel_parsing": 0}


def egret(*arguments, check=True, **options):
    """The output of egret with these arguments."""
    run = subprocess.run([EGRET, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if check and run.returncode != 0:
        raise SystemExit(f"egret {' '.join(map(str, arguments))}: status {run.returncode}\n{run.stderr}")
    return run


def statements(text):
    """The statements of a script, without those that only a server with users can run."""
    return [part.strip() for part in re.split(r";\s*\n", text) if part.strip()]


class Engine:
    """One database. chdb has one for a process, and answers one query at a time."""

    def __init__(self, path=None):
        self.session = session.Session(path) if path else session.Session()
        self.lock = threading.Lock()

    def query(self, statement, form="JSONEachRow", **parameters):
        """The answer of one statement as text; `parameters` are those of {name:Type} in it."""
        with self.lock:
            for name, value in parameters.items():
                self.session.query(f"SET param_{name} = '{value}'")
            result = self.session.query(statement, form)
            return str(result) if result is not None else ""

    def rows(self, statement, **parameters):
        """The rows of a query as dictionaries; whole numbers of 64 bits are numbers."""
        text = self.query(statement, "JSONEachRow", **parameters)
        return [json.loads(line) for line in text.split("\n") if line]

    def value(self, statement, **parameters):
        """The one value of a query."""
        return next(iter(self.rows(statement, **parameters)[0].values()))

    def make(self, version=None):
        """Makes the tables as egret writes them."""
        arguments = ["schema", "clickhouse"] + (["--version", str(version)] if version else [])
        for statement in statements(egret(*arguments).stdout):
            self.query(statement)
        # Views that are evaluated by the clock are asked by the tests themselves.
        for view in ("egret.to_hour",):
            self.query(f"SYSTEM STOP VIEW {view}")

    def insert(self, lines, token=None):
        """Inserts lines by the door, as a server does that gets them in a request."""
        settings = "input_format_parallel_parsing = 0, max_threads = 1"
        if token:
            settings += (f", insert_deduplication_token = '{token}', insert_deduplicate = 1,"
                         " deduplicate_blocks_in_dependent_materialized_views = 1")
        body = "\n".join(lines)
        self.query(f"INSERT INTO egret.door (line) SETTINGS {settings} FORMAT LineAsString\n{body}\n")

    def empty(self):
        """Removes every row."""
        for name in ("flow", "dns", "alert", "inventory", "statement", "arrived", "hour", "finding", "rejected"):
            self.query(f"TRUNCATE TABLE IF EXISTS egret.{name}")


class Door:
    """ClickHouse's HTTP interface over an engine. `faults` is a list of what is wrong with the requests that come, one each.

    A fault is a number (the status that is answered, nothing is stored), "lost" (stored, and the connection is cut before the answer),
    "cut" (the connection is cut in the middle of the body), or ("slow", seconds).
    """

    def __init__(self, engine, user=None):
        self.engine, self.user = engine, user
        self.faults, self.requests, self.stored = [], [], 0
        self.server = None

    def start(self, port=0):
        door = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                door.answer(self)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def target(self):
        return f"clickhouse+http://127.0.0.1:{self.port}/egret"

    def answer(self, request):
        fault = self.faults.pop(0) if self.faults else None
        length = int(request.headers.get("Content-Length", 0))
        if fault == "cut":
            request.rfile.read(length // 2)
            request.connection.close()
            request.close_connection = True
            return
        body = request.rfile.read(length)
        self.requests.append(request.path)
        if isinstance(fault, tuple):
            time.sleep(fault[1])
        if isinstance(fault, int):
            return self.reply(request, fault, b"Code: 252. DB::Exception: told to fail\n")
        if self.user and (request.headers.get("X-ClickHouse-User"), request.headers.get("X-ClickHouse-Key")) != self.user:
            return self.reply(request, 403, b"Code: 516. DB::Exception: Authentication failed\n")
        try:
            result = self.run(request, body)
        except Exception as error:  # the engine's words go back as a server's do
            return self.reply(request, 500, f"{error}\n".encode())
        if fault == "lost":
            request.connection.close()
            request.close_connection = True
            return
        self.reply(request, 200, result)

    def run(self, request, body):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(request.path).query)
        encoding = request.headers.get("Content-Encoding")
        if encoding == "zstd":
            body = zstandard.ZstdDecompressor().decompressobj().decompress(body)
        elif encoding == "gzip":
            body = gzip.decompress(body)
        if "query" not in query:
            parameters = {name[6:]: values[0] for name, values in query.items() if name.startswith("param_")}
            return self.engine.query(body.decode(), "JSONEachRow", **parameters).encode()
        assert query["query"] == ["INSERT INTO egret.door (line) FORMAT LineAsString"], query
        lines = [line for line in body.decode().split("\n") if line]
        self.engine.insert(lines, token=query.get("insert_deduplication_token", [None])[0])
        self.stored += len(lines)
        return b""

    @staticmethod
    def reply(request, status, body):
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


class Checks:
    """Counts what held and what did not, and says so."""

    def __init__(self):
        self.passed, self.failed = 0, 0

    def __call__(self, holds, words, found=None):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"BROKEN {words}" + (f": {found}" if found is not None else ""))

    def end(self, name):
        print(f"{name}: {self.passed} passed, {self.failed} failed", flush=True)
        raise SystemExit(1 if self.failed else 0)
