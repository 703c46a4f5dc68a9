#!/usr/bin/env python3
"""Measures the source code: sizes of files and functions, documentation, unlabeled parameters, tests.

The figures are lexical: comments and string literals are blanked, then declarations are found by their keywords.
`measure.py` prints the table; `measure.py --check` also holds the limits below and exits with 1 if one is passed; with
`--sources` that of tests is left out.
"""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FUNCTION = re.compile(r"\b(?:func\s+[^\s(<]+|init[?]?|subscript)\s*(?:<[^>]*>)?\s*\(")
PUBLIC = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public|package|open)\s+(?!import\b|extension\b)"
                    r"(?:@\w+\s+)*(?:[a-z]+(?:\([a-z]+\))?\s+)*?(?:func|var|let|struct|class|enum|protocol|init|case|"
                    r"typealias|subscript|actor|static)\b")
FORCED = re.compile(r"[\w)\]]!(?![=\w])|\btry!|\bas!")

# Tests of scripts and of the running program are written in Python and shell; sources are Swift alone.
TESTS = "test lines (Swift, Python, shell) a source line"

# name, lowest, highest
LIMITS = [
    ("file lines, median", 90, 250), ("files below 30 lines, %", 0, 5),
    ("functions with 3 or more unlabeled parameters", 0, 30), ("function lines, p90", 0, 20),
    ("function lines, max", 0, 45), ("documented public and package declarations, %", 100, 100),
    ("forced unwraps", 0, 0), (TESTS, 0.6, 10),
]


def files(root, *kinds):
    """The files below `root` that are tracked or new, whose names end in one of `kinds`."""
    run = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", root], cwd=ROOT,
                         stdout=subprocess.PIPE, check=True)
    return [ROOT / name for name in sorted(run.stdout.decode().split("\0"))
            if name.endswith(kinds) and (ROOT / name).is_file()]


def blanked(text):
    """The text with comments and string literals replaced by blanks; lines and columns stay where they were."""
    out, i, n = [], 0, len(text)

    def blank(end):
        out.append(re.sub(r"[^\n]", " ", text[i:end]))

    while i < n:
        if text.startswith("//", i):
            end = text.find("\n", i)
        elif text.startswith("/*", i):
            end = text.find("*/", i) + 2
        elif text.startswith('"""', i):
            end = text.find('"""', i + 3) + 3
        elif text[i] == '"':
            end, depth = i + 1, 0
            while end < n and (depth or text[end] != '"') and text[end] != "\n":
                if text.startswith("\\(", end):
                    depth, end = depth + 1, end + 2
                    continue
                if text[end] == "\\":
                    end += 1
                elif depth and text[end] == "(":
                    depth += 1
                elif depth and text[end] == ")":
                    depth -= 1
                end += 1
            end += 1
        else:
            out.append(text[i])
            i += 1
            continue
        if end <= i:
            end = n
        blank(end)
        i = end
    return "".join(out)


def closing(text, start, opening, closer):
    """The index after the bracket that closes the one at `start`."""
    depth = 0
    for index in range(start, len(text)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closer:
            depth -= 1
            if depth == 0:
                return index + 1
    return len(text)


def parameters(text):
    """The parameters of a list, cut at the commas that are in no bracket."""
    depth, part, parts = 0, "", []
    for character in text.replace("->", "  "):
        depth += (character in "([{<") - (character in ")]}>")
        if character == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return [p for p in parts + [part] if p.strip()]


def functions(text):
    """For each function of the blanked text: its name, its lines and its count of unlabeled parameters."""
    for match in FUNCTION.finditer(text):
        if match.group(0).startswith(("init", "subscript")) and re.search(r"[.\w]$", text[:match.start()]):
            continue
        begin = match.end() - 1
        end = closing(text, begin, "(", ")")
        unlabeled = sum(bool(re.match(r"\s*_\s+\w+\s*:", p)) for p in parameters(text[begin + 1:end - 1]))
        body = re.compile(r"[^{}\n]*(?:\n\s*where[^{}]*)?(?:\n?[^{}\n]*)?\{").match(text, end)
        if not body:
            continue
        stop = closing(text, body.end() - 1, "{", "}")
        yield match.group(0), text.count("\n", match.start(), stop) + 1, unlabeled


def documented(original, text):
    """Of the public and package declarations: how many there are, and how many have a doc comment."""
    lines, shown, total, good = original.split("\n"), text.split("\n"), 0, 0
    for number, line in enumerate(shown):
        if not PUBLIC.match(line) or re.search(r"\boverride\b", line):
            continue
        total += 1
        above = number - 1
        while above >= 0 and lines[above].lstrip().startswith("@"):
            above -= 1
        good += above >= 0 and lines[above].lstrip().startswith("///")
    return total, good


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure():
    lengths, sizes, unlabeled, total, good, forced, source_lines = [], [], 0, 0, 0, 0, 0
    for path in files("Sources", ".swift"):
        original = path.read_text(encoding="utf-8")
        text = blanked(original)
        lengths.append(original.count("\n"))
        source_lines += original.count("\n")
        for _, size, count in functions(text):
            sizes.append(size)
            unlabeled += count >= 3
        found = documented(original, text)
        total, good = total + found[0], good + found[1]
        forced += len(FORCED.findall(text))
    test_lines = sum(path.read_text(encoding="utf-8").count("\n") for path in files("Tests", ".swift", ".py", ".sh"))
    return {
        "source files": len(lengths), "source lines": source_lines, "file lines, median": statistics.median(lengths),
        "file lines, p90": quantile(lengths, 0.9), "file lines, max": max(lengths),
        "files below 30 lines, %": round(100 * sum(n < 30 for n in lengths) / len(lengths), 1),
        "functions": len(sizes), "function lines, median": statistics.median(sizes),
        "function lines, p90": quantile(sizes, 0.9), "function lines, max": max(sizes),
        "functions with 3 or more unlabeled parameters": unlabeled,
        "public and package declarations": total,
        "documented public and package declarations, %": round(100 * good / total, 1) if total else 100,
        "forced unwraps": forced, TESTS: round(test_lines / source_lines, 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 if a limit is passed")
    parser.add_argument("--sources", action="store_true", help="with --check, hold the limits of sources and not that of tests")
    parser.add_argument("--list", action="store_true", help="also name the functions with 3 or more unlabeled parameters")
    arguments = parser.parse_args()
    if arguments.list:
        for path in files("Sources", ".swift"):
            text = blanked(path.read_text(encoding="utf-8"))
            for name, size, count in functions(text):
                if count >= 3 or size > 45:
                    print(f"{path.relative_to(ROOT)}: {name.strip('( ')}: {count} unlabeled, {size} lines")
    table = measure()
    limits = {name: (low, high) for name, low, high in LIMITS}
    passed = []
    for name, value in table.items():
        low, high = limits.get(name, (None, None))
        bad = low is not None and not low <= value <= high
        bound = "" if low is None else f"  (limit {low} to {high})" if low else f"  (limit {high})"
        print(f"{name:48} {value:>8}{bound}{'  EXCEEDED' if bad else ''}")
        if bad and not (arguments.sources and name.startswith("test lines")):
            passed.append(name)
    return 1 if arguments.check and passed else 0


if __name__ == "__main__":
    sys.exit(main())
