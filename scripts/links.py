#!/usr/bin/env python3
"""Checks the references of every Markdown page: links, their anchors, and paths of this repository in code spans.

A link to a file of the repository must lead to one that exists, and a `#fragment` to a heading of that page, by the rule of GitHub
(lower case, blanks become dashes, other signs are dropped). A code span that begins with a directory of the repository, such as
`Sources/Wire/Packet.swift`, must name a file or a directory; `NAME` and `TARGET` are placeholders. Links to the web are not followed.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`((?:Sources|Tests|docs|scripts|rules|deploy|Fuzz|Benchmarks)/[A-Za-z0-9_+./-]+)`")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.M)
# Not in the repository: placeholders, and what `make fuzz` writes.
ELSEWHERE = re.compile(r"NAME|TARGET|^Fuzz/crashes$")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)


def pages():
    run = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT,
                         stdout=subprocess.PIPE, check=True)
    return [ROOT / name for name in sorted(run.stdout.decode().split("\0")) if name and (ROOT / name).is_file()]


def anchors(text):
    """The anchors of a page's headings, repeated ones numbered as GitHub numbers them."""
    found = {}
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = found.get(anchor, 0)
        found[anchor] = count + 1
        yield anchor if count == 0 else f"{anchor}-{count}"


def check(page):
    text = page.read_text(encoding="utf-8")
    for number, line in enumerate(FENCE.sub(lambda match: "\n" * match.group(0).count("\n"), text).splitlines(), 1):
        for target in LINK.findall(line):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, fragment = target.partition("#")
            path = (page.parent / name).resolve() if name else page
            if not path.exists():
                yield number, f"'{target}' leads to no file"
            elif fragment and path.suffix == ".md" and fragment not in anchors(path.read_text(encoding="utf-8")):
                yield number, f"'{target}': no heading has this anchor"
        # History names files that are gone.
        for name in SPAN.findall(line) if page.name != "CHANGELOG.md" else ():
            if not ELSEWHERE.search(name) and not (ROOT / name).exists():
                yield number, f"'{name}' does not exist"


def main():
    failed = 0
    for page in pages():
        for number, what in check(page):
            failed += 1
            print(f"{page.relative_to(ROOT)}:{number}: {what}")
    return 1 if failed else 0


sys.exit(main())
