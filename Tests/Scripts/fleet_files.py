#!/usr/bin/env python3
"""Checks by their text the files of a fleet that need an engine to run (`make fleet` runs them): the tables have a column for every
field of flows and questions, dashboards name only columns that there are, the packs compile, and what SQL cannot say is named.

usage: fleet_files.py --egret PATH
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
problems = []
held = 0


def hold(condition, words):
    global held
    held += 1
    if not condition:
        problems.append(words)


def run(egret, *arguments):
    return subprocess.run([egret, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


def paths(node, schema, path=""):
    """Every field of an event by the JSON Schema, without elements of lists."""
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    if node.get("type") == "object" and node.get("properties"):
        for key, value in node["properties"].items():
            yield from paths(value, schema, f"{path}.{key}" if path else key)
    else:
        yield path


def columns(text):
    """The columns of each table that is made."""
    return {name: set(re.findall(r"^\s+`?(\w+)`? ", body, re.MULTILINE))
            for name, body in re.findall(r"CREATE TABLE IF NOT EXISTS egret\.(\w+)\s*\n\((.*?)\n\)\nENGINE", text, re.DOTALL)}


def check_tables(egret):
    text = run(egret, "schema", "clickhouse").stdout
    tables = columns(text)
    schema = json.loads((ROOT / "docs/schema/events.schema.json").read_text())
    for kind in ("flow", "dns"):
        for path in paths(schema["$defs"][f"{kind}_event"], schema):
            name = path.replace(".", "_")
            hold(path == "type" or name in tables[kind], f"egret.{kind} has no column for {path}")
    for table in tables:
        hold(re.search(rf"TTL|Null|schema_version", text), f"{table}: nothing is ever removed")
    hold("ALTER TABLE egret.flow ADD COLUMN" in run(egret, "schema", "clickhouse", "--from", 1).stdout, "a migration adds columns")
    roles = run(egret, "schema", "clickhouse", "--roles").stdout
    hold(re.findall(r"GRANT (\w+) ON egret\.(\S+) TO egret_writer", roles) == [("INSERT", "door")], "the writer only inserts")
    hold(run(egret, "schema", "clickhouse", "--from", 99).returncode == 2, "a version that there is not is wrong usage")
    return tables


def check_dashboards(tables):
    every = set().union(*tables.values())
    for path in sorted((ROOT / "deploy/grafana").glob("*.json")):
        board = json.loads(path.read_text())
        hold({"uid", "title", "schemaVersion", "panels", "templating", "time"} <= set(board), f"{path.name}: keys of a dashboard")
        ids = [panel["id"] for panel in board["panels"]]
        hold(len(ids) == len(set(ids)), f"{path.name}: ids of panels")
        for panel in board["panels"]:
            place = panel["gridPos"]
            hold(place["x"] + place["w"] <= 24 and panel["targets"] and panel["description"], f"{path.name}: {panel['title']}")
            for target in panel["targets"]:
                names = set(re.findall(r"\b(?:ai|flow|src|dst|sensor|alert|coverage|dns|tls|net)_\w+", target.get("rawSql", "")))
                hold(names <= every, f"{path.name}: {panel['title']} names {names - every}")
        # Panels do not cover one another.
        cells = [(x, y) for panel in board["panels"] for p in [panel["gridPos"]]
                 for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]
        hold(len(cells) == len(set(cells)), f"{path.name}: panels overlap")
    source = "".join(path.read_text() for path in (ROOT / "Sources/Monitor/Metrics").glob("*.swift"))
    for name in set(re.findall(r"egret_\w+", (ROOT / "deploy/grafana/sensors.json").read_text())):
        hold(f'"{name}"' in source, f"sensors.json names the metric {name}, which there is not")


def check_rules(egret):
    for pack in ("distillation-shape", "heavy-use", "data-transfer", "vendor-ban"):
        for form in ([], ["--schedule", "1m"], ["--rows", "hits"]):
            done = run(egret, "rules", "sql", *form, ROOT / f"rules/policies/{pack}.yaml")
            hold(done.returncode == 0 and "egret.flow FINAL" in done.stdout, f"{pack} {form}: {done.stderr}")
    cases = {
        "sensor.health: degraded": "- {id: told, match: {sensor.health: degraded}}",
        "threshold.count: sum(flow.duration)": "- {id: told, match: {ai.vendor: openai}, threshold: {count: sum(flow.duration), op: gt, value: 1m, window: 1h}}",
        "threshold.count with a condition on flow.bytes_up":
            "- {id: told, match: {flow.bytes_up: {gt: 1MB}}, threshold: {count: sum(flow.bytes_up), op: gt, value: 5MB, window: 1h}}",
        "dedup.by: dst.host":
            "- {id: told, match: {ai.vendor: openai}, threshold: {count: flows, op: gt, value: 5, window: 1h, group_by: [src.ip]}, dedup: {by: [dst.host]}}",
        "ai.relay_reasons": "- {id: told, match: {ai.relay_reasons: {exists: true}}}",
    }
    for clause, rule in cases.items():
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(f"version: 1\nrules:\n{rule}\n")
            file.flush()
            done = run(egret, "rules", "sql", file.name)
            hold(done.returncode == 1 and clause in done.stderr and "rule 'told'" in done.stderr and not done.stdout, f"{clause}: {done.stderr}")
    hold(run(egret, "rules", "sql", "--schedule", "1s").returncode == 2, "a schedule of a second is wrong usage")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--egret", required=True)
    egret = options.parse_args().egret
    check_dashboards(check_tables(egret))
    check_rules(egret)
    for problem in problems:
        print(f"BROKEN {problem}")
    print(f"{held - len(problems)} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
