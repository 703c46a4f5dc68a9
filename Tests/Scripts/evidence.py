#!/usr/bin/env python3
"""The evidence of a log, by the arithmetic of docs/EVIDENCE.md and without egret's code: Python's SHA-256, OpenSSL's
Ed25519. And what the program says of a log from the command line, whole, changed, and ended by force.

usage: evidence.py --egret PATH
"""
import argparse
import base64
import hashlib
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURE = ROOT / "docs/demo/office.pcap"


def run(*command, status=0):
    answer = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            check=False, text=True, timeout=120)
    assert answer.returncode == status, f"{command}: status {answer.returncode}: {answer.stdout}"
    return answer.stdout


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def recompute(log, public_key, directory):
    """Follows a chain file from its first record to its last."""
    lines = log.read_bytes().splitlines(keepends=True)
    chain, taken, size = None, 0, 0
    for text in log.with_suffix(".chain").read_text().splitlines():
        (kind, record), = json.loads(text).items()
        if kind == "begin":
            chain = sha(b"egret-log-1\n", record["file"].encode(), b"\n", record["chain"].encode(), b"\n")
            assert record["public_key"] == public_key[-32:].hex()
        elif kind == "found":
            text = "F" + record.get("reason", "") + "\n" + "".join(
                f"{file['file']}\n{file['lines']}\n{file['chain']}\n" for file in record["files"])
            chain = sha(chain, text.encode())
            assert record["chain"] == chain.hex()
        elif kind == "removed":
            chain = sha(chain, b"R" + "\n".join(record["files"]).encode())
            assert record["chain"] == chain.hex()
        elif kind == "lines":
            part = lines[taken:taken + record["lines"]]
            digests = [sha(line) for line in part]
            chain = sha(chain, b"L", *digests)
            taken, size = taken + len(part), size + sum(map(len, part))
            assert record["chain"] == chain.hex() and record["marks"] == b"".join(d[:4] for d in digests).hex()
        elif kind == "seal":
            assert (record["lines"], record["bytes"], record["chain"]) == (taken, size, chain.hex())
            signed = "".join(f"{word}\n" for word in (
                "egret-seal-1", log.name, record["lines"], record["bytes"], record["time"], record["chain"]))
            (directory / "message").write_text(signed)
            (directory / "signature").write_bytes(bytes.fromhex(record["signature"]))
            run("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", directory / "public.pem", "-rawin",
                "-in", directory / "message", "-sigfile", directory / "signature")
    assert taken == len(lines), "not every line is sealed"
    return taken


def check(egret, directory):
    run("openssl", "genpkey", "-algorithm", "ed25519", "-out", directory / "key.pem")
    (directory / "key.pem").chmod(0o600)
    public = run(egret, "key", "public", directory / "key.pem")
    (directory / "public.pem").write_text(public)
    assert public == run("openssl", "pkey", "-in", directory / "key.pem", "-pubout"), "another public key than OpenSSL's"
    der = base64.b64decode("".join(public.splitlines()[1:-1]))

    output = directory / "log"
    run(egret, "analyze", "--flows", "all", "--output", output, "--evidence-key", directory / "key.pem", CAPTURE)
    log, = output.glob("*.jsonl")
    lines = recompute(log, der, directory)
    verify = [egret, "verify", "--public-key", directory / "public.pem", output]
    assert "intact" in run(*verify)

    text = log.read_text()
    log.write_text(text.replace('"seq":3,', '"seq":4,', 1))
    assert f"FAULT [changed] {log.name}:3: 1 line changed" in run(*verify, status=1)
    log.write_text(text)

    (directory / "key.pem").chmod(0o644)
    assert "chmod 600" in run(egret, "analyze", "--output", output, "--evidence-key", directory / "key.pem", CAPTURE,
                              status=1)
    (directory / "key.pem").chmod(0o600)
    print(f"{lines} lines that are sealed are so by Python and OpenSSL too")


def check_kill(egret, directory):
    """Ended by force in the middle of its work, again and again, and started again in the same directory."""
    output, key = directory / "killed", directory / "key.pem"
    for round_ in range(4):
        process = subprocess.Popen([egret, "analyze", "--flows", "all", "--sensor-id", f"gw{round_ % 2}", "--output",
                                    output, "--evidence-key", key, "-"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdin.write(CAPTURE.read_bytes()[:400_000])
        process.stdin.flush()
        end = time.monotonic() + 30
        while time.monotonic() < end and not any(path.stat().st_size for path in output.glob(f"events-gw{round_ % 2}-*.jsonl")):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdin.close()
    answer = run(egret, "verify", output)
    assert "FAULT" not in answer and "[open_file]" in answer and answer.rstrip().endswith("no line of this log is proven"), answer
    run(egret, "verify", "--strict", output, status=1)
    for sensor in ("gw0", "gw1"):
        run(egret, "analyze", "--flows", "all", "--sensor-id", sensor, "--output", output, "--evidence-key", key, CAPTURE)
    answer = run(egret, "verify", "--public-key", directory / "public.pem", output)
    assert "FAULT" not in answer and "lines are not proven" in answer, answer
    for log in sorted(output.glob("events-gw0-*.jsonl")):
        recompute_found(log)
    print("four runs that were killed, and two that ended, leave a log without a fault; what was not sealed is not proven")


def recompute_found(log):
    """What a run found at its start is what the chain files of the killed runs say."""
    for text in log.with_suffix(".chain").read_text().splitlines():
        try:
            (kind, record), = json.loads(text).items()
        except ValueError:
            return
        if kind == "found":
            for file in record["files"]:
                lines = (log.parent / file["file"]).with_suffix(".chain").read_text().split("\n")[:-1]
                last, = json.loads(lines[-1]).values()
                end = sha(b"egret-log-1\n", last["file"].encode(), b"\n", last["chain"].encode(), b"\n").hex() \
                    if "file" in last else last["chain"]
                assert end == file["chain"], file


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--egret", required=True, type=pathlib.Path)
    egret = parser.parse_args().egret.resolve()
    with tempfile.TemporaryDirectory() as name:
        check(egret, pathlib.Path(name))
        check_kill(egret, pathlib.Path(name))
    return 0


sys.exit(main())
