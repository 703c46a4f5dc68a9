#!/usr/bin/env python3
"""`egret catalog` and `egret rules` as people and scripts meet them: the program itself, its exit status, what it prints.

What is exported is read back by who it is for where that is installed (nft, dnsmasq, suricata), otherwise by its grammar.

usage: commands.py [--egret PATH] [NAME...]     NAME: only the tests whose name contains it
"""
import argparse
import base64
import csv
import io
import itertools
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import traceback

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIME_LIMIT = 120
FINE, ERRORS, USAGE, TEST_FAILED = 0, 1, 2, 3

ACME = """\
id: acme
name: Acme
country: DE
category: api
products:
- {id: acme-api, name: Acme API, category: api}
sources:
  docs: {date: 2026-11-22, text: public documents}
hosts:
- {exact: api.acme.example, role: inference, product: acme-api, source: docs}
- {exact: tele.acme.example, role: telemetry, source: docs}
- {wildcard: "m-*.acme.example", role: inference, source: docs}
- {suffix: acme.example, role: unclassified, source: docs}
prefixes:
- {prefix: 192.0.2.0/24, role: unclassified, source: docs}
- {prefix: "2001:db8::/32", role: unclassified, source: docs}
"""

RULE = """\
version: 1
metadata: {ruleset: t, revision: 3}
rules:
- id: acme-use
  title: Acme was used
  match: {ai.vendor: acme}
  severity: high
  exceptions:
  - {name: lab, match: {src.ip: {cidr: 10.9.0.0/16}}, reason: LGL-118, owner: lab@acme.example, permanent: true}
  tests:
  - {name: it is, event: {dst.host: api.acme.example}, expect: alert}
  - {name: another, event: {dst.host: api.other.example}, expect: none}
"""

SARIF = {  # What readers of SARIF 2.1.0 ask of a log.
    "type": "object", "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"}, "$schema": {"type": "string", "format": "uri"},
        "runs": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["tool", "results"],
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "properties": {
                    "driver": {"type": "object", "required": ["name"], "properties": {"name": {"const": "egret"}}}}},
                "results": {"type": "array", "items": {
                    "type": "object", "required": ["ruleId", "level", "message", "locations"],
                    "properties": {
                        "ruleId": {"type": "string", "pattern": r"^R\d{3}$"}, "level": {"const": "error"},
                        "message": {"type": "object", "required": ["text"],
                                    "properties": {"text": {"type": "string", "minLength": 1}}},
                        "locations": {"type": "array", "minItems": 1, "items": {
                            "type": "object", "required": ["physicalLocation"], "properties": {"physicalLocation": {
                                "type": "object", "required": ["artifactLocation", "region"], "properties": {
                                    "artifactLocation": {"type": "object", "required": ["uri"]},
                                    "region": {"type": "object", "required": ["startLine", "startColumn"],
                                               "properties": {"startLine": {"type": "integer", "minimum": 1},
                                                              "startColumn": {"type": "integer", "minimum": 1}}}}}}}},
                    }}}}}}}}


class Written(yaml.SafeLoader):
    """Reads every value as the text that was written."""


Written.yaml_implicit_resolvers = {}


def outcome(expect):
    """Whether a test of a rule expects an alert, and with which severity and count."""
    if isinstance(expect, str):
        return expect == "alert", None, None
    alerts = "suppressed_by" not in expect and expect.get("alert") != "false" and expect.get("count") != "0" and (
        expect.get("alert") == "true" or "severity" in expect or "count" in expect)
    return alerts, expect.get("severity"), expect.get("count")


def members(test):
    """The values of a test's events, by event and key."""
    events = enumerate(test.get("events") or [test.get("event", {})])
    return {(number, key, inner): str(value) for number, event in events for key, outer in event.items()
            for inner, value in (outer.items() if isinstance(outer, dict) else [("", outer)])}


def edges(tests):
    """Pairs of tests that differ in one value and in nothing else, one of them with an alert and the other without, or
    with another severity or count: there the rule turns."""
    for first, second in itertools.combinations(tests, 2):
        (one, other), (a, b) = (outcome(first["expect"]), outcome(second["expect"])), (members(first), members(second))
        differs = any(x is not None and y is not None and x != y for x, y in zip(one, other))
        if differs and sum(a.get(key) != b.get(key) for key in a.keys() | b.keys()) == 1:
            yield first["name"], second["name"]


