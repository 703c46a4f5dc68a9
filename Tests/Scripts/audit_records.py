#!/usr/bin/env python3
"""Runs egret-audit on the bundled recordings: its records match docs/schema/audit.schema.json, a run without all keys says so
first, output files are private, and values are shown only if that was asked for."""
import argparse
import base64
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


def redaction_leaks(program, scratch):
    """Requests with a canary in every place; what of it is in the redacted record, as failures."""
    canary, number = "zqcanary", 0
    home = "/".join(["", "home", canary])

    def place(text):
        nonlocal number
        number += 1
        return f"{canary}-{number} {text}".strip()

    body = {
        "messages": [{"role": "user", "content": place("Today\u02bcs date is 2026/11/30")}],
        "metadata": {"user_id": place(""), home: place(""), canary + " as a name": 1, "number": 4711471147114711,
                     "nested": json.dumps({"email": f"{canary}@corp.invalid", "token": place("")})},
        "base64": base64.b64encode(json.dumps({"hostname": canary + ".invalid"}).encode()).decode(),
        "timezone": "Asia/Dubai", "home": home, "apostrophes": "don't can't won't isn't wasn\u02bct " + canary}
    entries = []
    for index in range(5):
        entries.append({
            "startedDateTime": f"2026-01-01T00:00:0{index}.000Z",
            "request": {
                "method": "POST", "url": f"https://{canary}.invalid/v1/{canary}.git/users/{canary}@x/messages?name={canary}&{canary}=1",
                "httpVersion": "HTTP/1.1",
                "headers": [{"name": "User-Agent", "value": place("client/1")}, {"name": "Cookie", "value": place("")},
                            {"name": "Authorization", "value": "Bearer sk-" + canary * 3}, {"name": "X-Repository", "value": f"git@{canary}:a/b.git"}],
                "postData": {"mimeType": "application/json", "text": json.dumps(body, ensure_ascii=False)}},
            "response": {"status": 200}})
    recording = scratch / (canary + ".har")
    recording.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    known = scratch / "canaries.yaml"
    known.write_text(f"version: 1\nknown:\n  user: {canary}\n  repository: https://{canary}.invalid/{canary}.git\n", encoding="utf-8")
    failures = []
    for shown in ([], ["--show-values"]):
        records_file = scratch / "canary.jsonl"
        run(program, "--format", "jsonl", "--known", known, "--output", records_file, *shown, recording)
        text = records_file.read_text(encoding="utf-8")
        if shown and canary not in text:
            failures.append("the record that is to be redacted holds no value, so that this shows nothing")
        redacted = run(program, "redact", records_file).stdout
        if not any(row["type"] == "finding" and row.get("known") == "user" for row in map(json.loads, redacted.splitlines())):
            failures.append("a redacted record does not say that a known value was found")
        # The name of a query parameter or member is a field, and stays.
        left = redacted.replace("query." + canary, "")
        for forbidden in (canary, base64.b64encode(canary.encode()).decode()[:10], "4711471147114711", "corp.invalid", "Asia/Dubai"):
            if forbidden in left:
                line = next(line for line in left.splitlines() if forbidden in line)
                failures.append(f"a redacted record holds {forbidden}: {line[:300]}")
    compared = scratch / "compared.jsonl"
    run(program, "compare", "--format", "jsonl", "--show-values", "--output", compared, "--a", recording, "--b", recording)
    if canary in run(program, "redact", compared).stdout:
        failures.append("a redacted comparison holds a value")
    return failures


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

    # Names of the module are in every program that is built from it (scripts/imports.py holds the same of the sources).
    sensor, mark = pathlib.Path(program).with_name("egret"), b"$s10Decryption"
    check("the audit holds decryption, so that looking for it in the sensor shows something", mark in pathlib.Path(program).read_bytes())
    if sensor.exists():
        check("the sensor holds no decryption", mark not in sensor.read_bytes())
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
        run(program, "--format", "jsonl", "--output", scratch, capture, status=1)
        check("an output that is a directory is left alone", output.exists())
        link = scratch / "link.jsonl"
        link.symlink_to(output)
        run(program, "--format", "jsonl", "--output", link, capture, status=1)
        page = run(program, "--format", "html", capture).stdout
        check("the page has every section", all(f"<h2>{title}</h2>" in page for title in (
            "What was recorded", "Marks in text", "Facts about the machine and the person", "Derived values", "Recordings")))
        check("the page refers to nothing else", not any(word in page for word in ("<script", "src=", "href=", "url(")))
        check("the page shows no value unasked", "notes.txt" not in page)
        compared_page = run(program, "compare", "--format", "html", "--a", DEMO / "v2-lisbon-1.pcap", "--b", capture).stdout
        check("the page of a comparison has its sentence", "p = 1" in compared_page and "<h2>Result</h2>" in compared_page)
        failures.extend(redaction_leaks(program, scratch))
        named = {source["name"] for row in rows if row["type"] == "inputs" for source in row["inputs"]}
        check(f"every file that the result rests on has its digest: {named}",
              named == {"v2-dubai-1.pcap", "v2-dubai-1.keys", "known.yaml"})
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
