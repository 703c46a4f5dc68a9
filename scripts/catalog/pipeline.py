#!/usr/bin/env python3
"""Reads published lists of AI products and drafts vendors for egret's catalog.

usage: pipeline.py [--sources DIR] [--egret PROGRAM] COMMAND

  fetch           clones every source into DIR, or updates it, and downloads the wheels
  report          what the sources say that the catalog does not: counts, what is new since the last run, what waits for
                  a decision; writes nothing
  draft           writes rules/vendors/listed.tsv from what is accepted, and scripts/catalog/observations.tsv
  shared          hosts at domains of many products that no entry names, by the number of lists: what a person may add to a
                  vendor's file
  categories      holds what the rules say a product is against the vendors' own files, and counts what said so
  holdout [ID...] drafts without each source and reports its recall by registrable domain; without an ID, of every source
  check FILE...   names of a file that the catalog attributes, for lists of names that are no one's

Decisions are data: decisions.tsv has a line for each domain that a person judged. It says accept or reject, and why; or alias, and
the domain of the same vendor. So a second run asks only about what is new.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

import facts as evidence
import judge
import kinds
import names

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def lookup(arguments, hosts, catalog=None):
    """What the catalog says of each host."""
    command = [str(arguments.egret), "catalog", "lookup", "--format", "jsonl"]
    for directory in catalog or [ROOT / "rules/vendors"]:
        command += ["--catalog", str(directory)]
    run = subprocess.run([*command, "-"], input="\n".join(hosts) + "\n", stdout=subprocess.PIPE, text=True, check=True)
    return {row["name"]: row for row in map(json.loads, filter(None, run.stdout.splitlines()))}


def prepare(arguments, suffixes, facts):
    config = arguments.config
    decided = {row[0]: (row[1], row[2]) for row in evidence.table(HERE / "decisions.tsv")}
    general = {line.strip() for line in (ROOT / "rules/lists/general-domains.txt").read_text().splitlines()}
    ids = {match for path in (ROOT / "rules/vendors").glob("*.yaml")
           for match in re.findall(r"^id: (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)}
    known = {name for name, row in lookup(arguments, sorted(facts), arguments.own).items()
             if row.get("vendor") or row.get("scope")}
    known |= {domain for domain, (verdict, _) in decided.items() if verdict == "alias"}
    categories = {row[0]: row[1] for row in evidence.table(HERE / "categories.tsv")}
    return {"decisions": decided, "categories": categories, "general": general, "ids": ids, "known": known,
            "negative": evidence.ranks(arguments, suffixes, config["negative"]),
            "rankings": evidence.ranks(arguments, suffixes, config["rankings"]), "marks": {s["id"]: s["mark"] for s in config["sources"]},
            "curated": {s["id"] for s in config["sources"] if s.get("curated")},
            "strings": {s["id"] for s in config["sources"] if s.get("strings")},
            "trusted": {s["id"] for s in config["sources"] if s.get("trusted")},
            "corroborating": {s["id"] for s in config["sources"] if s.get("corroborates_only")}}


def own_catalog(arguments):
    """A directory with the vendors that have files of their own, without the drafted ones."""
    directory = arguments.work / "own"
    directory.mkdir(parents=True, exist_ok=True)
    for path in directory.glob("*.yaml"):
        path.unlink()
    for path in (ROOT / "rules/vendors").glob("*.yaml"):
        (directory / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return [directory]


def summarize(facts, rows, verdicts, waiting):
    before = {row[0]: row[1] for row in evidence.table(evidence.OBSERVATIONS)}
    print(f"{len(facts)} registrable domains in the lists; " + ", ".join(f"{v} {k}" for k, v in sorted(verdicts.items())))
    print(f"{len(rows)} vendors are drafted, with {sum(len(r['domains']) + len(r['apis']) for r in rows)} hosts")
    named = {domain for domain, fact in facts.items() if fact.hosts}
    print(f"new since the last run: {len(named - before.keys())}, gone: {len(before.keys() - named)}")
    print(f"{len(waiting)} domains wait for a decision (decisions.tsv: domain, accept or reject, why)")


def command_draft(arguments, suffixes, writes=True):
    facts = evidence.gather(arguments, suffixes)
    world = prepare(arguments, suffixes, facts)
    rows, verdicts, waiting = judge.drafts(facts, world)
    summarize(facts, rows, verdicts, waiting)
    if not writes:
        for domain, why, sources in waiting:
            print(f"{domain}\task\t{why}; {sources}")
        return 0
    evidence.LISTED.write_text(judge.render(rows, arguments), encoding="utf-8")
    evidence.OBSERVATIONS.write_text("# domain, lists that name it\n" + "".join(
        f"{domain}\t{','.join(sorted(fact.sources))}\n" for domain, fact in sorted(facts.items()) if fact.hosts),
        encoding="utf-8")
    return 0


def command_categories(arguments, suffixes):
    """How often the rules say of a vendor with a file of its own what a person wrote there, and what they say of the others."""
    facts = evidence.gather(arguments, suffixes)
    world = prepare(arguments, suffixes, facts)
    written = lookup(arguments, sorted(world["known"] & facts.keys()), arguments.own)
    same, told, differs = 0, 0, collections.Counter()
    for domain, row in written.items():
        fact, right = facts[domain], world["categories"].get(domain) or row.get("category")
        said = kinds.of(domain, fact)[0] if fact.hosts else kinds.UNKNOWN
        if right and right != "shared-service" and said not in (kinds.UNKNOWN, "other"):
            fits = said == right or said in kinds.PARTS.get(right, ())
            told, same = told + 1, same + fits
            if not fits:
                differs[f"{right}, by the rules {said}"] += 1
    print(f"of {told} vendors with a file of their own the rules say for {same} what the file says "
          f"({100 * same / max(1, told):.1f} %)")
    for what, count in differs.most_common():
        print(f"  {count:3} {what}")
    judged = {domain: right for domain, right in world["categories"].items() if facts[domain].hosts}
    right = sum(kinds.of(domain, facts[domain])[0] == said for domain, said in judged.items())
    print(f"of {len(judged)} domains in categories.tsv, which are there because lists disagree, for {right}")
    by = collections.Counter(kinds.of(domain, fact)[1] for domain, fact in facts.items()
                             if fact.hosts and judge.judge(domain, fact, world)[0] == "accept")
    print("what said so: " + ", ".join(f"{count} {what}" for what, count in by.most_common()))
    return 0


def command_shared(arguments, suffixes):
    facts = evidence.gather(arguments, suffixes)
    world = prepare(arguments, suffixes, facts)
    hosts = {host: fact for domain, fact in facts.items() for host in fact.hosts
             if domain in world["general"] or judge.judge(domain, fact, world)[0] != "accept"}
    answers = lookup(arguments, sorted(hosts))
    for host in sorted(hosts):
        if not answers[host].get("vendor") and not answers[host].get("scope"):
            print(f"{host}\t{','.join(sorted(hosts[host].sources))}")
    return 0


def holdout(arguments, suffixes, held, world):
    """The recall on one source of a catalog that was drafted without it.

    Of the source's domains, those that a person rejected, ordinary sites and domains of many people are set aside: they are
    no vendors. So are those that even a catalog with the source does not accept; what waits for a person is counted.
    """
    wanted = collections.defaultdict(evidence.Fact)
    evidence.of_source(arguments, suffixes, {**held, "corroborates_only": False}, wanted)
    without = evidence.gather(arguments, suffixes, without=held["id"])
    whole = evidence.gather(arguments, suffixes, measured=held["id"])
    rows, _, _ = judge.drafts(without, world)
    found = {domain for row in rows for domain in row["domains"]} | world["known"]
    named = [domain for domain, fact in wanted.items() if fact.hosts]
    verdicts = {domain: judge.judge(domain, whole[domain], world)[0] for domain in named}
    asked = {domain for domain in named if domain in world["known"] or verdicts[domain] == "accept"}
    undecided = sum(verdicts[domain] == "ask" for domain in set(named) - asked)
    ranked = {domain for domain in asked if domain in world["rankings"]}
    elsewhere = {domain for domain in asked if domain in world["known"] or domain in without and without[domain].sources}
    print("\t".join([held["id"], str(len(named)), str(len(asked)), share(len(asked & found), len(asked)),
                     share(len(ranked & found), len(ranked)), share(len(elsewhere), len(asked)), str(undecided)]), flush=True)


def share(part, whole):
    """A part of a whole, as a count and in percent."""
    return f"{part} of {whole} ({100 * part / max(1, whole):.1f} %)"


def command_holdout(arguments, suffixes):
    facts = evidence.gather(arguments, suffixes)
    for source in arguments.config["sources"]:
        if source.get("held_out"):
            evidence.of_source(arguments, suffixes, source, facts)
    # What the vendors' own files know is asked of the program once, for every list.
    world = prepare(arguments, suffixes, facts)
    sources = {source["id"]: source for source in arguments.config["sources"]}
    unknown = set(arguments.rest) - set(sources)
    if unknown:
        raise SystemExit(f"no source has the id {sorted(unknown)[0]}; there are {', '.join(sources)}")
    print("list\tnames\tvendors\tattributed without it\tof those in a ranking\tin another list\tundecided")
    for name in arguments.rest or sources:
        holdout(arguments, suffixes, sources[name], world)
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
    for source in [source for kind in ("sources", "negative", "rankings") for source in arguments.config[kind]]:
        if "local" in source:
            continue
        if "wheel" in source:
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest",
                            str(arguments.sources / "wheels"), f"{source['wheel']}=={source['version']}"], check=True)
            continue
        where = arguments.sources / source["repository"].replace("/", "+")
        if where.is_dir():
            evidence.git(where, "pull", "--quiet", "--ff-only")
        else:
            # Without the blobs that no reader asks for: some of these repositories are large.
            subprocess.run(["git", "clone", "--quiet", "--filter=blob:none", "https://github.com/" + source["repository"],
                            str(where)], check=True)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=pathlib.Path, default=ROOT / "out/catalog-sources")
    parser.add_argument("--egret", type=pathlib.Path, default=ROOT / ".build/debug/egret")
    parser.add_argument("command", choices=["fetch", "report", "draft", "shared", "categories", "holdout", "check"])
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
    if arguments.command == "categories":
        return command_categories(arguments, suffixes)
    if arguments.command == "shared":
        return command_shared(arguments, suffixes)
    return command_draft(arguments, suffixes, writes=arguments.command == "draft")


sys.exit(main())
