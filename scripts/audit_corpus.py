#!/usr/bin/env python3
"""Holds that ordinary text brings no finding of grade signature: 10 MB of twelve languages and more, code, Markdown, base64.

The texts are those of Debian packages (manual pages, documents, translations of names), downloaded with apt-get into
.build/audit-corpus and never committed. Each piece of text becomes the body of a request in a HAR file, which egret-audit reads.

usage: audit_corpus.py [--egret-audit FILE] [--megabytes N] [--directory DIR] [-v]
Exit status 0 if there is no signature, 1 if there is one, 77 if the texts cannot be had.
"""
import argparse
import base64
import collections
import gettext
import gzip
import html
import io
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = [
    "manpages", "manpages-de", "manpages-fr", "manpages-es", "manpages-pl", "manpages-ru", "manpages-uk", "manpages-pt-br",
    "manpages-it", "manpages-ja", "manpages-zh", "manpages-ro", "manpages-hu", "manpages-cs", "manpages-vi", "manpages-tr",
    "debian-faq-de", "debian-faq-fr", "debian-faq-ru", "debian-faq-zh-cn", "debian-faq-ja", "debian-faq-it",
    "debian-reference-zh-cn", "iso-codes", "fortunes-fr", "fortunes-de", "fortunes-ru", "fortunes-cs", "fortunes-pl",
    "fortunes-it", "fortunes-es", "developers-reference-fr", "python3-doc", "nodejs-doc", "libjs-jquery", "git-doc",
]
# Languages that no manual page is in, or few, by the translations of iso-codes.
LANGUAGES = ["ar", "fa", "he", "hi", "th", "ko", "el", "uk", "tr", "vi", "ka", "hy", "bn", "ta", "km", "my", "zh_TW", "bg", "sr"]


