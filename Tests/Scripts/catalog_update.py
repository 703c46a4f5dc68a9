#!/usr/bin/env python3
"""`egret catalog update` with Debian's minisign: bundles that are made, installed, refused and rolled back, from a directory, an
archive and a local HTTPS server; `status`, `diff` and `reattribute` as people meet them.

Every attack that docs/CATALOG.md names is tried against the program itself: rollback, freeze, mixed files, a wrong key, a cut file,
archives with `..`, links and devices, bombs, a download without end and an untrusted certificate.

usage: catalog_update.py [--egret PATH] [NAME...]     NAME: only the tests whose name contains it
"""
import argparse
import http.server
import io
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIME_LIMIT = 180
VENDOR = """\
id: acme
name: Acme
country: DE
category: api
sources:
  docs: {date: 2026-11-22, text: public documents}
hosts:
- {exact: api.acme.example, role: inference, source: docs}
"""
FINGERPRINTS = """\
name: Clients
sources:
  own: {date: 2026-11-22, text: own recordings}
fingerprints:
- {ja4: t13d1713h1_5b57614c22b0_7f527383e249, kind: library, software: x, source: own, expires: 2030-01-01}
"""
POLICY = """\
version: 1
metadata: {ruleset: t, revision: 1}
rules:
- id: acme-use
  title: Acme was used
  match: {ai.vendor: acme}
  severity: high
  tests:
  - {name: it is, event: {dst.host: api.acme.example}, expect: alert}
"""


