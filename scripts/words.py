#!/usr/bin/env python3
"""Holds the glossary: no retired word in identifiers, documents or messages.

The list is the table "Retired words" of docs/GLOSSARY.md: the words of its left column, separated by commas. A word is found
whole, also at the beginning of a sentence; as a part of a longer identifier if it begins with a capital. `words.py --count` counts by word and file.
Former setting keys, which stay valid, and CHANGELOG.md, which is history, are left out.
"""
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEFT_OUT = re.compile(r"^(CHANGELOG\.md|LICENSE|docs/GLOSSARY\.md|Sources/Settings/Settings\+Aliases\.swift|"
                      r"docs/schema/|Tests/SettingsTests/FormerKeyTests\.swift|Tests/Scripts/words_check\.py|Tests/Golden/|Fuzz/corpus/|docs/demo/)")
KINDS = (".swift", ".go", ".md", ".py", ".sh", ".yaml", ".yml", ".h", ".c", ".json", ".service", "Makefile", "Dockerfile")


def retired():
    text = (ROOT / "docs/GLOSSARY.md").read_text(encoding="utf-8")
    table = text[text.index("## Retired words"):]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in ("retired", "") and not cells[0].startswith("-"):
            yield from (word.strip() for word in cells[0].split(","))


def pattern(word):
    end = r"(?:s|es)?(?![A-Za-z0-9])" if word[0].islower() else r"(?![a-z])"
    begin = r"(?<![A-Za-z0-9_-])" if word[0].islower() else r"(?<![A-Z])"
    first = f"[{word[0]}{word[0].upper()}]" if word[0].islower() else word[0]
    return begin + first + re.escape(word[1:]) + end


def main():
    run = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                         stdout=subprocess.PIPE, check=True)
    words = list(retired())
    if len(words) < 20:
        print("docs/GLOSSARY.md: the table of retired words was not found")
        return 1
    patterns = {word: re.compile(pattern(word)) for word in words}
    found, counts = 0, collections.Counter()
    for name in sorted(run.stdout.decode().split("\0")):
        path = ROOT / name
        if not name.endswith(KINDS) or LEFT_OUT.match(name) or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        lower = text.lower()
        # Few words are in a file at all: the search for them by patterns takes a minute for the whole tree.
        for match in (match for word in words if word.lower() in lower for match in patterns[word].finditer(text)):
            found += 1
            counts[match.group(0)] += 1
            if "--count" not in sys.argv[1:]:
                number = text.count("\n", 0, match.start()) + 1
                print(f"{name}:{number}: '{match.group(0)}' is retired: see docs/GLOSSARY.md")
    if "--count" in sys.argv[1:]:
        for word, count in counts.most_common():
            print(f"{count:5} {word}")
    return 1 if found else 0


sys.exit(main())