def download(directory):
    directory.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        target = directory / package
        if target.exists():
            continue
        with tempfile.TemporaryDirectory() as scratch:
            run = subprocess.run(["apt-get", "download", package], cwd=scratch, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
            files = list(pathlib.Path(scratch).glob("*.deb"))
            if run.returncode == 0 and files:
                subprocess.run(["dpkg", "-x", str(files[0]), str(target)], check=True)
            else:
                print(f"audit_corpus.py: {package} is not to be had", file=sys.stderr)


def text_of(path):
    """The text of a file with its language or kind, or nothing."""
    name = str(path)
    data = path.read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
        name = name[:-3]
    match = re.search(r"/man/(\w+)/man\d", name)
    if re.search(r"/man\d/", name):
        text = data.decode("utf-8", "replace")
        text = re.sub(r"^[.'].{0,3}\s*", "", text, flags=re.M).replace("\\-", "-").replace("\\&", "")
        return (match.group(1) if match else "en"), text
    if name.endswith((".html", ".htm")):
        text = data.decode("utf-8", "replace")
        language = re.search(r'lang="(\w+)', text[:2000])
        return (language.group(1) if language else "html"), html.unescape(re.sub(r"<[^>]+>", "", text))
    if name.endswith((".md", ".markdown")):
        return "markdown", data.decode("utf-8", "replace")
    if name.endswith((".js", ".py", ".c", ".h", ".sh", ".pl")):
        return "code", data.decode("utf-8", "replace")
    if "/fortunes/" in name and not name.endswith((".dat", ".u8")):
        try:
            return "fortunes", data.decode("utf-8")
        except UnicodeDecodeError:
            return None
    if name.endswith(".txt"):
        return "text", data.decode("utf-8", "replace")
    return None


def translations(directory):
    for language in LANGUAGES:
        lines = []
        for path in sorted(directory.glob(f"iso-codes/usr/share/locale/{language}/LC_MESSAGES/*.mo")):
            with open(path, "rb") as file:
                catalog = gettext.GNUTranslations(file)
            lines += [str(value) for key, value in catalog._catalog.items() if key and isinstance(value, str)]
        if lines:
            yield language, "\n".join(lines)


def collect(directory, limit):
    """Pieces of text by language, of about the same size each, up to the limit."""
    pieces = collections.defaultdict(list)
    for package in PACKAGES:
        for path in sorted((directory / package).rglob("*")):
            if not path.is_file() or path.is_symlink() or path.stat().st_size > 4 << 20:
                continue
            found = text_of(path)
            if found and len(found[1]) > 200:
                pieces[found[0]].append(found[1])
    for language, text in translations(directory):
        pieces[language].append(text)
    for path in list((ROOT / "docs").glob("*.md")) + [ROOT / "README.md"]:
        pieces["markdown"].append(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
        if path.name != "ConfusableTable.swift":
            pieces["code"].append(path.read_text(encoding="utf-8"))
    numbers = random.Random(7)
    pieces["base64"] = [base64.b64encode(numbers.randbytes(30_000)).decode() for _ in range(20)]
    pieces["base64"] += [base64.b64encode(text.encode()).decode() for text in pieces["en"][:20]]
    share = limit // max(1, len(pieces))
    rest, chosen = limit, []
    for language in sorted(pieces, key=lambda name: sum(map(len, pieces[name]))):
        numbers.shuffle(pieces[language])
        size = 0
        for text in pieces[language]:
            if size >= max(share, 600_000):
                break
            chosen.append((language, text[:65_536]))
            size += len(text[:65_536].encode())
        rest -= size
    return chosen


def archive(pieces):
    entries = []
    for index, (language, text) in enumerate(pieces):
        # Half of the texts are where the program's own texts are, which is judged strictly.
        body = {"system": text} if index % 2 else {"messages": [{"role": "user", "content": text}]}
        entries.append({
            "startedDateTime": f"2026-01-01T00:{index // 60 % 60:02}:{index % 60:02}.000Z",
            "request": {"method": "POST", "url": f"https://{language.replace('_', '-')}.example/v1/{index}",
                        "httpVersion": "HTTP/1.1", "headers": [],
                        "postData": {"mimeType": "application/json", "text": json.dumps(body, ensure_ascii=False)}},
            "response": {"status": 200}})
    return {"log": {"version": "1.2", "entries": entries}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret-audit", default=str(ROOT / ".build/debug/egret-audit"))
    parser.add_argument("--megabytes", type=int, default=12)
    parser.add_argument("--directory", type=pathlib.Path, default=ROOT / ".build/audit-corpus")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    download(options.directory)
    pieces = collect(options.directory, options.megabytes << 20)
    sizes = collections.Counter()
    for language, text in pieces:
        sizes[language] += len(text.encode())
    total = sum(sizes.values())
    if total < 10 << 20:
        print(f"skipped: only {total} bytes of text could be collected")
        return 77
    signatures, anomalies, shown = [], collections.Counter(), collections.Counter()
    for start in range(0, len(pieces), 200):
        with tempfile.NamedTemporaryFile("w", suffix=".har", encoding="utf-8", delete=False) as file:
            json.dump(archive(pieces[start:start + 200]), file)
        run = subprocess.run([options.egret_audit, "--format", "jsonl", "--show-values", file.name], stdout=subprocess.PIPE,
                             check=True)
        os.unlink(file.name)
        hosts = {}
        for line in io.BytesIO(run.stdout):
            record = json.loads(line)
            if record["type"] == "request":
                hosts[record["n"]] = record["host"]
            if record["type"] == "finding" and record["kind"] == "mark":
                where = (hosts.get(record["request"]), record["category"], record.get("codepoint"), record["explanation"])
                if record["grade"] == "signature":
                    signatures.append((*where, start, record["request"], record["offset"]))
                else:
                    anomalies[where[:2]] += 1
    print(f"{total / 1e6:.1f} MB of text in {len(sizes)} languages and kinds: {dict(sorted(sizes.items()))}")
    print(f"anomalies: {sum(anomalies.values())} in {len(pieces)} texts")
    if options.v:
        for key, count in anomalies.most_common(40):
            print("  ", key, count)
    for found in signatures[:40]:
        print("signature:", found)
        text = pieces[found[4] + found[5] - 1][1].encode()
        if options.v:
            print("    ", ascii(text[max(0, found[6] - 40):found[6] + 40].decode("utf-8", "replace")))
    print(f"{len(signatures)} findings of grade signature")
    return 1 if signatures else 0


if __name__ == "__main__":
    sys.exit(main())
