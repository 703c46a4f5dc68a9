#!/usr/bin/env python3
"""Reads published lists of AI products and drafts vendors for egret's catalog.

usage: pipeline.py [--sources DIR] [--egret PROGRAM] COMMAND

  fetch           clones every source into DIR, or updates it
  report          what the sources say that the catalog does not: counts, what is new since the last run, what waits for
                  a decision; writes nothing
  draft           writes rules/vendors/listed.tsv from what is accepted, and scripts/catalog/observations.tsv
  holdout ID      drafts without the source ID and reports its recall by registrable domain
  check FILE...   names of a file that the catalog attributes, for lists of names that are nobody's

Decisions are data: decisions.tsv has a line for each domain that a person judged (accept or reject, and why), so a second run
asks only about what is new.
"""
import argparse
import collections
import fnmatch
import json
import pathlib
import re
import subprocess
import sys

import names
import readers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LISTED = ROOT / "rules/vendors/listed.tsv"
OBSERVATIONS = HERE / "observations.tsv"
# Sections of the lists, by words, and the category of what stands there; the first that fits decides.
CATEGORIES = [
    ("api", r"^api|inference|llm provider"), ("coding-agent", r"cod(e|ing)|developer|programming|sql|devtool|ide\b|testing"),
    ("companion", r"companion|girlfriend|dating|character|relationship"),
    ("meeting", r"meeting|transcri|note-?tak"), ("voice", r"audio|voice|speech|music|podcast|text to speech|sound"),
    ("video", r"video|movie|animation"), ("image", r"image|art\b|photo|logo|avatar|design|portrait|3d|cartoon|picture"),
    ("writing", r"writ|copy|text|story|paraphras|summar|blog|translat|grammar|email"),
    ("search", r"search|research"), ("agent-platform", r"agent|automation|workflow|no-?code"),
    ("model-hub", r"model|dataset|platform|mlops"), ("assistant", r"chat|assistant|personal|q&a|llm"),
]
# Categories in which a product is made of what a model makes.
MAKES = {"image", "video", "voice", "companion", "coding-agent", "meeting"}


class Fact:
    """What the lists say of one registrable domain."""

    def __init__(self):
        self.hosts, self.names, self.sections = set(), collections.Counter(), collections.Counter()
        self.sources, self.apis = set(), set()


def load(path):
    """The rows of a table of tab-separated columns, without comments."""
    if not path.exists():
        return []
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return rows


def checkout(arguments, source):
    name = source["repository"].replace("/", "+")
    for candidate in (arguments.sources / name / "repo", arguments.sources / name):
        if candidate.is_dir():
            return candidate
    return None


def git(where, *command):
    run = subprocess.run(["git", "-C", str(where), *command], stdout=subprocess.PIPE, check=True)
    return run.stdout.decode("utf-8", "replace")


def texts(arguments, source):
    """The files of a source that its reader is for, at the newest commit that has them."""
    where = checkout(arguments, source)
    if where is None:
        print(f"note: source {source['id']} is not in {arguments.sources}", file=sys.stderr)
        return
    listed = git(where, "ls-tree", "-r", "HEAD", "--name-only").splitlines()
    for pattern in source["files"]:
        found = [name for name in listed if fnmatch.fnmatch(name, pattern)]
        for name in found:
            yield git(where, "show", f"HEAD:{name}")
        if not found and "*" not in pattern:
            commits = git(where, "log", "--all", "--format=%H", "--", pattern).split()
            if commits:
                yield git(where, "show", f"{commits[-1]}:{pattern}")


def gather(arguments, suffixes, without=None):
    """Facts by registrable domain, of all sources but one."""
    facts = collections.defaultdict(Fact)
    for source in arguments.config["sources"]:
        if source["id"] == without:
            continue
        for text in texts(arguments, source):
            for url, name, section in readers.READERS[source["read"]](text):
                add(facts, suffixes, source, (url, name, section))
    return facts


def add(facts, suffixes, source, found):
    url, name, section = found
    host = names.host(url)
    if host is None:
        return
    domain, is_private = suffixes.registrable(host)
    if domain is None or is_private:
        return
    fact = facts[domain]
    fact.sources.add(source["id"])
    if source.get("corroborates_only"):
        return
    fact.hosts.add(host)
    if name:
        fact.names[clean(name)] += 1
    if section:
        fact.sections[section.lower()] += 1
    if section == "api":
        fact.apis.add(host)


def clean(name):
    return re.sub(r"\s+", " ", re.sub(r"[^\w .&+'-]", "", name)).strip()[:60]


def negatives(arguments, suffixes):
    """Registrable domains of ordinary sites, with the rank of those that are ranked."""
    found = {}
    for source in arguments.config["negative"]:
        for text in texts(arguments, source):
            for url, _, rank in readers.READERS[source["read"]](text):
                host = names.host(url)
                domain = host and suffixes.registrable(host)[0]
                if domain:
                    found.setdefault(domain, int(rank) if rank else 0)
    return found