class Tests:
    def __init__(self, egret, directory):
        self.egret, self.directory = str(egret), pathlib.Path(directory)
        self.small = self.directory / "vendors"
        self.write("vendors/acme.yaml", ACME)
        self.write("rules/acme.yaml", RULE)

    # MARK: What tests do

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, *arguments, status=FINE, stdin=None, catalog=True):
        """What the program prints on standard output; it has to end with `status`."""
        arguments = [str(a) for a in arguments] + (["--catalog", str(self.small)] if catalog else [])
        done = subprocess.run([self.egret, *arguments], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=TIME_LIMIT, cwd=self.directory)
        self.errors = done.stderr
        assert done.returncode == status, (f"egret {' '.join(arguments)} ends with {done.returncode}, not {status}\n"
                                           f"{done.stdout}{done.stderr}")
        return done.stdout

    def capture(self, name, sources):
        """A capture of a question for api.acme.example from each of `sources`, a second apart."""
        frames = b""
        for second, source in enumerate(sources):
            question = b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03api\x04acme\x07example\x00\x00\x01\x00\x01"
            udp = struct.pack("!HHHH", 40_000 + second, 53, 8 + len(question), 0) + question
            address = bytes(int(part) for part in source.split("."))
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), second, 0, 64, 17, 0) + address + bytes([198, 51, 100, 53])
            frame = bytes(12) + b"\x08\x00" + ip + udp
            frames += struct.pack("<IIII", 1_783_648_915 + second, 0, len(frame), len(frame)) + frame
        return self.write(name, struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1) + frames)

    # MARK: egret catalog

    def test_catalog_check(self):
        said = self.run("catalog", "check", "--on", "2026-11-22", catalog=False)
        assert re.search(r"^\d+ vendors, \d+ entries, version [\d.]+, \d+ fingerprints: 0 findings$", said, re.M), said
        self.run("catalog", "check", "--on", "yesterday", status=USAGE)
        self.run("catalog", "check", "--catalog", self.directory / "none", status=ERRORS, catalog=False)
        self.write("doubtful/acme.yaml", ACME)
        self.write("doubtful/other.yaml", ACME.split("products:")[0].replace("id: acme", "id: other")
                   + "sources:\n  docs: {date: 2026-11-22, text: public documents}\nhosts:\n"
                   "- {exact: x.acme.example, role: inference, source: docs}\n"
                   "- {suffix: acrne.example, role: unclassified, source: docs}\n"
                   "- {suffix: co.uk, role: web, source: docs}\n")
        # Fingerprints that ship name vendors that this catalog does not have.
        some = self.write("fingerprints/some.yaml", "name: some\nsources:\n  s: {date: 2026-11-22, text: t}\nfingerprints:\n"
                          "- {ja4: t13d1513h2_8daaf6152771_5a1e5b4c4d2d, kind: browser, software: B 1, source: s, "
                          "expires: 2027-11-22}\n")
        self.run("catalog", "check", "--catalog", self.directory / "doubtful", "--fingerprints", some.parent, "--on", "2026-11-22",
                 status=ERRORS, catalog=False)
        said = self.run("catalog", "check", "--catalog", self.directory / "doubtful", "--fingerprints", some.parent, "--on",
                        "2027-11-22", status=ERRORS, catalog=False)
        assert "some.yaml:5:3: error[V055]" in said, said
        for code, what in (("V040", "x.acme.example"), ("V041", "co.uk"), ("V042", "acrne.example")):
            assert re.search(rf"other\.yaml:\d+:\d+: error\[{code}\] .*{re.escape(what)}", said), f"{code}\n{said}"
        bad = ACME.replace("role: telemetry", "rol: telemetry").replace("date: 2026-11-22", "date: 2026-13-22")
        self.write("broken/acme.yaml", bad)
        self.run("catalog", "check", "--catalog", self.directory / "broken", status=ERRORS, catalog=False)
        for line in ("acme.yaml:8:16: error[V015]", "acme.yaml:11:30: error[V010] unknown key 'rol' in a host; did you mean 'role'?",
                     "Nothing was loaded."):
            assert line in self.errors, f"{line}\n{self.errors}"

    def test_catalog_lookup(self):
        said = self.run("catalog", "lookup", "API.acme.example.", "m-7.acme.example", "new.acme.example", "192.0.2.9", "example.org")
        for part in ("exact api.acme.example; ", "wildcard m-*.acme.example; ", "suffix acme.example; ",
                     "prefix 192.0.2.0/24; ", "not in the catalog", "acme.yaml:10:3", "public documents"):
            assert part in said, f"{part}\n{said}"
        said = self.run("catalog", "lookup", "--format", "jsonl", "-", stdin="tele.acme.example\nnotacme.example\n2001:db8::1\n")
        answers = [json.loads(line) for line in said.splitlines()]
        assert [(a["name"], a.get("vendor"), a.get("role")) for a in answers] == [
            ("tele.acme.example", "acme", "telemetry"), ("notacme.example", None, None),
            ("2001:db8::1", "acme", "unclassified")], said
        self.run("catalog", "lookup", status=USAGE)
        self.run("catalog", "lookup", "--format", "xml", "a.example", status=USAGE)

    def test_catalog_list(self):
        assert self.run("catalog", "list") == "acme\tDE\t6\tAcme\n"
        said = self.run("catalog", "list", "acme")
        assert "acme-api\tapi\tAcme API" in said and "tele.acme.example\ttelemetry\tdedicated\t-" in said, said
        self.run("catalog", "list", "nobody", status=USAGE)

    def test_catalog_override_entry_by_entry(self):
        self.write("own/acme.yaml", ACME.split("hosts:")[0].replace("name: Acme\n", "name: Acme of ours\n")
                   + "hosts:\n- {exact: tele.acme.example, role: crash, source: docs}\n"
                   "- {exact: own.acme.example, role: mcp, source: docs}\n")
        both = ("--catalog", self.small, "--catalog", self.directory / "own")
        names = ("api.acme.example", "tele.acme.example", "own.acme.example", "new.acme.example")
        said = self.run("catalog", "lookup", "--format", "jsonl", *names, *both, catalog=False)
        assert [json.loads(line)["role"] for line in said.splitlines()] == ["inference", "crash", "mcp", "unclassified"], said
        assert self.run("catalog", "list", *both, catalog=False) == "acme\tDE\t7\tAcme of ours\n"
        # Turned round, the shipped entry is over the own one.
        turned = ("--catalog", self.directory / "own", "--catalog", self.small)
        said = self.run("catalog", "lookup", "--format", "jsonl", "tele.acme.example", *turned, catalog=False)
        assert json.loads(said)["role"] == "telemetry", said

    def export(self, form, *more):
        return self.run("catalog", "export", "--as", form, *more, catalog=False)

    def test_export_csv(self):
        rows = list(csv.DictReader(io.StringIO(self.export("csv", "--include-shared"))))
        assert len(rows) > 1_000 and all(row["date"] and row["sources"] and row["role"] for row in rows)
        assert {row["match"] for row in rows} == {"exact", "suffix", "wildcard", "prefix"}
        dedicated = list(csv.DictReader(io.StringIO(self.export("csv"))))
        assert {row["scope"] for row in dedicated} == {"dedicated"} and len(dedicated) < len(rows)
        one = list(csv.DictReader(io.StringIO(self.export("csv", "--vendor", "anthropic"))))
        assert {row["vendor"] for row in one} == {"anthropic"}
        self.run("catalog", "export", "--as", "csv", "--vendor", "nobody", status=USAGE)
        self.run("catalog", "export", "--as", "xml", status=USAGE)
        self.rows = dedicated

    def names(self, *kinds):
        rows = csv.DictReader(io.StringIO(self.export("csv")))
        return [row["name"] for row in rows if row["match"] in kinds]

    def counted(self, text, mark="#"):
        """The head of an export says how many entries it holds."""
        return int(re.match(rf"{mark} egret catalog [\d.]+: (\d+) entries", text)[1])

    def test_export_hosts(self):
        text = self.export("hosts")
        names = [re.fullmatch(r"0\.0\.0\.0 ([a-z0-9._-]+)", line)[1] for line in text.splitlines()[1:]]
        exact, suffix = self.names("exact"), self.names("suffix")
        # A name as exact entry and as suffix gives one line.
        assert self.counted(text) == len(exact) + len(suffix) and len(set(names)) == len(names)
        assert set(names) == set(exact) | set(suffix)

    def test_export_dnsmasq(self):
        path = self.write("dnsmasq.conf", self.export("dnsmasq"))
        names = [re.fullmatch(r"address=/([a-z0-9._-]+)/#", line)[1] for line in path.read_text().splitlines()[1:]]
        assert set(names) == set(self.names("exact", "suffix")) and len(set(names)) == len(names)
        if shutil.which("dnsmasq"):
            subprocess.run(["dnsmasq", "--test", "-C", path], check=True, capture_output=True)
        else:
            print("skipped: dnsmasq is not installed")

    def test_export_nftables(self):
        text = self.export("nftables")
        blocks = [block for part in re.findall(r"elements = \{([^}]*)\}", text) for block in part.replace(" ", "").split(",")]
        assert sorted(blocks) == sorted(self.names("prefix")), "blocks are lost or added"
        path = self.write("egret.nft", "table inet egret_test {\n" + text + "}\n")
        # Reading rules asks the kernel for its tables, in a namespace of its own and changing nothing.
        if shutil.which("nft") and subprocess.run(["unshare", "-rn", "nft", "list", "tables"], capture_output=True).returncode == 0:
            done = subprocess.run(["unshare", "-rn", "nft", "-c", "-f", path], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        else:
            print("skipped: nft cannot run here")

    def test_export_clash(self):
        text = self.export("clash")
        rules = yaml.safe_load(text)["payload"]
        kinds = {}
        for rule in rules:
            kind, name = rule.split(",", 1)
            kinds.setdefault(kind, []).append(name)
        assert len(rules) == self.counted(text)
        assert sorted(kinds["DOMAIN"]) == sorted(self.names("exact"))
        assert sorted(kinds["DOMAIN-SUFFIX"]) == sorted(self.names("suffix"))
        assert sorted(kinds["IP-CIDR"] + kinds["IP-CIDR6"]) == sorted(self.names("prefix"))
        wildcards = self.names("wildcard")
        patterns = [re.compile(name) for name in kinds["DOMAIN-REGEX"]]
        assert len(patterns) == len(wildcards)
        for pattern, wildcard in zip(patterns, wildcards):
            assert pattern.search(wildcard.replace("*", "us-east-1")) and not pattern.search("x." + wildcard.replace("*", "a.b"))

    def test_export_v2fly(self):
        text = self.export("v2fly")
        found = {}
        for line in text.splitlines()[1:]:
            kind, name, vendor = re.fullmatch(r"(full|domain|regexp):(\S+) @([a-z0-9-]+)", line).groups()
            found.setdefault(kind, []).append(name)
        assert sum(map(len, found.values())) == self.counted(text)
        assert sorted(found["full"]) == sorted(self.names("exact"))
        assert sorted(found["domain"]) == sorted(self.names("suffix"))
        for pattern in found["regexp"]:
            re.compile(pattern)

    def test_export_suricata_dataset(self):
        path = self.write("ai.lst", self.export("suricata-dataset"))
        names = [base64.b64decode(line, validate=True).decode("ascii") for line in path.read_text().splitlines()]
        assert set(names) == set(self.names("exact", "suffix")) and len(set(names)) == len(names)
        if not shutil.which("suricata"):
            return print("skipped: suricata is not installed")
        rule = self.write("ai.rules", "alert dns any any -> any any (msg:\"ai\"; dns.query; "
                          f"dataset:isset,ai,type string,load {path}; sid:1;)\n")
        done = subprocess.run(["suricata", "-T", "-l", self.directory, "-S", rule, "-c", "/etc/suricata/suricata.yaml"],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_catalog_import(self):
        about = ("--id", "acme", "--name", "Acme", "--source", "a list", "--date", "2026-11-22")
        for form in ("v2fly", "clash"):
            text = self.run("catalog", "export", "--as", form)
            draft = self.run("catalog", "import", "--from", form, *about, self.write(f"list.{form}", text), catalog=False)
            self.write(f"imported-{form}/acme.yaml", draft)
            directory = self.directory / f"imported-{form}"
            said = self.run("catalog", "lookup", "--format", "jsonl", "api.acme.example", "x.acme.example", "--catalog", directory,
                            catalog=False)
            assert [json.loads(line).get("vendor") for line in said.splitlines()] == ["acme", "acme"], said
            again = self.run("catalog", "export", "--as", "csv", "--catalog", directory, catalog=False)
            entries = {(row["match"], row["name"]) for row in csv.DictReader(io.StringIO(again))}
            assert {("exact", "api.acme.example"), ("suffix", "acme.example")} <= entries, again
        self.run("catalog", "import", "--from", "v2fly", *about, self.directory / "none", status=USAGE, catalog=False)
        self.run("catalog", "import", "--from", "hosts", *about, self.directory / "none", status=USAGE, catalog=False)
        wrong = ("--id", "Acme Inc", "--name", "Acme", "--source", "a list", "--date", "2026-11-22")
        self.run("catalog", "import", "--from", "v2fly", *wrong, self.directory / "list.v2fly", status=USAGE, catalog=False)

    def test_catalog_drift(self):
        capture = ROOT / "docs/demo/office.pcap"
        said = self.run("catalog", "drift", "--format", "jsonl", capture, catalog=False)
        found = [json.loads(line) for line in said.splitlines()]
        kinds = {kind: [f for f in found if f["kind"] == kind] for kind in ("unclassified", "unknown", "listed", "unseen")}
        assert all("kind" in f and f["kind"] in kinds for f in found) and kinds["listed"] and kinds["unseen"], said
        assert self.run("catalog", "drift", capture, catalog=False)
        self.run("catalog", "drift", self.directory / "none.pcap", status=ERRORS, catalog=False)
        # By a catalog of another's alone: the fingerprints that ship speak of vendors that it does not have.
        said = self.run("catalog", "drift", "--format", "jsonl", capture)
        assert {json.loads(line)["kind"] for line in said.splitlines()} <= {"unknown", "unseen"} and said, said

    # MARK: egret rules

    def table(self):
        """The files of the table of errors in the language's description, and what is printed for them."""
        lines = {1: "version: 1", 7: "lists:", 8: "  legal_team: {type: cidr, items: [10.20.30.0/24]}", 38: "rules:",
                 39: "-   id: anthropic-ban", 40: "    match: {ai.vendor: acme}", 41: "    exeptions: []",
                 42: "- id: legal-only", 43: "  match:", 44: "       src.ip: {in: leagal_team}", 49: "- id: long-names",
                 50: "  match:", 51: "    dst.host:", 52: "           gt: 5", 55: "- id: no-zone", 56: "  match: {src.port: 1}",
                 57: "  valid_from: 2026-07-10", 58: "- {id: never, timezone: Asia/Shanghai, match: {src.port: 1},",
                 59: "  valid_from: 2026-07-10,", 60: "  valid_until: 2026-07-01}"}
        text = "".join(lines.get(number, "") + "\n" for number in range(1, 61))
        expected = [
            "41:5: error[R012] unknown key 'exeptions' in rule 'anthropic-ban'; did you mean 'exceptions'?",
            "44:21: error[R031] unknown list 'leagal_team'; did you mean 'legal_team' (rules/acme.yaml:8:3)?",
            "52:12: error[R044] 'gt' cannot be used with dst.host (string); allowed: eq, in, suffix, glob, regex, exists, not",
            "57:15: error[R061] '2026-07-10' is a date without a time zone; add 'timezone:' to the rule or to defaults",
            "60:3: error[R063] valid_until 2026-07-01 is not after valid_from 2026-07-10: the rule can never match"]
        return text, ["rules/acme.yaml:" + line for line in expected]

    def test_rules_check_every_row_of_the_table_at_its_place(self):
        text, expected = self.table()
        forms = {"as it is": text, "CRLF": text.replace("\n", "\r\n"), "BOM": "\ufeff" + text,
                 "BOM and CRLF": "\ufeff" + text.replace("\n", "\r\n"),
                 "tabs": text.replace(": {", ":\t{").replace("in: ", "in:\t").replace("gt: 5", "gt:\t5\t # a tab"),
                 "comments beyond ASCII": text.replace("\n\n\n", "\n# 日本 é\n\n")}
        for name, form in forms.items():
            self.write("table/rules/acme.yaml", form)
            done = subprocess.run([self.egret, "rules", "check", "rules/acme.yaml", "--catalog", self.small],
                                  cwd=self.directory / "table", stdout=subprocess.PIPE, text=True, timeout=TIME_LIMIT)
            assert done.returncode == ERRORS, f"{name}: ends with {done.returncode}"
            assert done.stdout.splitlines()[:-1] == expected, f"{name}:\n{done.stdout}"
            assert done.stdout.endswith("1 file, 5 rules, 0 tests: 5 errors. Nothing was loaded.\n"), done.stdout

    def test_rules_check_positions_inside_scalars(self):
        head = "version: 1\nrules:\n- id: one\n  match: {src.port: 1}\n  message: "
        for text, place in ((">\n    first line\n    second {{src.prt}}\n", "7:14"),
                            (">-\n\n    first {{src.ip}}\n\n    second {{ src.prt }}\n", "9:15"),
                            ("|\n    first\n      second {{src.prt}}\n", "7:16"),
                            ("\"a\\u00e9 b\\n \\\n     {{src.prt}}\"\n", "6:8"), ("'it''s {{src.prt}}'\n", "5:21"),
                            ("plain text\n    over lines {{src.prt}}\n", "6:18"), ("\"日本 {{src.prt}}\"\n", "5:18")):
            for form in (head + text, (head + text).replace("\n", "\r\n"), "\ufeff" + head + text):
                said = self.run("rules", "check", self.write("scalar.yaml", form), status=ERRORS)
                line = said.splitlines()[0]
                assert f"scalar.yaml:{place}: error[R082] unknown field 'src.prt' in the message of rule 'one'; did you mean 'src.port'?" in line, said
        said = self.run("rules", "check", self.write("tab.yaml", "version: 1\nrules:\n\t- id: one\n"), status=ERRORS)
        assert "tab.yaml:3:1: error[R001] not YAML: a tab cannot indent; use spaces" in said, said

    def test_rules_check_status_and_forms(self):
        assert self.run("rules", "check", "rules") == "1 file, 1 rule, 2 tests: no errors.\n"
        said = self.run("rules", "check", catalog=False)
        assert re.fullmatch(r"10 files, \d+ rules, \d+ tests: no errors\.\n", said), said
        self.run("rules", "check", self.directory / "none", status=ERRORS)
        self.run("rules", "check", "--format", "xml", "rules", status=USAGE)
        self.run("rules", "nothing", status=USAGE, catalog=False)
        text, expected = self.table()
        path = self.write("forms/acme.yaml", text)
        report = json.loads(self.run("rules", "check", path, "--format", "json", status=ERRORS))
        places = [f"{e['line']}:{e['column']}: error[{e['code']}]" for e in report["errors"]]
        assert places == [line.split("acme.yaml:")[1].split("]")[0] + "]" for line in expected], places
        assert [e.get("suggestion") for e in report["errors"]][:2] == ["exceptions", "legal_team"]
        assert (report["files"], report["rules"], report["tests"], report["omitted"]) == (1, 5, 0, 0)
        assert all(e["file"] == str(path) and e["message"] for e in report["errors"])
        log = json.loads(self.run("rules", "check", path, "--format", "sarif", status=ERRORS))
        jsonschema.Draft202012Validator(SARIF).validate(log)
        results = log["runs"][0]["results"]
        regions = [r["locations"][0]["physicalLocation"]["region"] for r in results]
        assert [f"{r['startLine']}:{r['startColumn']}" for r in regions] == [p.split(": ")[0] for p in places]
        clean = json.loads(self.run("rules", "check", "rules", "--format", "sarif"))
        jsonschema.Draft202012Validator(SARIF).validate(clean)
        assert clean["runs"][0]["results"] == []

    def test_rules_test(self):
        assert "2 tests" in self.run("rules", "test", "rules")
        self.write("failing/acme.yaml", RULE.replace("api.other.example}, expect: none", "api.other.example}, expect: alert"))
        said = self.run("rules", "test", "failing", status=TEST_FAILED)
        assert "acme.yaml:12:" in said and "another" in said, said
        self.run("rules", "test", self.write("wrong.yaml", "version: 1\nrulse: []\n"), status=ERRORS)

    def test_rules_explain(self):
        def explain(event, status=FINE):
            return self.run("rules", "explain", self.write("event.yaml", event), "--rules", "rules", status=status)
        said = explain("{dst.host: api.acme.example, src.ip: 10.9.1.1}\n")
        assert said == "10.9.1.1 to api.acme.example (acme), judged at 2026-01-05T04:00:00Z (assumed, because the event has no time)\nacme-use (rules/acme.yaml:4:3, on flow_named): suppressed by the exception 'lab': LGL-118 (lab@acme.example)\n", said
        assert "alerts with severity high" in explain("{dst.host: api.acme.example, src.ip: 10.8.1.1}\n")
        said = explain("{dst.host: api.other.example}\n")
        assert "no match" in said and "ai.vendor: acme (it is absent)" in said and "acme.yaml:6:11" in said, said
        assert "error[R041]" in explain("{dst.hots: api.acme.example}\n", status=ERRORS)
        self.run("rules", "explain", self.directory / "none", "--rules", "rules", status=USAGE)
        # A line of the program's own output is an event too.
        lines = self.run("analyze", "--flows", "all", "--no-rules", ROOT / "docs/demo/office.pcap", catalog=False).splitlines()
        flow = next(line for line in lines if '"type":"flow"' in line and '"vendor":"anthropic"' in line)
        said = self.run("rules", "explain", self.write("flow.json", flow), "--rules", ROOT / "rules/policies/vendor-ban.yaml",
                        catalog=False)
        first, second = said.splitlines()[:2]
        assert first.endswith("Z") and "judged at 20" in first and "assumed" not in first, said
        assert second.startswith("anthropic-ban (") and "alerts with severity" in second, said
        # And so are all of its lines, from standard input too; what is no flow is passed over.
        piped = self.run("rules", "explain", "-", "--rules", ROOT / "rules/policies/vendor-ban.yaml", catalog=False,
                         stdin="\n".join(lines) + "\n")
        flows = [number for number, line in enumerate(lines, 1) if '"type":"flow"' in line]
        assert re.findall(r"^line (\d+): ", piped, re.M) == [str(number) for number in flows], piped
        self.run("rules", "explain", "-", "--rules", "rules", status=USAGE, stdin='{"type":"stats"}\n{"type":"stop"}\n')

    def test_rules_init_ban(self):
        said = self.run("rules", "init", "ban", "--vendor", "anthropic", "--from", "2026-07-10", "--timezone", "Asia/Shanghai",
                        "--output", self.directory / "ban.yaml", catalog=False)
        assert "rule anthropic-ban, tested" in said, said
        assert self.run("rules", "test", self.directory / "ban.yaml", catalog=False) == "4 tests: 4 passed, 0 failed, 0 not run.\n"
        self.run("rules", "init", "ban", "--vendor", "anthropic", "--from", "2026-07-10", "--output", self.directory / "ban.yaml",
                 catalog=False, status=ERRORS)
        for wrong in (["--vendor", "antropic", "--from", "2026-07-10"], ["--vendor", "anthropic", "--from", "10 July"],
                      ["--vendor", "anthropic", "--from", "2026-07-10", "--timezone", "Asia/Beijing"], ["--from", "2026-07-10"]):
            self.run("rules", "init", "ban", *wrong, catalog=False, status=USAGE)

    def test_rules_list(self):
        said = self.run("rules", "list", "rules")
        assert said == "acme-use\thigh\tlive\tflow_named\tAcme was used\trules/acme.yaml:4:3\n", said
        ids = [line.split("\t")[0] for line in self.run("rules", "list", catalog=False).splitlines()]
        assert ids == sorted(ids) and "anthropic-ban" in ids and len(ids) >= 15
        assert self.run("rules", "list", "rules", "--always-asked") == ""
        self.write("always/any.yaml", RULE.replace("match: {ai.vendor: acme}", "match: {none: [{net.transport: tcp}]}")
                   .split("  exceptions:")[0] + RULE[RULE.index("- id"):].split("  exceptions:")[0].replace("acme-use", "acme-two"))
        assert [line.split("\t")[0] for line in self.run("rules", "list", "always", "--always-asked").splitlines()] == ["acme-use"]

    def rules_on_questions(self):
        old = self.write("old.yaml", RULE.split("  tests:")[0].replace("ai.vendor: acme", "ai.vendor: acme, dns.qname: {exists: true}"))
        new = self.write("new.yaml", old.read_text().replace("10.9.0.0/16", "10.0.0.0/8"))
        return old, new

    def test_rules_replay(self):
        old, new = self.rules_on_questions()
        capture = self.capture("questions.pcap", ["10.9.1.1"] * 5 + ["10.8.1.1"] * 20)
        both = ("--rules", old, "--rules", new)
        said = self.replay(*both, capture)
        lines = said.splitlines()
        assert lines[0].startswith("- acme-use\thigh\t20\t"), said
        assert lines[1] == "! by the new rules, the exception acme-use/lab suppressed 100 % of what its rule matched (25 of 25)"
        assert lines[2] == "1 only by the old rules, 0 only by the new, 0 changed, 0 the same"
        report = json.loads(self.replay(*both, capture, "--format", "json"))
        assert [a["rule"] for a in report["only_old"]] == ["acme-use"] and report["only_new"] == []
        assert report["broad_exceptions"] == {"old": [], "new": [{"name": "acme-use/lab", "held": 25, "matches": 25}]}
        assert self.replay("--rules", old, "--rules", old, capture).endswith("0 changed, 1 the same\n")
        self.run("rules", "replay", "--rules", old, capture, status=USAGE)
        self.replay(*both, self.directory / "none.pcap", status=ERRORS)

    def replay(self, *arguments, status=FINE):
        return self.run("rules", "replay", *arguments, status=status)

    # MARK: Alerts of a run

    def analyze(self, *arguments):
        out = self.run("analyze", *arguments, catalog=False)
        return out, [json.loads(line) for line in out.splitlines()]

    def test_alerts_are_the_same_with_one_thread_and_with_two(self):
        for more in ((), ("--suppressed",)):
            command = ("--rules", ROOT / "rules/policies", ROOT / "docs/demo/office.pcap", *more)
            one, events = self.analyze(*command, "--threads", 1)
            assert one == self.analyze(*command, "--threads", 2)[0] == self.analyze(*command, "--threads", 1)[0]
            assert sum(event["type"] == "alert" for event in events) >= 10

    def test_what_is_held_back_is_counted_and_listed(self):
        old, new = self.rules_on_questions()
        capture = self.capture("held.pcap", ["10.9.1.1"] * 21 + ["10.9.1.2", "192.168.1.1"])
        command = ("--catalog", self.small, "--rules", new, capture)
        plain, events = self.analyze(*command)
        assert "the exception acme-use/lab suppressed 95 % of what its rule matched (22 of 23)" in self.errors, self.errors
        listed, more = self.analyze(*command, "--suppressed")
        assert listed == self.analyze(*command, "--suppressed", "--threads", 2)[0]
        for run in (events, more):
            rules = next(event["rules"] for event in run if event["type"] == "stats")
            assert rules["suppressed"] == {"acme-use/lab": 22} and rules["matches"] == {"acme-use": 23}, rules
            assert rules["broad_exceptions"] == {"acme-use/lab": 95}, rules
        held = [event for event in more if event["type"] == "alert" and event["alert"]["status"] == "suppressed"]
        assert all(event["alert"]["suppressed_by"] == "lab" for event in held)
        totals = {event["src"]["ip"]: event["alert"]["count"] for event in held}
        assert totals == {"10.9.1.1": 21, "10.9.1.2": 1}, totals
        alerts = [[event["alert"] for event in run if event["type"] == "alert" and event["alert"]["status"] != "suppressed"]
                  for run in (events, more)]
        assert alerts[0] == alerts[1] and [alert["status"] for alert in alerts[0]] == ["open", "closed"], alerts
        # Another form, and a validator that is not ours.
        valid = subprocess.run([ROOT / "Tests/Scripts/validate_events.py"], input=listed, text=True, capture_output=True)
        assert valid.returncode == 0, valid.stdout + valid.stderr

    # MARK: What ships

    def test_every_shipped_rule_is_tested_on_both_sides_and_at_its_edge(self):
        rules = [rule for path in sorted((ROOT / "rules/policies").glob("*.yaml")) for rule in yaml.load(path.read_text(), Written)["rules"]]
        assert len(rules) >= 16
        for rule in rules:
            expected = [outcome(test["expect"])[0] for test in rule["tests"]]
            assert any(expected), f"{rule['id']} has no test that alerts"
            assert not all(expected), f"{rule['id']} has no test that does not"
            assert list(edges(rule["tests"])), f"{rule['id']} has no two tests on either side of an edge"
        said = self.run("rules", "test", ROOT / "rules/policies", catalog=False)
        count = sum(len(rule["tests"]) for rule in rules)
        assert said == f"{count} tests: {count} passed, 0 failed, 0 not run.\n", said
        # A rule of which one test is taken away is found.
        ban = next(rule for rule in rules if rule["id"] == "ai-many-connections")
        assert not list(edges([test for test in ban["tests"] if test["name"] != "the limit itself"]))


    def test_rule_files_keep_to_the_published_schema(self):
        validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema/rules.schema.json").read_text()))

        class Text(Written):  # As an editor's YAML server reads it.
            pass
        Text.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
        Text.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9][0-9]*)$"), list("-0123456789"))

        def problems(text):
            return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(yaml.load(text, Text))]
        packs = sorted((ROOT / "rules/policies").glob("*.yaml"))
        blocks = re.findall(r"```yaml\n(version: 1\n.*?)```", (ROOT / "docs/RULES.md").read_text(), re.S)
        assert len(packs) == 10 and len(blocks) >= 5
        for name, text in [(path.name, path.read_text()) for path in packs] + [("RULES.md", block) for block in blocks]:
            assert not problems(text), f"{name}: {problems(text)[:3]}"
        for old, new in (("match:", "mtach:"), ("severity: high", "severity: hgih"), ("reason:", "raeson:"),
                         ("version: 1", "version: 2"), ("{ai.vendor: acme}", "{ai.vendr: acme}")):
            assert problems(RULE.replace(old, new, 1)), f"{new} passes"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", type=pathlib.Path, default=ROOT / ".build/debug/egret")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    failed, passed = [], 0
    for name in [name for name in dir(Tests) if name.startswith("test_")]:
        if arguments.names and not any(part in name for part in arguments.names):
            continue
        with tempfile.TemporaryDirectory(prefix="egret-commands-") as directory:
            try:
                getattr(Tests(arguments.egret.resolve(), directory), name)()
                passed += 1
            except Exception:  # noqa: BLE001 - every test runs, whatever became of another
                failed.append(name)
                print(f"{name}:\n{traceback.format_exc()}")
    for name in failed:
        print(f"BROKEN {name}")
    print(f"commands: {passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
