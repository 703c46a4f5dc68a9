#!/usr/bin/env python3
"""Holds `egret report` and the habits of the command line as people use them.

The table, CSV, JSON, Markdown and HTML of fixed events are held byte for byte against Tests/Golden/reports (`--write` makes them
again). The rest: rows against sums over the events themselves, forms by the name of the output file, errors with what would be right, quiet and colored summaries, an
output of one file, and a run that is ended by a signal.
"""
import argparse
import csv
import difflib
import io
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "Tests/Golden/reports"
OFFICE = "docs/demo/office.pcap"
# What a sensor once wrote of that capture: kept as it is, so that a newer catalog changes no golden file.
EVENTS = "Tests/Fixtures/reports/office.jsonl"
QUESTIONS = {
    "products.txt": ["--format", "table"], "products.csv": ["--format", "csv"], "products.json": ["--format", "json"],
    "products.md": ["--format", "markdown"], "products.html": ["--format", "html"],
    "claude-code.txt": ["--by", "source", "--where", "product=claude-code"],
    "claude-code.csv": ["--by", "source", "--where", "product=claude-code", "--format", "csv"],
    "days.csv": ["--by", "day,vendor", "--timezone", "Asia/Shanghai", "--format", "csv"],
    "sources.html": ["--by", "source,vendor", "--format", "html"],
    "audit.html": ["--format", "html", "--audit", "Tests/Fixtures/reports/audit.jsonl"],
}
EGRET = ""
failed = 0


def hold(condition, words):
    global failed
    if not condition:
        failed += 1
        print(f"WRONG {words}")