class Server:
    """An HTTPS server for one certificate, whose paths the test fills."""

    def __init__(self, directory):
        self.files = {}
        self.certificate = directory / "server.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-keyout", directory / "server.key", "-out", self.certificate, "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        files = self.files

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answer = files.get(self.path)
                if answer is None:
                    return self.send_error(404)
                if isinstance(answer, str):
                    self.send_response(302)
                    self.send_header("Location", answer)
                    return self.end_headers()
                self.send_response(200)
                if callable(answer):
                    self.end_headers()
                    return answer(self.wfile)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, directory / "server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"https://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Updates:
    def __init__(self, egret, directory):
        self.egret, self.directory = egret, pathlib.Path(directory)
        self.keys("own")
        self.keys("other")
        self.write("egret.yaml", f"rules:\n  paths: [{self.write('policies/t.yaml', POLICY)}]\n")
        for name in ("general-domains", "doh-resolvers", "doh-resolver-addresses", "ech-public-names", "inference-paths"):
            self.write(f"rules/lists/{name}.txt", (ROOT / f"rules/lists/{name}.txt").read_text(encoding="utf-8"))
        self.write("rules/vendors/acme.yaml", VENDOR)
        self.write("rules/fingerprints/clients.yaml", FINGERPRINTS)
        self.stores = 0

    def keys(self, name):
        subprocess.run(["minisign", "-G", "-W", "-p", self.directory / f"{name}.pub", "-s", self.directory / f"{name}.key"],
                       check=True, capture_output=True, stdin=subprocess.DEVNULL)

    def write(self, name, text):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments, status=0):
        done = subprocess.run([str(word) for word in (self.egret, "catalog", *arguments)], capture_output=True, text=True,
                              timeout=TIME_LIMIT, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == status, f"{arguments} ends with {done.returncode}, not {status}\n{done.stdout}{done.stderr}"
        self.errors = done.stderr
        return done.stdout

    def bundle(self, serial, *more, expires="2099-01-01", key="own", rules=None):
        """The directory of a signed bundle."""
        place = self.directory / f"bundles/{serial}-{len(list((self.directory / 'bundles').glob('*')))}"
        place.parent.mkdir(exist_ok=True)
        self.run("bundle", rules or self.directory / "rules", "-o", place, "--serial", serial, "--expires", expires, "--key",
                 self.directory / f"{key}.key", *more)
        return place

    def store(self):
        self.stores += 1
        return self.directory / f"store{self.stores}"

    def update(self, store, source, *more, status=0, key="own"):
        return self.run("update", "--from", source, "--store", store, "--key", self.directory / f"{key}.pub", "--config",
                        self.directory / "egret.yaml", *more, status=status)

    def refused(self, store, source, reason, *more, key="own"):
        before = self.tree(store)
        self.update(store, source, *more, status=1, key=key)
        assert f"error[{reason}]" in self.errors, self.errors
        assert self.tree(store) == before, "a refused bundle changed the store"
        return self.errors

    def tree(self, store):
        """What a store holds, but for its log and its lock."""
        paths = [path for path in sorted(store.rglob("*")) if path.relative_to(store).parts[0] not in ("audit", "lock", "versions")
                 or path.relative_to(store).parts[0] == "versions" and len(path.relative_to(store).parts) > 1]
        return [(str(path), os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None) for path in paths]

    def audit(self, store):
        lines = [line for path in sorted((store / "audit").glob("events-*.jsonl")) for line in path.read_text().splitlines()]
        return [event["audit"] for event in map(json.loads, lines) if event["type"] == "audit"]

    def archive(self, bundle, change=None, kind=tarfile.USTAR_FORMAT):
        """The bundle as tar makes it, with what `change` does to it."""
        path = self.directory / "archive.tar"
        with tarfile.open(path, "w", format=kind) as archive:
            for file in sorted(bundle.rglob("*")):
                if file.is_file():
                    info = archive.gettarinfo(file, str(file.relative_to(bundle)))
                    info.mtime = 0
                    archive.addfile(info, io.BytesIO(file.read_bytes()))
            if change:
                change(archive)
        return path

    def test_install_and_go_back(self):
        store = self.store()
        one = self.bundle(1)
        assert "serial 1 is installed: 1 vendors, 1 entries" in self.update(store, one)
        assert "installed already" in self.update(store, one)
        self.write("rules/vendors/acme.yaml", VENDOR + "- {exact: b.acme.example, role: web, source: docs}\n")
        two = self.bundle(2, "--previous", one, "--sources", ROOT / "scripts/catalog/sources.json")
        self.write("rules/vendors/acme.yaml", VENDOR)
        manifest = json.loads((two / "manifest.json").read_text())
        assert manifest["changes"][0]["entries_added"] == 1 and len(manifest["sources"]) > 5, manifest["changes"]
        # The signature is minisign's: its own program checks it.
        subprocess.run(["minisign", "-V", "-p", self.directory / "own.pub", "-m", two / "manifest.json"], check=True, capture_output=True)
        assert "serial 2" in self.update(store, two)
        assert os.readlink(store / "current") == "versions/2" and os.readlink(store / "previous") == "versions/1"
        said = self.run("status", "--store", store, "--key", self.directory / "own.pub")
        assert "serial 2" in said and "before: serial 1" in said and "1 entries came" in said, said
        said = self.run("diff", store / "previous", store / "current")
        assert "exact b.acme.example" in said and "1 entries came" in said, said
        assert json.loads(self.run("diff", "--format", "json", store / "previous", store / "current"))["entries_added"][0]["entry"] == \
            "exact b.acme.example"
        rollback = ("update", "--rollback", "--store", store, "--key", self.directory / "own.pub", "--config", self.directory / "egret.yaml")
        assert "serial 1 is in use again" in self.run(*rollback)
        assert "rolled back here" in self.update(store, two)
        assert os.readlink(store / "current") == "versions/1"
        assert "serial 3" in self.update(store, self.bundle(3))
        kinds = [event["kind"] for event in self.audit(store)]
        assert sorted(kinds) == ["catalog_installed"] * 3 + ["catalog_rolled_back"], kinds
        assert any("signed by" in event["detail"] and "serial 2 in place of serial 1" in event["detail"] for event in self.audit(store))

    def test_another_user_can_read_the_store(self):
        """Whatever the umask of the operator: the sensor is another user."""
        store, before = self.store(), os.umask(0o077)
        try:
            self.update(store, self.bundle(1))
        finally:
            os.umask(before)
        for path in [store, store / "versions", *(store / "versions/1").rglob("*")]:
            mode = path.stat().st_mode & 0o777
            assert mode == (0o755 if path.is_dir() else 0o644), f"{path}: {mode:o}"

    def test_a_sensor_uses_the_store(self):
        store = self.store()
        self.update(store, self.bundle(1))
        config = self.write("sensor.yaml", f"catalog:\n  store: {store}\n")
        done = subprocess.run([self.egret, "analyze", "--config", config, ROOT / "docs/demo/office.pcap"], capture_output=True, text=True,
                              timeout=TIME_LIMIT, check=True)
        start = json.loads(done.stdout.splitlines()[0])
        assert start["start"]["catalog"] == "2026.11.22", start
        # Only Acme is in this catalog.
        assert '"vendor":"anthropic"' not in done.stdout
        shutil.rmtree(store)
        done = subprocess.run([self.egret, "analyze", "--config", config, ROOT / "docs/demo/office.pcap"], capture_output=True, text=True,
                              timeout=TIME_LIMIT, check=False)
        assert done.returncode == 1 and "current/vendors" in done.stderr, done.stderr

    def test_a_running_sensor_takes_over_an_update(self):
        """In its sandbox, which must let it read where the link leads after the update."""
        if os.geteuid() != 0:
            return print("skipped: only root can capture")
        store, out = self.store(), self.directory / "out"
        self.update(store, self.bundle(1))
        out.mkdir(mode=0o777, exist_ok=True)
        out.chmod(0o777)
        sensor = subprocess.Popen([self.egret, "watch", "--interface", "lo", "--catalog-store", store, "--user", "nobody", "--output", out],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            begin = sensor.stderr.readline()
            assert f"catalog {store}/current" in begin, begin
            self.write("rules/vendors/acme.yaml", VENDOR + "- {exact: b.acme.example, role: web, source: docs}\n")
            two = self.bundle(2)
            self.write("rules/vendors/acme.yaml", VENDOR)
            self.update(store, two)
            sensor.send_signal(signal.SIGHUP)
            self.wait(lambda: "2 entries of catalog" in self.events(out))
        finally:
            sensor.terminate()
            sensor.communicate(timeout=TIME_LIMIT)
        assert sensor.returncode == 0, sensor.returncode

    def events(self, directory):
        return "".join(path.read_text(encoding="utf-8") for path in directory.glob("events-*.jsonl"))

    def wait(self, holds):
        end = time.monotonic() + TIME_LIMIT
        while not holds():
            assert time.monotonic() < end, "it does not come"
            time.sleep(0.2)

    def test_legacy_and_prehashed_signatures(self):
        for legacy in (["-l"], []):
            place = self.directory / f"form{len(legacy)}"
            self.run("bundle", self.directory / "rules", "-o", place, "--serial", 1, "--expires", "2099-01-01")
            subprocess.run(["minisign", "-S", *legacy, "-W", "-s", self.directory / "own.key", "-m", place / "manifest.json"], check=True,
                           capture_output=True, stdin=subprocess.DEVNULL)
            self.update(self.store(), place)

    def test_rollback_and_freeze(self):
        store = self.store()
        old = self.bundle(4)
        self.update(store, self.bundle(5))
        self.refused(store, old, "rollback")
        self.refused(store, self.bundle(5, rules=ROOT / "rules"), "rollback")
        self.refused(store, self.bundle(6, expires="2026-11-01"), "manifest")
        self.refused(store, self.bundle(7, "--least-version", "99.0.0"), "version")
        assert [event["kind"] for event in self.audit(store)].count("catalog_refused") == 4

    def test_wrong_keys(self):
        store = self.store()
        self.update(store, self.bundle(1))
        self.refused(store, self.bundle(2, key="other"), "unknown_key")
        bundle = self.bundle(2)
        signature = bundle / "manifest.json.minisig"
        text = signature.read_text()
        signature.write_text(text.replace("serial 2", "serial 9"))
        self.refused(store, bundle, "signature")
        signature.unlink()
        self.refused(store, bundle, "signature")
        self.run("update", "--from", bundle, "--store", store, "--key", self.directory / "none.pub", status=1)

    def test_mixed_and_cut_files(self):
        store = self.store()
        self.update(store, self.bundle(1))
        bundle = self.bundle(2)
        vendor = bundle / "vendors/acme.yaml"
        vendor.write_text(VENDOR.replace("api.acme", "evil.acme"))
        self.refused(store, bundle, "mixed")
        vendor.write_text(VENDOR[:-10])
        self.refused(store, bundle, "mixed")
        vendor.write_text(VENDOR)
        self.write(bundle / "vendors/extra.yaml", VENDOR)
        self.refused(store, bundle, "mixed")
        (bundle / "vendors/extra.yaml").unlink()
        manifest = bundle / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"serial" : 2', '"serial" : 3'))
        self.refused(store, bundle, "signature")

    def test_hostile_archives(self):
        store = self.store()
        self.update(store, self.bundle(1))
        bundle = self.bundle(2)

        def entry(name, kind=tarfile.REGTYPE, link=""):
            def add(archive):
                info = tarfile.TarInfo(name)
                info.type, info.linkname = kind, link
                archive.addfile(info, io.BytesIO(b""))
            return add

        for name in ("../evil.yaml", "/etc/cron.d/evil", "vendors/../../evil.yaml", "vendors/.evil.yaml", "vendors/a/b.yaml", "evil.sh"):
            self.refused(store, self.archive(bundle, entry(name)), "archive")
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            self.refused(store, self.archive(bundle, entry("vendors/evil.yaml", kind, "/etc/shadow")), "archive")
        self.refused(store, self.archive(bundle, entry("vendors/acme.yaml")), "archive")
        self.refused(store, self.archive(bundle, entry("vendors/" + "a" * 200 + ".yaml"), tarfile.GNU_FORMAT), "archive")
        link = bundle / "vendors/link.yaml"
        link.symlink_to("/etc/passwd")
        self.refused(store, bundle, "archive")
        link.unlink()
        whole = self.archive(bundle).read_bytes()
        for length in (0, 100, 512, 700, len(whole) // 2, len(whole) - 10_240):
            self.refused(store, self.write_bytes("cut.tar", whole[:length]), "archive")
        assert not (self.directory / "evil.yaml").exists()
        assert "serial 2" in self.update(store, self.archive(bundle))

    def write_bytes(self, name, content):
        path = self.directory / name
        path.write_bytes(content)
        return path

    def test_bombs(self):
        store = self.store()
        self.update(store, self.bundle(1))
        bundle = self.bundle(2)

        def large(archive):
            info = tarfile.TarInfo("vendors/large.yaml")
            info.size = 5 << 20
            archive.addfile(info, io.BytesIO(bytes(info.size)))

        def many(archive):
            for number in range(3_000):
                archive.addfile(tarfile.TarInfo(f"vendors/{number}.yaml"), io.BytesIO(b""))

        self.refused(store, self.archive(bundle, large), "limit")
        self.refused(store, self.archive(bundle, many), "limit")
        sparse = self.write_bytes("sparse.tar", b"")
        os.truncate(sparse, 8 << 30)
        self.refused(store, sparse, "limit")
        with (bundle / "vendors/acme.yaml").open("r+b") as file:
            file.truncate(8 << 30)
        self.refused(store, bundle, "limit")
        for tool, name in (("gzip", "gz"), ("zstd", "zst"), ("xz", "xz")):
            if shutil.which(tool):
                packed = subprocess.run([tool, "-c", self.archive(self.bundle(2))], capture_output=True, check=True).stdout
                self.refused(store, self.write_bytes(f"packed.{name}", packed), "archive")

    def test_rules_of_the_operator_are_asked(self):
        store = self.store()
        self.update(store, self.bundle(1))
        vendors = self.directory / "rules/vendors/acme.yaml"
        vendors.write_text(VENDOR.replace("api.acme.example", "api2.acme.example"))
        said = self.refused(store, self.bundle(2), "rules")
        assert "acme-use" in said, said
        # What the check finds is found before it is installed: another vendor within Acme's domain.
        vendors.write_text(VENDOR + "- {suffix: acme.example, role: unclassified, source: docs}\n")
        self.write("rules/vendors/other.yaml", VENDOR.replace("acme", "other").replace("api.other.example", "x.acme.example"))
        bundle = self.bundle(2)
        (self.directory / "rules/vendors/other.yaml").unlink()
        vendors.write_text(VENDOR)
        assert "V040" in self.refused(store, bundle, "check")
        assert os.readlink(store / "current") == "versions/1"

    def test_https(self):
        server = Server(self.directory)
        try:
            store = self.store()
            trust = ("--authorities", server.certificate)
            bundle = self.bundle(1)
            server.files["/c.tar"] = self.archive(bundle).read_bytes()
            assert "serial 1" in self.update(store, f"{server.address}/c.tar", *trust)
            server.files["/moved"] = "/d.tar"
            server.files["/d.tar"] = self.archive(self.bundle(2)).read_bytes()
            assert "serial 2" in self.update(store, f"{server.address}/moved", *trust)
            # The certificate is not trusted.
            self.refused(store, f"{server.address}/c.tar", "unreadable")
            self.refused(store, f"{server.address}/none", "unreadable", *trust)
            server.files["/plain"] = "http://localhost:1/c.tar"
            self.refused(store, f"{server.address}/plain", "unreadable", *trust)
            self.refused(store, server.address.replace("https", "http") + "/c.tar", "unreadable")
            self.refused(store, "file:///etc/passwd", "unreadable")

            def endless(out):
                try:
                    while True:
                        out.write(bytes(1 << 20))
                except OSError:
                    pass
            server.files["/endless"] = endless
            assert "larger than" in self.refused(store, f"{server.address}/endless", "unreadable", *trust)
            cut = server.files["/c.tar"][:3_000]
            server.files["/cut"] = cut
            self.refused(store, f"{server.address}/cut", "archive", *trust)
        finally:
            server.stop()

    def test_audit_events_can_be_sealed_and_are_needed(self):
        key = self.directory / "seal.pem"
        subprocess.run([self.egret, "key", "evidence", key], check=True, capture_output=True)
        store, log = self.store(), self.directory / "log"
        self.update(store, self.bundle(1), "--audit", log, "--evidence-key", key)
        subprocess.run([self.egret, "verify", log], check=True, capture_output=True)
        # Without its key the sealed log would be spoiled: nothing is installed unrecorded.
        self.refused(store, self.bundle(2), "store", "--audit", log)
        assert os.readlink(store / "current") == "versions/1"

    def test_status_says_what_is_wrong(self):
        store = self.store()
        arguments = ("status", "--store", store, "--key", self.directory / "own.pub")
        self.run(*arguments, status=1)
        self.update(store, self.bundle(1))
        self.run(*arguments)
        self.run("status", "--store", store, "--key", self.directory / "other.pub", status=1)
        with (store / "current/vendors/acme.yaml").open("a") as file:
            file.write("# touched\n")
        self.run(*arguments, status=1)
        assert "error[mixed]" in self.errors, self.errors

    def test_reattribute(self):
        log = self.directory / "past.jsonl"
        done = subprocess.run([self.egret, "analyze", "--flows", "all", ROOT / "docs/demo/office.pcap"], capture_output=True, text=True,
                              timeout=TIME_LIMIT, check=True)
        log.write_text(done.stdout)
        # By the catalog that wrote the log nothing is different, but what other flows of the source told.
        assert self.run("reattribute", log).splitlines()[-1].startswith("0 of "), self.run("reattribute", log)
        said = self.run("reattribute", "--format", "jsonl", "--catalog", self.directory / "rules/vendors", log)
        groups = [json.loads(line) for line in said.splitlines()]
        assert groups and all(group["new"] == {} and group["old"] for group in groups), groups
        assert {"anthropic", "deepseek"} <= {group["old"].get("vendor") for group in groups}
        self.run("reattribute", log, self.directory / "none.jsonl", status=1)
        assert "none.jsonl" in self.errors

    def test_usage(self):
        self.run("update", status=2)
        self.run("update", "--from", "x", "--rollback", status=2)
        self.run("bundle", self.directory / "rules", "-o", self.directory / "b", "--serial", 1, "--expires", "soon", status=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--egret", default=str(ROOT / ".build/debug/egret"))
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if shutil.which("minisign") is None:
        print("skipped: minisign is not installed")
        return 77
    failed = passed = 0
    with tempfile.TemporaryDirectory() as directory:
        # The sensor of a test is another user.
        os.chmod(directory, 0o755)
        updates = Updates(os.path.abspath(options.egret), directory)
        for name in sorted(n for n in dir(updates) if n.startswith("test_")):
            if options.names and not any(part in name for part in options.names):
                continue
            try:
                getattr(updates, name)()
                passed += 1
            except Exception:  # every test runs, also after one that broke
                print(f"FAILED {name}\n{traceback.format_exc()}")
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
