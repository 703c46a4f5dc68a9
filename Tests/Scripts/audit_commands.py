#!/usr/bin/env python3
"""Hold what egret-audit says of wrong usage, damaged recordings and keys, and its exit status: 0, 1, 2 or 3.

usage: audit_commands.py [--egret-audit .build/debug/egret-audit]

The recordings of Tests/Fixtures/audit are read whole, without keys, with the keys of another, cut, and with flipped bytes; plans are
written twice; records are redacted; reports are written to files.
"""
import argparse
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "Tests/Fixtures/audit"
STATUSES = (0, 1, 2, 3)


class Checks:
    def __init__(self, program):
        self.program, self.failed, self.count = program, 0, 0

    def run(self, *arguments, status=None, stdin=None):
        done = subprocess.run([self.program, *map(str, arguments)], input=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)
        if status is not None:
            self.holds(f"{' '.join(map(str, arguments))[:90]} ends with {status}", done.returncode == status,
                       f"{done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
        return done

    def holds(self, what, is_true, more=""):
        self.count += 1
        if not is_true:
            self.failed += 1
            print(f"FAIL {what} {more}")


def usage(checks):
    """Wrong usage ends with 2 and says what would be right; nothing goes to standard output."""
    for arguments, words in [
        ((), "<captures>"),
        (("read",), "<captures>"),
        (("read", "--format", "pdf", "x"), "'text', 'jsonl' or 'html'"),
        (("plan", "--setting", "a", "--hypothesis", "h"), "give --setting twice or more"),
        (("plan", "--setting", "a", "--setting", "b", "--hypothesis", "h", "--runs", "1"), "--runs is 2 to 1000"),
        (("plan", "--setting", "a", "--setting", "b", "--hypothesis", "h", "--runs", "1001"), "--runs is 2 to 1000"),
        (("plan", "--setting", "a", "--setting", "b"), "--hypothesis"),
        (("read", "--no-such-option", "x"), "--no-such-option"),
        (("redact",), "<records>"),
    ]:
        done = checks.run(*arguments, status=2)
        text = done.stderr.decode()
        checks.holds(f"{arguments}: the error names {words}", words in text, text[:200])
        checks.holds(f"{arguments}: standard output is empty", done.stdout == b"")


def missing(checks):
    """A file that is not there is an error that names it, with status 1."""
    for arguments in [("read", "/nowhere.pcap"), ("redact", "/nowhere.jsonl"), ("compare", "--a", "/nowhere.pcap"),
                      ("read", FIXTURES / "openssl-psk.pcap", "--known", "/nowhere.yaml")]:
        done = checks.run(*arguments, status=1)
        checks.holds(f"{arguments}: an error on standard error", done.stderr.startswith(b"egret audit: error: "),
                     done.stderr[:200])
    done = checks.run("compare", "--a", FIXTURES / "openssl-psk.pcap", status=1)
    checks.holds("a comparison of one setting is refused", b"two settings or more" in done.stderr, done.stderr)


def records(checks, capture, *options):
    done = checks.run("read", "--format", "jsonl", capture, *options)
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def recordings(checks, directory):
    """Every recording is opened by its own keys, and by none or others not."""
    captures = sorted(FIXTURES.glob("*.pcap"))
    checks.holds("there are recordings", len(captures) >= 10)
    for capture in captures:
        done, with_keys = records(checks, capture)
        states = [record["state"] for record in with_keys if record["type"] == "connection"]
        checks.holds(f"{capture.name}: a connection is opened", "opened" in states, f"{states} {done.stderr[:200]}")
        checks.holds(f"{capture.name}: the same bytes again", records(checks, capture)[0].stdout.count(b"\n")
                     == done.stdout.count(b"\n"))
        alone = directory / capture.name
        shutil.copy(capture, alone)
        done, without = records(checks, alone)
        states = {record["state"] for record in without if record["type"] == "connection"}
        checks.holds(f"{capture.name}: without keys nothing is opened", "opened" not in states, f"{states}")
        checks.holds(f"{capture.name}: without keys it ends with 3", done.returncode == 3, f"{done.returncode}")
        alone.unlink()


def hostile(checks, directory):
    """Cut and changed recordings and key logs end with a status that is known, and never by a signal."""
    sources = [FIXTURES / "openssl-psk", FIXTURES / "aioquic-migration"]
    for source in sources:
        capture = source.with_suffix(".pcap").read_bytes()
        keys = source.with_suffix(".keys").read_bytes()
        path, log = directory / "cut.pcap", directory / "cut.keys"
        for step in range(0, 16):
            log.write_bytes(keys)
            path.write_bytes(capture[:len(capture) * step // 16])
            done = checks.run("read", path)
            checks.holds(f"{source.name} cut to {step}/16: {done.returncode}", done.returncode in STATUSES, done.stderr[-200:])
            path.write_bytes(capture)
            log.write_bytes(keys[:len(keys) * step // 16])
            done = checks.run("read", path)
            checks.holds(f"{source.name}, keys cut to {step}/16: {done.returncode}", done.returncode in STATUSES,
                         done.stderr[-200:])
            place = len(capture) * step // 16 + 24
            changed = bytearray(capture)
            changed[min(place, len(changed) - 1)] ^= 0xFF
            path.write_bytes(bytes(changed))
            log.write_bytes(keys)
            done = checks.run("read", path)
            checks.holds(f"{source.name} changed at {place}: {done.returncode}", done.returncode in STATUSES, done.stderr[-200:])
    for name, text in [("empty.har", b""), ("list.har", b"[]"), ("deep.har", b"[" * 5_000), ("binary.har", bytes(range(256)))]:
        path = directory / name
        path.write_bytes(text)
        done = checks.run("read", path, status=1)
        checks.holds(f"{name} is named", name.encode() in done.stderr, done.stderr)


def plans(checks, directory):
    """A plan is the same for the same seed, holds every setting as often as the others, and quotes what it is given."""
    arguments = ["plan", "--setting", "plain", "--setting", "other,zone=Asia/Tokyo", "--hypothesis", "a \"test\": yes",
                 "--runs", "5"]
    first, second = (checks.run(*arguments, "--seed", "7", status=0).stdout.decode() for _ in range(2))
    without_time = [[line for line in text.splitlines() if not line.startswith("created:")] for text in (first, second)]
    checks.holds("the same seed gives the same plan", without_time[0] == without_time[1])
    other = checks.run(*arguments, "--seed", "8", status=0).stdout.decode()
    checks.holds("another seed gives another order", first.split("order:")[1] != other.split("order:")[1])
    order = [line.strip("- \"") for line in first.split("order:")[1].splitlines() if line.strip().startswith("-")]
    checks.holds("each setting has five runs", sorted(order) == ["other"] * 5 + ["plain"] * 5, f"{order}")
    checks.holds("the hypothesis is quoted", 'hypothesis: "a \\"test\\": yes"' in first, first[:200])
    for setting in ("a,zone=Nowhere/Land", "a,colour=red"):
        done = checks.run("plan", "--setting", setting, "--setting", "b", "--hypothesis", "h")
        checks.holds(f"the setting {setting} is refused", done.returncode in (1, 2) and done.stdout == b"", done.stdout[:100])


def reports(checks, directory):
    """Reports go to files that their owner alone may read; a page loads nothing from elsewhere."""
    capture = FIXTURES / "openssl-psk.pcap"
    page = directory / "report.html"
    done = checks.run("read", "--format", "html", "--output", page, capture, status=0)
    checks.holds("a report to a file leaves standard output empty", done.stdout == b"")
    checks.holds("its owner alone may read it", stat.S_IMODE(os.stat(page).st_mode) == 0o600)
    text = page.read_text(encoding="utf-8")
    checks.holds("it is a page", text.lower().startswith("<!doctype html>"))
    checks.holds("it loads nothing", " src=" not in text and "url(" not in text and "<link" not in text)
    done = checks.run("read", "--output", directory / "no/such/directory/report.txt", capture)
    checks.holds("a file that cannot be written is an error", done.returncode == 1, f"{done.returncode}")
    shown = checks.run("read", "--show-values", capture, status=0).stdout
    hidden = checks.run("read", capture, status=0).stdout
    checks.holds("values are not shown unless asked for", len(hidden) <= len(shown))


def redaction(checks, directory):
    """Redacted records have no address and no host but those that are kept, and redacting them again changes nothing."""
    done, _ = records(checks, FIXTURES / "openssl-psk.pcap")
    path = directory / "records.jsonl"
    path.write_bytes(done.stdout)
    redacted = checks.run("redact", path, status=0).stdout
    checks.holds("no address is left", b"192.0.2." not in redacted)
    checks.holds("no host is left", b"suite.example" not in redacted)
    checks.holds("every line is a record", all(json.loads(line)["type"] for line in redacted.splitlines()))
    kept = checks.run("redact", "--keep-host", "suite.example", path)
    if kept.returncode == 0:
        checks.holds("a host that is kept is left", b"suite.example" in kept.stdout)
    again = directory / "redacted.jsonl"
    again.write_bytes(redacted)
    checks.holds("redacting twice changes nothing", checks.run("redact", again, status=0).stdout == redacted)
    path.write_bytes(b"{\"type\":\n")
    done = checks.run("redact", path)
    checks.holds("a line that is no record is an error", done.returncode == 1, f"{done.returncode} {done.stdout[:100]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret-audit", default=ROOT / ".build/debug/egret-audit")
    checks = Checks(str(parser.parse_args().egret_audit))
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        usage(checks)
        missing(checks)
        for part in (recordings, hostile, plans, reports, redaction):
            part(checks, directory)
    print(f"{checks.count} checks, {checks.failed} failed")
    return 1 if checks.failed else 0


sys.exit(main())