def lookup(arguments, hosts, catalog=None):
    """What the catalog says of each host."""
    command = [str(arguments.egret), "catalog", "lookup", "--format", "jsonl"]
    for directory in catalog or []:
        command += ["--catalog", str(directory)]
    run = subprocess.run([*command, "-"], input="\n".join(hosts) + "\n", stdout=subprocess.PIPE, text=True, check=True)
    return {row["name"]: row for row in map(json.loads, filter(None, run.stdout.splitlines()))}


def category(fact):
    for section, _ in fact.sections.most_common():
        for word, pattern in CATEGORIES:
            if re.search(pattern, section):
                return word
    return "api" if fact.apis else "assistant"


def judge(domain, fact, world):
    """accept, reject or ask, and why."""
    decision = world["decisions"].get(domain)
    if decision:
        return decision
    if slug(domain.rsplit(".", 1)[0]) in world["ids"]:
        return "ask", f"a vendor of the catalog has the id {slug(domain.rsplit('.', 1)[0])}"
    if domain in world["general"]:
        return "reject", "holds names of many people"
    if not fact.hosts:
        return "reject", "no list names it as a product's page"
    own = fact.sources - world["corroborating"]
    is_ai, count = names.says_ai(domain), len(fact.sources)
    rank = world["negative"].get(domain)
    if rank is not None:
        if is_ai and (rank > 1000 or rank == 0 and count > 1) or count > 3:
            return ("accept", f"{count} lists") if rank > 10_000 or rank == 0 else ("ask", f"a site of rank {rank}")
        return ("ask", f"a site of rank {rank}") if count > 1 else ("reject", f"ordinary site, rank {rank}")
    if fact.apis or is_ai or count > 1:
        return "accept", f"{count} lists" + (", API" if fact.apis else "")
    # One list, and a name that does not say AI: only where the list says that the product makes something by a model.
    if own & world["curated"] or own & world["trusted"] and category(fact) in MAKES:
        return "accept", "one list"
    return "reject", "one list, and nothing says that it rests on a model"


def slug(text):
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9]+", "-", text.lower())).strip("-")[:48]


def drafts(facts, world):
    """The vendors that are accepted, as rows for the file, and the count of each verdict."""
    taken, rows, verdicts = set(world["ids"]), [], collections.Counter()
    waiting = []
    for domain, fact in sorted(facts.items()):
        if domain in world["known"]:
            verdicts["known"] += 1
            continue
        verdict, why = judge(domain, fact, world)
        verdicts[verdict] += 1
        if verdict == "ask":
            waiting.append((domain, why, ",".join(sorted(fact.sources))))
        if verdict != "accept":
            continue
        name = fact.names.most_common(1)[0][0] if fact.names else domain
        own = sorted(fact.sources - world["corroborating"])
        mark = "" if len(fact.sources) > 1 else world["marks"][own[0]] + "-"
        identifier = mark + (slug(domain.rsplit(".", 1)[0]) or slug(domain))
        if identifier in taken or len(identifier) < 2:
            identifier = mark + slug(domain)
        if identifier in taken:
            continue
        taken.add(identifier)
        rows.append({"id": identifier, "name": name or domain, "category": category(fact), "domain": domain,
                     "apis": sorted(fact.apis), "sources": own,
                     "confidence": "medium" if len(fact.sources) > 1 or names.says_ai(domain) or fact.apis else "low"})
    return rows, verdicts, waiting


def render(rows, arguments):
    used = sorted({source for row in rows for source in row["sources"]})
    lines = ["# Vendors that published lists of AI products name, drafted by scripts/catalog/pipeline.py; a vendor with a file of",
             "# its own stands there. The id of one that a single list names begins with that list's mark.",
             "# id, name, category, domain, confidence, sources, API hosts"]
    for source in arguments.config["sources"]:
        if source["id"] in used:
            where = checkout(arguments, source)
            commit, date = git(where, "log", "-1", "--format=%h %cs").split()
            lines.append(f"#source\t{source['id']}\t{date}\t{source['repository']}@{commit}")
    for row in rows:
        lines.append("\t".join([row["id"], row["name"], row["category"], row["domain"], row["confidence"],
                                ",".join(row["sources"]), ",".join(row["apis"])]))
    return "\n".join(lines) + "\n"


