#!/usr/bin/env python3
"""Checks that every counter is written and read, and that every field of the event schema has a writer.

A counter is a stored `UInt64` property that begins at 0 in a type whose name ends in `Counters` or `Report`, and each case of an
enumeration that a `CounterSet` is keyed by. It needs a writer (an assignment or an increment of it, or an argument of that
label) and a reader outside of its own assignments. A field of docs/schema/events.schema.json needs a place below
Sources/Events that writes a key of that name: a literal, or the raw value of an enumeration's case.
The search is lexical: it finds what no one mentions, and does not prove that a mention is reached.
"""
import json
import pathlib
import re
import sys

from measure import blanked, closing, files

ROOT = pathlib.Path(__file__).resolve().parent.parent
TYPE = re.compile(r"\b(?:struct|class)\s+(\w*(?:Counters|Report))\b[^{]*\{")
COUNTER = re.compile(r"\bvar\s+(\w+)(?::\s*UInt64)?\s*(?::\s*UInt64\s*)?=\s*(?:0\b|UInt64\(0\))")
SET = re.compile(r"\bCounterSet<(?:\w+\.)*(\w+)>")
ENUM = re.compile(r"\benum\s+(\w+)\b[^{]*\{")
CASE = re.compile(r"\bcase\s+((?:`?\w+`?(?:\s*=\s*\"[^\"]*\")?\s*,?\s*)+)")
SET_OPERATOR = r"\s*(?:[&+\-|]{0,2}=(?!=))"


def bodies(pattern, text):
    for match in pattern.finditer(text):
        yield match.group(1), match.end(), text[match.end():closing(text, match.end() - 1, "{", "}")]


def counters(texts):
    """Name of type, name of counter, file."""
    for path, (_, text) in texts.items():
        for name, _, body in bodies(TYPE, text):
            for line in body.splitlines():
                found = COUNTER.search(line)
                if found and "UInt64" in line and "static" not in line and "private var" not in line:
                    yield name, found.group(1), path


def cases(texts, wanted):
    """The cases of the enumerations that counters are keyed by: type, case, file."""
    for path, (original, text) in texts.items():
        for name, start, body in bodies(ENUM, text):
            if name in wanted:
                for match in CASE.finditer(original[start:start + len(body)]):
                    for part in match.group(1).split(","):
                        word = re.match(r"\s*`?(\w+)", part)
                        if word:
                            yield name, word.group(1), path


def surroundings(code):
    """The text around each mention of a name: a function from a name to text. Searching all code for each name takes a minute."""
    places = {}
    for match in re.finditer(r"\w+", code):
        places.setdefault(match.group(), []).append(match.start())
    return lambda name: "\n".join(code[max(0, place - 120):place + len(name) + 160] for place in places.get(name, []))


def keys(node):
    """The names of all properties of a JSON Schema."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "properties":
                yield from value
            yield from keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from keys(value)


def main():
    texts = {}
    for path in files("Sources", ".swift"):
        original = path.read_text(encoding="utf-8")
        texts[path.relative_to(ROOT)] = (original, blanked(original))
    code = "\n".join(text for _, text in texts.values())
    literals = "\n".join(original for original, _ in texts.values())
    around = surroundings(code)
    problems, seen = [], 0
    for owner, name, path in counters(texts):
        seen += 1
        near = around(name)
        member = rf"(?:\.|\b){name}\b"
        writers = re.findall(rf"(?<!var ){member}{SET_OPERATOR}|\.{name}\[[^\]]*\]{SET_OPERATOR}|[(,]\s*{name}:|&[\w.]*\b{name}\b|"
                             rf"\.{name}\.\w+\(", near)
        readers = re.findall(rf"\.{name}\b(?!{SET_OPERATOR})|\\\.{name}\b|\b(?:return|[(,+]|&\+)\s*{name}\b(?!:|{SET_OPERATOR})", near)
        if not writers:
            problems.append(f"{path}: nothing counts {owner}.{name}")
        # A computed property of the same file may be what reports it.
        own = re.findall(rf"(?<![.\w]){name}\b(?!\s*[:=]|{SET_OPERATOR})", texts[path][1].replace(f"var {name}", ""))
        if not readers and not own:
            problems.append(f"{path}: nothing reports {owner}.{name}")
    for owner, name, path in cases(texts, set(SET.findall(code))):
        seen += 1
        if not re.search(rf"\[\s*\.{name}\s*\]{SET_OPERATOR}|(?:return|:|count\(|\?|\[)\s*\.{name}\b(?!\s*\][^=])", around(name)):
            problems.append(f"{path}: nothing counts {owner}.{name}")
    fields = set(keys(json.loads((ROOT / "docs/schema/events.schema.json").read_text(encoding="utf-8"))["$defs"]))
    written = set(re.findall(r'"(\w+)"', literals)) | set(re.findall(r"\bcase\s+(\w+)", literals))
    for line in re.findall(r"\bcase\s+([\w ,]+)$", literals, re.MULTILINE):
        written |= {word.strip() for word in line.split(",")}
    problems += [f"docs/schema/events.schema.json: nothing writes '{name}'" for name in sorted(fields - written)]
    if seen < 80 or len(fields) < 100:
        problems.append(f"only {seen} counters and {len(fields)} fields were found: the search is broken")
    for line in problems:
        print(line)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
