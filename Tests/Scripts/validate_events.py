#!/usr/bin/env python3
"""Checks JSON lines on standard input against docs/schema/events.schema.json.

Exit status 0: every line is a valid event. 1: the first errors are printed, a line each. 77: the jsonschema module is
not installed, so nothing was checked.
"""
import json
import pathlib
import sys

LIMIT = 16384
MOST_ERRORS = 20

try:
    import jsonschema
except ImportError:
    print("skipped: the Python module jsonschema is not installed")
    sys.exit(77)


def errors_of(number, line, validator):
    if len(line) > LIMIT:
        yield f"line {number}: {len(line)} bytes, more than {LIMIT}"
    if not line.endswith(b"\n"):
        yield f"line {number}: no line feed at its end"
    try:
        event = json.loads(line.decode("utf-8"))
    except ValueError as error:
        yield f"line {number}: {error}"
        return
    for error in validator.iter_errors(event):
        where = ".".join(str(part) for part in error.absolute_path) or "(the event)"
        yield f"line {number}: {where}: {error.message[:200]}"


def main():
    path = pathlib.Path(__file__).resolve().parents[2] / "docs/schema/events.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    found, lines = 0, 0
    for lines, line in enumerate(sys.stdin.buffer, start=1):
        for error in errors_of(lines, line, validator):
            print(error)
            found += 1
            if found >= MOST_ERRORS:
                return 1
    if found == 0:
        print(f"{lines} events are valid")
    return 1 if found else 0


sys.exit(main())