def prepare(arguments, suffixes, facts):
    config = arguments.config
    decided = {row[0]: (row[1], row[2]) for row in load(HERE / "decisions.tsv")}
    general = {line.strip() for line in (ROOT / "rules/lists/general-domains.txt").read_text().splitlines()}
    ids = {match for path in (ROOT / "rules/vendors").glob("*.yaml") if path != LISTED
           for match in re.findall(r"^id: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)}
    own = arguments.own
    known = {name for name, row in lookup(arguments, sorted(facts), own).items() if row.get("vendor") or row.get("scope")}
    return {"decisions": decided, "general": general, "ids": ids, "known": known,
            "negative": negatives(arguments, suffixes), "marks": {s["id"]: s["mark"] for s in config["sources"]},
            "curated": {s["id"] for s in config["sources"] if s.get("curated")},
            "trusted": {s["id"] for s in config["sources"] if s.get("trusted")},
            "corroborating": {s["id"] for s in config["sources"] if s.get("corroborates_only")}}


def own_catalog(arguments):
    """A directory with the vendors that have files of their own, without the drafted ones."""
    directory = arguments.work / "own"
    directory.mkdir(parents=True, exist_ok=True)
    for path in directory.glob("*.yaml"):
        path.unlink()
    for path in (ROOT / "rules/vendors").glob("*.yaml"):
        if path != LISTED:
            (directory / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return [directory]


def summarize(facts, rows, verdicts, waiting):
    before = {row[0]: row[1] for row in load(OBSERVATIONS)}
    print(f"{len(facts)} registrable domains in the lists; " + ", ".join(f"{v} {k}" for k, v in sorted(verdicts.items())))
    print(f"{len(rows)} vendors are drafted, with {sum(1 + len(r['apis']) for r in rows)} hosts")
    named = {domain for domain, fact in facts.items() if fact.hosts}
    print(f"new since the last run: {len(named - before.keys())}, gone: {len(before.keys() - named)}")
    print(f"{len(waiting)} domains wait for a decision (decisions.tsv: domain, accept or reject, why)")


def command_draft(arguments, suffixes, writes=True):
    facts = gather(arguments, suffixes)
    world = prepare(arguments, suffixes, facts)
    rows, verdicts, waiting = drafts(facts, world)
    summarize(facts, rows, verdicts, waiting)
    if not writes:
        for domain, why, sources in waiting:
            print(f"{domain}\task\t{why}; {sources}")
        return 0
    LISTED.write_text(render(rows, arguments), encoding="utf-8")
    OBSERVATIONS.write_text("# domain, lists that name it\n" + "".join(
        f"{domain}\t{','.join(sorted(fact.sources))}\n" for domain, fact in sorted(facts.items()) if fact.hosts),
        encoding="utf-8")
    return 0


def command_holdout(arguments, suffixes):
    held = next(s for s in arguments.config["sources"] if s["id"] == arguments.rest[0])
    wanted = collections.defaultdict(Fact)
    for text in texts(arguments, held):
        for found in readers.READERS[held["read"]](text):
            add(wanted, suffixes, held, found)
    facts = gather(arguments, suffixes, without=held["id"])
    world = prepare(arguments, suffixes, {**facts, **wanted})
    rows, _, _ = drafts(facts, world)
    drafted = {row["domain"] for row in rows}
    # What no reader may take, because it is an ordinary site or many people's, is not asked for.
    asked = [d for d, fact in wanted.items() if fact.hosts and d not in world["general"] and d not in world["negative"]
             and world["decisions"].get(d, ("",))[0] != "reject"]
    hit = sum(d in drafted or d in world["known"] for d in asked)
    print(f"{held['id']}: {hit} of {len(asked)} domains are attributed without it ({100 * hit / max(1, len(asked)):.1f} %)")
    return 0


def command_check(arguments):
    wrong = 0
    for path in arguments.rest:
        hosts = [line.strip() for line in open(path, encoding="utf-8") if line.strip() and line[0] != "#"]
        for name, row in lookup(arguments, hosts).items():
            if row.get("vendor"):
                wrong += 1
                print(f"{name}: attributed to {row['vendor']}")
    print(f"{wrong} names are attributed")
    return 1 if wrong else 0


def command_fetch(arguments):
    for source in arguments.config["sources"] + arguments.config["negative"]:
        where = arguments.sources / source["repository"].replace("/", "+")
        if where.is_dir():
            git(where, "pull", "--quiet", "--ff-only")
        else:
            subprocess.run(["git", "clone", "--quiet", "https://github.com/" + source["repository"], str(where)], check=True)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=pathlib.Path, default=ROOT / "out/catalog-sources")
    parser.add_argument("--egret", type=pathlib.Path, default=ROOT / ".build/debug/egret")
    parser.add_argument("command", choices=["fetch", "report", "draft", "holdout", "check"])
    parser.add_argument("rest", nargs="*")
    arguments = parser.parse_args()
    arguments.config = json.loads((HERE / "sources.json").read_text())
    arguments.work = ROOT / "out/catalog"
    if arguments.command == "fetch":
        return command_fetch(arguments)
    if arguments.command == "check":
        return command_check(arguments)
    arguments.own = own_catalog(arguments)
    suffixes = names.PublicSuffixes()
    if arguments.command == "holdout":
        return command_holdout(arguments, suffixes)
    return command_draft(arguments, suffixes, writes=arguments.command == "draft")


sys.exit(main())
