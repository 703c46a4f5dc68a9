#!/usr/bin/env python3
"""The recipes of docs/FLEET.md and deploy/: DuckDB over JSON lines and Parquet, rsyslog and syslog-ng from files. rsyslog passes lines on
unchanged; syslog-ng inserts them into ClickHouse by its HTTP interface. A program that is not installed is an error."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import duckdb

import synthetic
from engine import ROOT, Checks, Door, Engine

check = Checks()
DAY = synthetic.epoch("2026-07-01")
FLEET = ROOT / ".build-fleet"


def write_log(directory, count=1500):
    fleet = synthetic.Fleet(21, 1)
    events = [fleet.flow(DAY + n * synthetic.NANOSECONDS) for n in range(count)]
    path = pathlib.Path(directory) / "events-gw-00-b-1.jsonl"
    path.write_text("".join(synthetic.dump(event) + "\n" for event in events))
    return path, events


def duck():
    """The statements of the recipe, as they are in the documentation."""
    text = (ROOT / "docs/FLEET.md").read_text()
    recipe = re.search(r"<!-- duckdb -->\s*```sql\n(.*?)```", text, re.DOTALL)
    check(recipe, "docs/FLEET.md has the recipe for DuckDB")
    with tempfile.TemporaryDirectory() as directory:
        _, events = write_log(directory)
        database = duckdb.connect()
        database.execute("SET threads = 1")
        answers = []
        for statement in recipe[1].replace("/var/log/egret", directory).split(";\n"):
            if statement.strip():
                answers.append(database.execute(statement).fetchall())
        wanted = {}
        for event in events:
            if "ai" in event:
                vendor = event["ai"]["vendor"]
                wanted[vendor] = wanted.get(vendor, 0) + event["flow"]["delta"]["bytes_up"]
        check(dict((row[0], row[2]) for row in answers[-1]) == wanted, "DuckDB: bytes by vendor from Parquet", answers[-1][:3])


def rsyslog():
    program = shutil.which("rsyslogd", path=os.environ["PATH"] + ":/usr/sbin")
    check(program, "rsyslogd is installed")
    if not program:
        return
    with tempfile.TemporaryDirectory() as directory:
        path, events = write_log(directory)
        out = pathlib.Path(directory) / "out.jsonl"
        text = (ROOT / "deploy/rsyslog/egret.conf").read_text()
        text = text.replace("/var/log/egret", directory).replace("/var/spool/egret/events.jsonl", str(out))
        conf = pathlib.Path(directory) / "rsyslog.conf"
        conf.write_text(f'global(workDirectory="{directory}" maxMessageSize="16k")\n{text}')
        run = subprocess.run([program, "-N1", "-f", str(conf)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        check(run.returncode == 0, "rsyslog: the configuration", run.stdout)
        process = subprocess.Popen([program, "-n", "-f", str(conf), "-i", f"{directory}/pid"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(lambda: out.exists() and out.read_text().count("\n") >= len(events), 60)
        process.terminate()
        process.wait(20)
        check(out.exists() and out.read_text() == path.read_text(), "rsyslog: every line as it was")


def syslog_ng():
    program = FLEET / "syslog-ng/usr/sbin/syslog-ng"
    check(program.exists(), "syslog-ng is unpacked by scripts/setup.sh fleet")
    if not program.exists():
        return
    base = FLEET / "syslog-ng/usr"
    libraries = next(base.glob("lib/*/syslog-ng/*/.."), base / "lib")
    library_path = ":".join(str(path) for path in base.glob("lib/*") if path.is_dir())
    modules = next(iter(base.rglob("libaffile.so"))).parent
    environment = os.environ | {"LD_LIBRARY_PATH": f"{library_path}:{modules}"}
    engine = Engine()
    engine.make()
    door = Door(engine).start()
    with tempfile.TemporaryDirectory() as directory:
        _, events = write_log(directory)
        text = (ROOT / "deploy/syslog-ng/egret.conf").read_text()
        text = text.replace("/var/log/egret", directory).replace("/var/lib/syslog-ng", directory).replace("127.0.0.1:8123", f"127.0.0.1:{door.port}")
        text = text.replace("read-old-records(yes)", "read-old-records(yes)")
        conf = pathlib.Path(directory) / "syslog-ng.conf"
        conf.write_text(text)
        options = [str(program), "--no-caps", "-f", str(conf), "--module-path", str(modules), "-R", f"{directory}/persist", "-p", f"{directory}/pid",
                   "-c", f"{directory}/ctl"]
        run = subprocess.run([*options, "--syntax-only"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        check(run.returncode == 0, "syslog-ng: the configuration", run.stdout)
        door.faults = [500, None, "lost"]
        process = subprocess.Popen([*options, "-F"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        rows = lambda: int(engine.value("SELECT count() FROM egret.flow FINAL"))
        wait(lambda: rows() >= len(events), 120)
        process.terminate()
        process.wait(20)
        check(rows() == len(events), "syslog-ng: every event is there once, after faults too", rows())
    door.stop()


def wait(holds, seconds):
    deadline = time.time() + seconds
    while time.time() < deadline and not holds():
        time.sleep(0.5)


duck()
rsyslog()
syslog_ng()
check.end("recipes")
