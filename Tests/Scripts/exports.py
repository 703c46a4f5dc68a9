#!/usr/bin/env python3
"""Each export of the catalog is read back by the program that it is for, and asked for names that it holds and names that it does not.

A program that is not installed is skipped and named; with --require it is an error. `make exports` installs them all.

usage: exports.py [--egret PATH] [--require] [NAME...]     NAME: only the tests whose name contains it
"""
import argparse
import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATHS = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
TIME_LIMIT = 120
# A vendor with every kind of entry, beside the whole catalog.
VENDOR = "anthropic"


class Skipped(Exception):
    pass


class Exports:
    def __init__(self, egret, directory):
        self.egret, self.directory = egret, pathlib.Path(directory)
        self.rows = list(csv.DictReader(io.StringIO(self.export("csv"))))

    def export(self, form, *more):
        done = subprocess.run([self.egret, "catalog", "export", "--as", form, *more], capture_output=True, text=True,
                              timeout=TIME_LIMIT, check=False)
        assert done.returncode == 0, f"--as {form}: {done.stderr}"
        self.errors = done.stderr
        return done.stdout

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def program(self, name):
        path = shutil.which(name, path=PATHS)
        if path is None:
            raise Skipped(f"{name} is not installed")
        return path

    def check(self, *command, **more):
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=TIME_LIMIT, check=False, **more)
        assert done.returncode == 0, f"{command[0]} ends with {done.returncode}: {done.stdout[-2000:]}"
        return done.stdout

    def names(self, *kinds):
        return [row["name"] for row in self.rows if row["match"] in kinds]

    def counted(self, text):
        return int(re.match(r"[#;!] egret catalog [\d.]+: (\d+) entries", text)[1])

    def test_rpz_by_bind(self):
        text = self.export("rpz")
        zone = self.write("rpz.zone", text)
        said = self.check(self.program("named-checkzone"), "-i", "local", "egret.rpz", zone)
        assert re.search(r"loaded serial \d{10}", said) and said.rstrip().endswith("OK"), said
        assert self.counted(text) == len(self.names("exact", "suffix"))
        # What bind read is what the catalog has: the zone as it writes it.
        owners = {line.split()[0].removesuffix(".egret.rpz.") for line in
                  self.check(self.program("named-compilezone"), "-i", "local", "-o", "-", "egret.rpz", zone).splitlines()
                  if "CNAME" in line}
        wanted = set(self.names("exact", "suffix")) | {f"*.{name}" for name in self.names("suffix")}
        assert owners == wanted, owners ^ wanted

    def test_unbound(self):
        text = self.export("unbound")
        part = self.write("unbound-egret.conf", text)
        whole = self.write("unbound.conf", f'server:\n  chroot: ""\n  username: ""\n  directory: "{self.directory}"\ninclude: "{part}"\n')
        said = self.check(self.program("unbound-checkconf"), whole)
        assert "no errors" in said, said
        zones = re.findall(r'^local-zone: "([^"]+)\." always_nxdomain$', text, re.MULTILINE)
        assert set(zones) == set(self.names("exact", "suffix")) and len(set(zones)) == len(zones)

    def test_dnsmasq(self):
        path = self.write("dnsmasq.conf", self.export("dnsmasq"))
        self.check(self.program("dnsmasq"), "--test", "-C", path)

    def test_hosts_by_the_resolver(self):
        for line in self.export("hosts").splitlines()[1:]:
            assert re.fullmatch(r"0\.0\.0\.0 [a-z0-9._-]+", line), line

    def test_squid(self):
        text = self.export("squid")
        part = self.write("squid-egret.conf", text)
        names = set(re.findall(r"^acl (\S+)", text, re.MULTILINE))
        assert names == {"egret_ai", "egret_ai_patterns", "egret_ai_addresses"}, names
        rules = "".join(f"http_access deny {name}\n" for name in sorted(names))
        whole = self.write("squid.conf", f"http_port 3128\ninclude {part}\n{rules}http_access deny all\n"
                           f"cache_log {self.directory}/cache.log\npid_filename none\ncoredump_dir {self.directory}\n")
        said = self.check(self.program("squid"), "-k", "parse", "-f", whole)
        wrong = [line for line in said.splitlines() if re.search(r"ERROR|FATAL|WARNING", line)
                 and re.search(r"egret|subdomain|domain", line)]
        assert not wrong, "\n".join(wrong[:10])

    def test_nftables(self):
        program = self.program("nft")
        path = self.write("egret.nft", "table inet egret_test {\n" + self.export("nftables") + "}\n")
        # Reading rules asks the kernel for its tables, in a namespace of its own and changing nothing.
        if subprocess.run(["unshare", "-rn", program, "list", "tables"], capture_output=True, check=False).returncode != 0:
            raise Skipped("nft cannot run here")
        self.check("unshare", "-rn", program, "-c", "-f", path)

    def test_adguard_by_its_grammar(self):
        text = self.export("adguard")
        assert self.counted(text) == len(self.names("exact", "suffix", "wildcard"))
        rules = text.splitlines()[1:]
        for rule in rules:
            assert re.fullmatch(r"\|\|?[a-z0-9._-]+\^|/\^[a-z0-9_\\.\[\]^+-]+\$/", rule), rule
        # As AdGuard reads a rule for a host name: `||` at a label's beginning, `|` at the name's, `^` at the end.
        patterns = [re.compile(rule[1:-1]) for rule in rules if rule.startswith("/")]
        for wildcard in self.names("wildcard"):
            assert any(pattern.search(wildcard.replace("*", "x-1")) for pattern in patterns), wildcard

    def test_lists_of_firewalls(self):
        domains = self.export("edl-domain").splitlines()
        assert "left out" in self.errors, self.errors
        wanted = set(self.names("exact", "suffix")) | {f"*.{name}" for name in self.names("suffix")}
        assert set(domains) == wanted and len(domains) == len(wanted)
        assert {f"{name}/" for name in wanted} == set(self.export("edl-url").splitlines())
        import ipaddress
        blocks = self.export("edl-ip").splitlines()
        assert sorted(blocks) == sorted(self.names("prefix")) and all(ipaddress.ip_network(block) for block in blocks)

    def test_cilium(self):
        policy = yaml.safe_load(self.export("cilium", "--vendor", VENDOR))
        assert policy["kind"] == "CiliumNetworkPolicy" and policy["spec"]["endpointSelector"]["matchLabels"]
        rules = policy["spec"]["egress"]
        dns = rules[0]["toPorts"][0]
        assert dns["ports"] == [{"port": "53", "protocol": "ANY"}] and dns["rules"]["dns"] == [{"matchPattern": "*"}]
        names = next(rule["toFQDNs"] for rule in rules if "toFQDNs" in rule)
        # The characters that Cilium takes in its two fields.
        for selector in names:
            (kind, value), = selector.items()
            assert re.fullmatch({"matchName": r"[-a-zA-Z0-9_.]+", "matchPattern": r"[-a-zA-Z0-9_.*]+"}[kind], value), selector
        assert {"matchName": "api.anthropic.com"} in names and {"matchPattern": "*.anthropic.com"} in names
        blocks = next(rule["toCIDR"] for rule in rules if "toCIDR" in rule)
        assert sorted(blocks) == sorted(row["name"] for row in self.rows if row["vendor"] == VENDOR and row["match"] == "prefix")

    def test_allow_lists(self):
        lines = self.export("allowlist", "--vendor", VENDOR, "--role", "inference").splitlines()[1:]
        wanted = [row["name"] for row in self.rows if row["vendor"] == VENDOR and row["role"] == "inference" and row["match"] == "exact"]
        assert set(wanted) <= set(lines) and "api.anthropic.com" in lines, lines
        settings = json.loads(self.export("sandbox", "--vendor", VENDOR, "--role", "inference"))
        assert settings["network"] == {"allowedDomains": lines, "deniedDomains": []}, settings


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--egret", default=str(ROOT / ".build/debug/egret"))
    parser.add_argument("--require", action="store_true", help="a program that is not installed is an error")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    failed = passed = skipped = 0
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        exports = Exports(os.path.abspath(options.egret), directory)
        for name in sorted(n for n in dir(exports) if n.startswith("test_")):
            if options.names and not any(part in name for part in options.names):
                continue
            try:
                getattr(exports, name)()
                passed += 1
            except Skipped as reason:
                print(f"skipped {name}: {reason}")
                skipped += 1
                failed += options.require
            except Exception:  # every test runs, also after one that broke
                print(f"FAILED {name}\n{traceback.format_exc()}")
                failed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
