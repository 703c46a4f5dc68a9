#!/usr/bin/env python3
"""The catalog pipeline's parts, on small inputs: readers, registrable domains, verdicts, and the file it writes."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/catalog"))
import facts  # noqa: E402
import host_readers  # noqa: E402
import judge  # noqa: E402
import kinds  # noqa: E402
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
    ("https://www.acme.example/x?y", "Acme Draw", "Image tools", " - pictures")])
holds("a table's first cell may be the link", list(readers.linked_table("## T\n| [A](https://a.example) | GPT chat |\n")) == [
    ("https://a.example", "A", "T", " | GPT chat |")])
holds("bold names that a link follows", list(readers.bold_items(
    "- **A** (maker): [https://a.example/](https://a.example/) - chats by a GPT\n")) == [("https://a.example/", "A", "", " - chats by a GPT")])


def hosts(reader, text):
    """The hosts that a reader of host_readers finds in a text."""
    return [names.host(found[0]) for found in getattr(host_readers, reader)(text)]


holds("hosts files and filters", hosts("hosts_file", "# c\n0.0.0.0 a.example\n||b.example^\n*.c.example\nnot a host\n") == [
    "a.example", "b.example", "c.example"])
holds("Clash rules, without keywords and networks", hosts("clash", "payload:\n  # X\n  - DOMAIN-SUFFIX,a.example\n"
      "  - '+.b.example'\n  - DOMAIN-KEYWORD,openai\n  - IP-CIDR,192.0.2.0/24,no-resolve\n") == ["a.example", "b.example"])
holds("tables of domains", hosts("domain_table", "### X\n| Domain |\n|---|\n| a.example | b |\n") == ["a.example"])
holds("registries", list(host_readers.registry("- name: A\n  category: image\n  domains: [a.example, \"b.example\"]\n")) == [
    ("https://a.example/", "A", "image"), ("https://b.example/", "A", "image")])
holds("lists in JSON", hosts("vendor_json", '[{"name": "A", "hosts": ["a.example"], "url": "https://b.example"}]') == [
    "a.example", "b.example"])
holds("groups of tools in JSON", list(host_readers.tool_groups(
    '{"tools": [{"title": "Art", "content": [{"title": "A", "url": "https://a.example", "body": "AI art"}]}]}')) == [
    ("https://a.example", "A", "Art", "AI art")])
holds("objects of tools in JSON, without pages of the list", list(host_readers.tool_objects(
    '{"tools": [{"name": "A", "review_url": "https://list.example/a", "overview": {"website": "https://a.example", "category": "art"}}]}'))
    == [("https://a.example", "A", "art", "     ")])
holds("objects of tools in JavaScript", list(host_readers.tool_objects(
    "const tools = [\n  { category: 'Voice', name: \"A\", url: \"https://a.example\", shortDescription: \"An AI voice\" },\n];"))[0][:3]
    == ("https://a.example", "A", "Voice"))
holds("block lists without rules for parts of pages", hosts("adblock", "! t\n||a.example^\n||b.example/x^\nc.example##.x\n") == ["a.example"])
holds("a table of domains says the country", [r[4] for r in host_readers.domain_csv(
    "Domain,Category,Subcategory,Country,Notes\n*.a.example,Chat,A,China,\n")] == ["China"])
holds("names in the order of a ranking", list(readers.ranked_names("a.example\nb.example\n"))[1] == ("https://b.example/", "", "2"))
holds("a bucket of a ranking has one rank", {r[2] for r in readers.bucket("domain\n" + "".join(
    f"a{i}.example\n" for i in range(1000)))} == {"1000"})
holds("presets tell APIs from pages", list(host_readers.presets(
    'name: "A", docsUrl: "https://a.example", defaults: { baseUrl: "https://api.a.example/v1" }')) == [
    ("https://a.example", "A", ""), ("https://api.a.example/v1", "A", "api")])
holds("addresses of APIs, without documentation", hosts(
    "api_urls", 'a="https://api.a.example/x" b="https://b.example/v1/chat" c="https://docs.c.example/guide"') == [
    "api.a.example", "b.example"])
holds("headings that are links", hosts("heading_links", "## Free\n### [A](https://a.example)\n") == ["a.example"])
holds("items in HTML", hosts("anchors", '- <a href="https://a.example/x" target="_blank">A</a> - text\n') == ["a.example"])
holds("an agent's website and no other address", hosts(
    "agents_yaml", 'project: "A"\nsources:\n - source: "website"\n   source_url: "https://a.example"\n - source: "x"\n'
    '   source_url: "https://b.example"\n') == ["a.example"])
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
holds("names that do not", not any(map(names.says_ai, [
    "paint.example", "mail.example", "maintain.example", "airport.example", "samurai.example", "dubai.example"])))


def verdict(domain, sources, described=False, **world):
    """The verdict on a domain that these sources name."""
    fact = facts.Fact()
    fact.hosts, fact.sources, fact.is_described = {domain}, set(sources), described
    empty = {"decisions": {}, "ids": set(), "general": set(), "negative": {}, "curated": set(), "trusted": set(),
             "corroborating": set(), "strings": set(), "rankings": {}}
    return judge.judge(domain, fact, {**empty, **world})[0]


holds("two lists accept", verdict("a.example", "xy") == "accept")
holds("one list alone does not", verdict("a.example", "x") == "reject")
holds("one list that says so does", verdict("a.example", "x", described=True, trusted={"x"}) == "accept")
holds("an ordinary site is asked for", verdict("a.example", "xy", negative={"a.example": 500}) == "ask")
holds("strings of clients are asked for", verdict("a.ai", "x", strings={"x"}) == "ask")
holds("a person's decision is final", verdict("a.ai", "xyz", decisions={"a.ai": ("reject", "why")}) == "reject")
holds("domains of many people are rejected", verdict("a.ai", "xyz", general={"a.ai"}) == "reject")
holds("a popular site that few lists name is asked for", verdict("a.example", "xy", rankings={"a.example": 9_999}) == "ask")
holds("one that is less popular is not", verdict("a.example", "xy", rankings={"a.example": 10_001}) == "accept")


def kind(domain, sections=(), said=(), name=""):
    """The category of a product by the words of lists."""
    fact = facts.Fact()
    source = {"id": "x", "describes": True}
    for section in sections or [""]:
        facts.add({domain: fact}, suffixes, source, (f"https://{domain}/", name, section, *said))
    return kinds.of(domain, fact)


holds("a section says the kind", kind("a.example", ["Text to Speech"]) == ("voice", "section"))
holds("a description says it if no section does", kind("a.example", ["Productivity"], ["An AI video generator"]) == ("video", "description"))
holds("a name says it if no list does", kind("ai-headshots.example", ["Productivity"]) == ("image", "name"))
holds("words inside others say nothing", kind("smartstart.example") == ("unclassified", "none"))
holds("a trade is no kind of product", kind("a.example", ["Customer Support"]) == ("other", "trade"))
holds("what nobody says is not guessed", kind("a.example") == ("unclassified", "none"))
fact = facts.Fact()
facts.add({"a.example": fact}, suffixes, {"id": "x"}, ("https://a.example/", "A", "", "An AI writer", "China"))
holds("the country of a list is kept as its code", fact.countries == {"CN"})
holds("a description counts only if the list describes", not fact.is_described)
words = (ROOT / "Sources/Vendors/Catalog/Vendor.swift").read_text(encoding="utf-8")
holds("every category of the rules is one of the catalog", all(
    f'"{category}"' in words or f"case {category}\n" in words for rules in kinds.RULES.values() for category, _ in rules))
listed = (ROOT / "rules/vendors/listed.tsv").read_text(encoding="utf-8")
ids = [line.split("\t")[0] for line in listed.splitlines() if line[0] != "#"]
holds("every listed vendor has an id of its own", len(ids) == len(set(ids)) > 1500)
decisions = [line.split("\t") for line in (ROOT / "scripts/catalog/decisions.tsv").read_text().splitlines() if line[0] != "#"]
holds("decisions have a domain, a verdict and a reason", all(
    len(row) == 3 and row[1] in ("accept", "reject", "alias") and row[2] for row in decisions))
categories = dict(line.split("\t") for line in (ROOT / "scripts/catalog/categories.tsv").read_text().splitlines() if line[0] != "#")
holds("categories that a person set are those of the table", all(
    categories[row[3].split(",")[0]] == row[2] for row in (line.split("\t") for line in listed.splitlines() if line[0] != "#")
    if row[3].split(",")[0] in categories))
drafted = [line.split("\t")[3].split(",") for line in listed.splitlines() if line[0] != "#"]
domains = {domain for row in drafted for domain in row}
holds("no rejected domain is drafted", not [row[0] for row in decisions if row[1] == "reject" and row[0] in domains])
holds("an alias is listed with its vendor's main domain", all(
    [row[2], row[0]] == [vendor[0], row[0]] for row in decisions if row[1] == "alias"
    for vendor in drafted if row[0] in vendor))
holds("every alias is drafted", all(row[0] in domains for row in decisions if row[1] == "alias"))
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
