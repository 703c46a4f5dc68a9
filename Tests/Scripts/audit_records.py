#!/usr/bin/env python3
"""Runs egret-audit on the bundled recordings: its records match docs/schema/audit.schema.json, a run without all keys says so
first, output files are private, and values are shown only if that was asked for."""
import argparse
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DEMO = ROOT / "docs/demo/audit"

try:
    import jsonschema
except ImportError:
    print("skipped: the Python module jsonschema is not installed")
    sys.exit(77)


def run(program, *arguments, status=0):
    result = subprocess.run([program, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != status:
        sys.exit(f"egret-audit {' '.join(map(str, arguments))}: exit {result.returncode}, not {status}\n{result.stderr}")
    return result


def records(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--egret-audit", required=True)
    program = parser.parse_args().egret_audit
    schema = json.loads((ROOT / "docs/schema/audit.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    failures = []

    def check(name, condition):
        if not condition:
            failures.append(name)

    capture = DEMO / "v2-dubai-1.pcap"
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        known = scratch / "known.yaml"
        known.write_text("version: 1\nknown:\n  agent: client/1\n", encoding="utf-8")
        whole = run(program, "--format", "jsonl", "--known", known, capture)
        rows = records(whole)
        compared = run(program, "compare", "--format", "jsonl", "--a", DEMO / "v2-lisbon-1.pcap", DEMO / "v2-lisbon-2.pcap",
                       "--b", DEMO / "v2-dubai-1.pcap", DEMO / "v2-dubai-2.pcap")
        for row in rows + records(compared):
            for error in validator.iter_errors(row):
                failures.append(f"{row.get('type')}: {error.message[:200]}")
        types = {row["type"] for row in rows} | {row["type"] for row in records(compared)}
        check(f"types of records: {types}", types >= {"connection", "request", "finding", "summary", "inputs", "difference",
                                                     "comparison"})
        check("the known value is found", any(row.get("known") == "agent" for row in rows))
        check("no credential is written", "demo-0000" not in run(program, "--format", "jsonl", "--show-values", capture).stdout)
        check("no value is written unasked", "notes.txt" not in whole.stdout)

        alone = scratch / "alone.pcap"
        alone.write_bytes(capture.read_bytes())
        without = run(program, alone, status=3)
        head = "\n".join(without.stdout.splitlines()[:8])
        check(f"a run without keys says so first: {head}", "could not be opened" in head)
        check("and on standard error", "could not be opened" in without.stderr.splitlines()[0])
        partial = scratch / "partial.keys"
        lines = capture.with_suffix(".keys").read_text(encoding="utf-8").splitlines(keepends=True)
        partial.write_text("".join(line for line in lines if line.startswith(("#", "SERVER"))), encoding="utf-8")
        half = run(program, "--keys", partial, alone, status=3)
        check("a run with the keys of one direction says so first", "could not be opened" in half.stderr.splitlines()[0])
        compared = run(program, "compare", "--format", "jsonl", "--a", DEMO / "v1-lisbon-1.pcap", "--b", alone, status=3)
        check("so does a comparison", "could not be opened" in records(compared)[-1]["sentence"])

        output = scratch / "audit.jsonl"
        output.touch(0o644)
        run(program, "--format", "jsonl", "--output", output, capture)
        check("an output file is private", stat.S_IMODE(os.stat(output).st_mode) == 0o600)
        redacted = run(program, "redact", output)
        for row in records(redacted):
            for error in validator.iter_errors(row):
                failures.append(f"redacted {row.get('type')}: {error.message[:200]}")
        for secret in ("127.0.0.1", "relay.example", "hmac-sha256", "v2-dubai"):
            check(f"a redacted record holds {secret}", secret not in redacted.stdout)
        plan = run(program, "plan", "--setting", "lisbon,zone=Europe/Lisbon", "--setting", "dubai,zone=Asia/Dubai", "--runs", "6",
                   "--seed", "1", "--hypothesis", "the prompt depends on the zone")
        (scratch / "plan.yaml").write_text(plan.stdout, encoding="utf-8")
        planned = run(program, "compare", "--format", "jsonl", "--plan", scratch / "plan.yaml",
                      "--a", *sorted(DEMO.glob("v2-lisbon-?.pcap")), "--b", *sorted(DEMO.glob("v2-dubai-?.pcap")))
        last = records(planned)[-1]
        check(f"a plan that was written later is named: {last['warnings']}", any("before the plan" in text for text in last["warnings"]))
        check(f"settings have their names: {last['settings']}", last["settings"] == ["lisbon", "dubai"])
    for failure in failures:
        print(failure)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
