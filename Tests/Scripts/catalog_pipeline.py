#!/usr/bin/env python3
"""The catalog pipeline's parts, on small inputs: readers, registrable domains, verdicts, and the file it writes."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/catalog"))
import names  # noqa: E402
import readers  # noqa: E402

passed = failed = 0


def holds(what, good):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"BROKEN  {what}")


text = "## Image tools\n- [Acme Draw](https://www.acme.example/x?y) - pictures\n* text [not an item](https://b.example)\n"
holds("markdown items have their section", list(readers.markdown(text)) == [
    ("https://www.acme.example/x?y", "Acme Draw", "Image tools")])
holds("v2fly leaves includes out", [u for u, _, _ in readers.v2fly("include:a\ndomain:b.example @cn\nfull:c.example\n")] == [
    "https://b.example/", "https://c.example/"])
holds("tables have the name of the first cell", list(readers.table("| Tool | about [x](https://t.example) |\n"))[0][:2] == (
    "https://t.example", "Tool"))
holds("providers of models.dev", list(readers.models_dev('name = "A"\napi = "https://api.a.example/v1"\n')) == [
    ("https://api.a.example/v1", "A", "api")])
holds("hosts lose www and case", names.host("https://WWW.Acme.example:443/") == "acme.example")
holds("what is no host is none", names.host("https://[::1]/") is None and names.host("https://localhost/") is None)
suffixes = names.PublicSuffixes()
holds("registrable domains", suffixes.registrable("a.b.example.co.uk") == ("example.co.uk", False))
holds("names of customers are told", suffixes.registrable("x.vercel.app")[1] and suffixes.registrable("x.github.io")[1])
holds("a suffix has no registrable domain", suffixes.registrable("co.uk")[0] is None)
holds("names that say AI", all(map(names.says_ai, ["acme.ai", "chatbot.example", "my-gpt.example", "ai-art.example"])))
holds("names that do not", not any(map(names.says_ai, ["paint.example", "mail.example", "maintain.example"])))
listed = (ROOT / "rules/vendors/listed.tsv").read_text(encoding="utf-8")
ids = [line.split("\t")[0] for line in listed.splitlines() if line[0] != "#"]
holds("every listed vendor has an id of its own", len(ids) == len(set(ids)) > 1500)
decisions = [line.split("\t") for line in (ROOT / "scripts/catalog/decisions.tsv").read_text().splitlines() if line[0] != "#"]
holds("decisions have a domain, a verdict and a reason", all(
    len(row) == 3 and row[1] in ("accept", "reject") and row[2] for row in decisions))
holds("no rejected domain is drafted", not [row[0] for row in decisions if row[1] == "reject"
                                            and f"\t{row[0]}\t" in listed])
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