def egret(*arguments, status=0, environment=None):
    run = subprocess.run([EGRET, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
                         env={**os.environ, **(environment or {})}, check=False)
    hold(run.returncode == status, f"{' '.join(arguments)}: status {run.returncode}, {run.stderr.decode()[-400:]}")
    return run


def golden(write):
    GOLDEN.mkdir(exist_ok=True)
    for name, arguments in QUESTIONS.items():
        text = egret("report", EVENTS, *arguments).stdout
        # The version of the program is no part of the answer.
        text = re.sub(rb"egret \d+\.\d+\.\d+", b"egret VERSION", text)
        path = GOLDEN / name
        if write:
            path.write_bytes(text)
            continue
        expected = path.read_bytes() if path.exists() else b""
        if text != expected:
            lines = difflib.unified_diff(expected.decode().splitlines(), text.decode().splitlines(), "golden", "now", lineterm="", n=0)
            hold(False, f"{name} changed:\n" + "\n".join(list(lines)[:20]))


def reports(directory):
    events = directory / "events.jsonl"
    egret("analyze", "--flows", "all", "--output", str(events), OFFICE)
    lines = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    hold(lines[0]["type"] == "start" and lines[-1]["type"] == "stop", "--output FILE.jsonl is not that file")
    table = egret("report", str(events), "--by", "vendor,product", "--format", "csv").stdout.decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    flows = [line for line in lines if line["type"] == "flow" and line["flow"]["final"] and line.get("ai", {}).get("vendor")]
    for row in rows:
        if row["vendor"] in ("(shared)", "(suspected relay)"):
            continue
        mine = [line for line in flows if line["ai"]["vendor"] == row["vendor"] and line["ai"].get("product", "") == row["product"]]
        hold(len(mine) == int(row["flows"]), f"{row['vendor']}/{row['product']}: {row['flows']} flows, of {len(mine)}")
        hold(sum(line["flow"]["bytes_up"] for line in mine) == int(row["bytes_up"]), f"{row['product']}: bytes_up {row['bytes_up']}")
        hold(len({line["src"]["ip"] for line in mine}) == int(row["sources"]), f"{row['product']}: sources {row['sources']}")
        for bound in ("", "_low", "_high"):
            asked = sum(line["flow"].get(f"requests{bound or '_est'}", 0) for line in mine)
            hold(str(asked) == (row[f"requests{bound}"] or "0"), f"{row['product']}: requests{bound} {row[f'requests{bound}']}, of {asked}")
    hold(len(rows) > 3, f"only {len(rows)} rows")
    # Twice the same events, and the form by the name of the output.
    for name, begin in [("a.csv", "vendor,product,"), ("a.json", "{"), ("a.md", "# AI traffic"), ("a.html", "<!doctype html>"), ("a.txt", "Period:")]:
        target = directory / name
        egret("report", str(events), str(events), "-o", str(target))
        hold(target.read_text(encoding="utf-8").startswith(begin), f"{name} does not begin with {begin}")
    hold((directory / "a.csv").read_bytes().decode() == table, "events that are given twice count twice")
    packed = directory / "packed"
    packed.mkdir()
    subprocess.run(["gzip", "-k", str(events)], check=True)
    (directory / "events.jsonl.gz").rename(packed / "events.jsonl.gz")
    hold(egret("report", str(packed), "--format", "csv").stdout.decode() == table, "the compressed file answers otherwise")
    page = directory / "beside.html"
    egret("analyze", "-q", "-o", str(directory / "beside.jsonl"), "--report", str(page), OFFICE)
    hold(page.read_text().startswith("<!doctype html>") and "claude-code" in page.read_text(), "analyze --report")
    hold((directory / "beside.jsonl").exists(), "analyze --report writes no events")
    (packed / "other.txt").write_text("no events\n")
    hold(b"other.txt: skipped" in egret("report", str(packed)).stderr, "a skipped file is not named")


def alerts(directory):
    """--by rule has the alerts of each rule, as the events have them."""
    events = directory / "alerts.jsonl"
    egret("analyze", "-q", "--suppressed", "--rules", "rules/policies/vendor-ban.yaml", "-o", str(events), OFFICE)
    lines = [line for line in map(json.loads, events.read_text(encoding="utf-8").splitlines()) if line["type"] == "alert"]
    last = {line["alert"]["id"]: line for line in lines}
    rows = list(csv.DictReader(io.StringIO(egret("report", str(events), "--by", "rule", "--format", "csv").stdout.decode())))
    hold({row["rule"] for row in rows} == {line["rule"]["id"] for line in lines} and rows, f"rules: {rows}")
    for row in rows:
        mine = [line for line in last.values() if line["rule"]["id"] == row["rule"] and line["alert"]["status"] != "suppressed"]
        hold(int(row["alerts"]) == len(mine), f"{row['rule']}: {row['alerts']} alerts of {len(mine)}")
        hold(int(row["hits"]) == sum(line["alert"]["count"] for line in mine), f"{row['rule']}: {row['hits']} hits")
        hold(int(row["sources"]) == len({line["src"]["ip"] for line in mine}), f"{row['rule']}: {row['sources']} sources")
    table = egret("report", str(events), "--by", "rule").stdout.decode()
    hold(table.count(rows[0]["rule"]) == 1 and "Coverage" in table, f"the table: {table}")
    hold(rows[0]["rule"] in egret("report", str(events), "--by", "rule", "--format", "html").stdout.decode(), "HTML by rule")
    hold(json.loads(egret("report", str(events), "--by", "rule", "--format", "json").stdout)["rows"][0]["rule"] == rows[0]["rule"], "JSON by rule")
    hold("(further)" in egret("report", str(events), "--by", "rule", "--top", "1").stdout.decode() or len(rows) == 1, "--top 1")


def errors(directory):
    (directory / "bad.jsonl").write_text('{"type":"flow"\nnot json\n')
    for arguments, status, words in [
        (["report"], 2, "no logs"), (["report", "absent.jsonl"], 1, "absent.jsonl"),
        (["report", OFFICE, "--by", "vendr"], 2, "did you mean vendor"),
        (["report", OFFICE, "--where", "claude"], 2, "FIELD=VALUE"),
        (["report", OFFICE, "--by", "rule,day"], 2, "group by rule alone"),
        (["report", OFFICE, "--where", "rule=x"], 2, "--by rule has the alerts"),
        (["report", OFFICE, "--by", "user"], 2, "use source or group"),
        (["report", OFFICE, "--from", "2026-11-31"], 2, "2026-11-31"),
        (["report", OFFICE, "--from", "2026-11-30", "--to", "2026-11-29"], 2, "period is empty"),
        (["report", OFFICE, "--period", "last-wek"], 2, "last-week"),
        (["report", OFFICE, "--timezone", "Europe/Berln"], 2, "Europe/Berlin"),
        (["report", OFFICE, "-o", str(directory / "no/such.csv")], 1, "cannot be written"),
        (["report", str(directory / "bad.jsonl")], 0, "bad.jsonl:1: no event"),
        (["analize", OFFICE], 2, "did you mean 'analyze'"), (["reprot"], 2, "did you mean 'report'"),
    ]:
        run = egret(*arguments, status=status)
        hold(words in run.stderr.decode(), f"{' '.join(arguments)}: {words!r} is not in {run.stderr.decode()!r}")


def habits(directory):
    version = egret("--version").stdout
    hold(egret("-V").stdout == version == egret("version").stdout and re.fullmatch(rb"\d+\.\d+\.\d+\n", version), "-V, version, --version")
    hold(b"EXAMPLES" in egret("--help").stdout and b"POLICIES AND VENDORS" in egret("--help").stdout, "help has no groups and examples")
    target = directory / "o.jsonl"
    egret("analyse", "-q", "-o", str(target), OFFICE)
    hold(target.read_text().count("\n") > 5, "analyse -o FILE.jsonl")
    hold(not egret("analyze", "-q", OFFICE).stderr, "-q is not quiet")
    shown = egret("analyze", "--summary", "always", OFFICE, environment={"COLUMNS": "60"}).stderr.decode()
    hold("AI traffic" in shown and "\x1b" not in shown, "--summary always")
    hold("AI traffic" not in egret("analyze", OFFICE).stderr.decode(), "a summary in a pipe")
    hold("catalog" in egret("analyze", "-v", OFFICE).stderr.decode(), "-v says nothing")
    for columns in (40, 80, 200):
        text = terminal(columns)
        hold("\x1b[1mAI traffic" in text, f"{columns} columns: no colors")
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
        table = plain[plain.index("AI traffic"):]
        long = [line for line in table.splitlines() if len(line) > max(columns, 95)]
        hold(not long, f"{columns} columns: {long[:2]}")
    hold("\x1b" not in terminal(80, NO_COLOR="1"), "NO_COLOR is not obeyed")


def terminal(columns, **environment):
    """The standard error of a run on a terminal of that width."""
    leader, follower = pty.openpty()
    subprocess.run(["stty", "cols", str(columns), "rows", "50"], stdin=follower, check=True)
    run = subprocess.Popen([EGRET, "analyze", OFFICE], stdout=subprocess.DEVNULL, stderr=follower, cwd=ROOT,
                           env={**os.environ, "TERM": "xterm", **environment})
    os.close(follower)
    text = b""
    while True:
        try:
            more = os.read(leader, 65536)
        except OSError:
            break
        if not more:
            break
        text += more
    os.close(leader)
    hold(run.wait(60) == 0, "a run on a terminal failed")
    return text.decode().replace("\r\n", "\n")


def interrupted(directory):
    """A run over a pipe that never ends is ended by each signal, in order: the last lines are there, the status is the signal's."""
    capture = (ROOT / OFFICE).read_bytes()
    for number in (signal.SIGINT, signal.SIGTERM):
        target = directory / f"{number}.jsonl"
        run = subprocess.Popen([EGRET, "analyze", "--flows", "all", "--summary", "always", "-o", str(target), "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT)
        # Records again and again, so that the run is between two of its batches soon after the signal.
        run.stdin.write(capture)
        for _ in range(40):
            run.stdin.write(capture[24:])
        run.stdin.flush()
        time.sleep(1.0)
        run.send_signal(number)
        try:
            for _ in range(200):
                run.stdin.write(capture[24:])
                run.stdin.flush()
        except BrokenPipeError:
            pass
        try:
            run.stdin.close()
        except BrokenPipeError:
            pass
        errors = run.stderr.read().decode()
        status = run.wait(60)
        lines = [json.loads(line) for line in target.read_text().splitlines()]
        hold(status == -number, f"{number.name}: status {status}")
        hold([line["type"] for line in lines[-2:]] == ["stats", "stop"], f"{number.name}: ends with {[line['type'] for line in lines[-3:]]}")
        hold(lines[-1]["stop"]["reason"] == "signal", f"{number.name}: {lines[-1]['stop']}")
        hold("AI traffic" in errors, f"{number.name}: no summary")


def idle(directory):
    """A run that waits for a pipe which says nothing is ended by a signal too."""
    run = subprocess.Popen([EGRET, "analyze", "-o", str(directory / "idle.jsonl"), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, cwd=ROOT)
    run.stdin.write((ROOT / OFFICE).read_bytes())
    run.stdin.flush()
    time.sleep(2.0)
    run.send_signal(signal.SIGTERM)
    try:
        status = run.wait(20)
    except subprocess.TimeoutExpired:
        run.kill()
        status = None
    run.stdin.close()
    hold(status == -signal.SIGTERM, f"an idle pipe: status {status}")
    hold('"type":"stop"' in (directory / "idle.jsonl").read_text(), "an idle pipe: no stop event")


def main():
    global EGRET
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True)
    parser.add_argument("--write", action="store_true", help="make the golden files again")
    arguments = parser.parse_args()
    EGRET = str(pathlib.Path(arguments.egret).resolve())
    golden(arguments.write)
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        reports(directory)
        alerts(directory)
        errors(directory)
        habits(directory)
        interrupted(directory)
        idle(directory)
    print(f"{'failed' if failed else 'passed'}: golden reports, questions, errors, habits, signals")
    return 1 if failed else 0


sys.exit(main())
