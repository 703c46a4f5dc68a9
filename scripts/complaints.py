#!/usr/bin/env python3
"""Complaints of users by their number, and the tests that are named after them.

Those about rules, lists and reload have to be there; what more there is, is listed with -v.
Exit status 1 where one of them has no test of its name.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
REQUIRED = {
    20: "rule files load whole or not at all, through the swap of a mounted directory's links too",
    22: "an error inside a folded scalar has its own line and column",
    23: "a misspelt key is an error, with the right one",
    34: "exceptions are scoped, counted, listable, and reported where they are broad",
    35: "the same thing again is the same alert, and every hit counts",
    37: "long lists load, and an entry of the wrong type is an error at its line",
}
TEST = re.compile(r'@Test\(\s*"([^"]*[Cc]omplaints? [^"]*)"|def (test_complaint_\d+\w*)')


def named_tests():
    """The tests of each complaint: number to (file, name)."""
    found = collections.defaultdict(list)
    for path in sorted((ROOT / "Tests").rglob("*")):
        if path.suffix not in (".swift", ".py"):
            continue
        for quoted, function in TEST.findall(path.read_text(encoding="utf-8")):
            name = quoted or function.replace("_", " ")
            for numbers in re.findall(r"[Cc]omplaints? (\d+(?:, \d+)*)", name):
                for number in numbers.split(", "):
                    found[int(number)].append((path.relative_to(ROOT), name))
    return found


def main():
    found = named_tests()
    shown = sorted(found.keys() | REQUIRED.keys()) if "-v" in sys.argv[1:] else sorted(REQUIRED)
    for number in shown:
        print(f"{number}  {REQUIRED.get(number, '')}".rstrip())
        for path, name in found.get(number, []):
            print(f"      {path}: {name}")
    missing = [number for number in REQUIRED if not found.get(number)]
    for number in missing:
        print(f"error: complaint {number} is no named test: {REQUIRED[number]}")
    return 1 if missing else 0


sys.exit(main())
