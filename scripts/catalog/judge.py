"""Which domains are vendors: verdicts by rules and by a person's decisions, and the rows of the table of listed vendors."""
import collections
import re

import facts as evidence
import kinds
import names

def slug(text):
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9]+", "-", text.lower())).strip("-")[:48]


def judge(domain, fact, world):
    """accept, reject or ask, and why. A popular site that few lists name is no vendor because of that."""
    verdict, why = by_rules(domain, fact, world)
    top = world["rankings"].get(domain, 0)
    is_decided = domain in world["decisions"] or "verified" in fact.sources
    if verdict == "accept" and not is_decided and 0 < top <= 10_000 and not names.says_ai(domain) and len(fact.sources) <= 3:
        return "ask", f"a site among the first {top} of a ranking"
    return verdict, why


def by_rules(domain, fact, world):
    """The verdict of a person, or else of the rules for what lists say."""
    decision = world["decisions"].get(domain)
    if decision:
        return decision
    if "verified" in fact.sources:
        return "accept", "read by a person"
    if slug(domain.rsplit(".", 1)[0]) in world["ids"]:
        return "ask", f"a vendor of the catalog has the id {slug(domain.rsplit('.', 1)[0])}"
    if domain in world["general"]:
        return "reject", "holds names of many people"
    if not fact.hosts:
        return "reject", "no list names it as a product's page"
    own = fact.sources - world["corroborating"]
    is_ai, count = names.says_ai(domain), len(fact.sources)
    if fact.sources <= world["strings"]:
        # Strings of clients name examples and search services too.
        return "ask", f"only in clients' source: {', '.join(sorted(fact.hosts))}"
    rank = world["negative"].get(domain)
    if rank is not None:
        if is_ai and (rank > 1000 or rank == 0 and count > 1) or count > 3:
            return ("accept", f"{count} lists") if rank > 10_000 or rank == 0 else ("ask", f"a site of rank {rank}")
        if fact.is_described and rank > 10_000:
            return "accept", "one list, and it says that a model does the work"
        if count > 1 or fact.is_described:
            return "ask", f"a site of rank {rank}"
        return "reject", f"ordinary site, rank {rank}"
    if fact.apis or is_ai or count > 1:
        return "accept", f"{count} lists" + (", API" if fact.apis else "")
    # One list, and a name that does not say AI: only if the list says that the product makes something by a model.
    if own & world["curated"] or own & world["trusted"] and (kinds.of_sections(fact) in kinds.MAKES or fact.is_described):
        return "accept", "one list"
    return "reject", "one list, and nothing says that it rests on a model"


def identifier(domain, fact, own, world, taken):
    """An id of its own for a vendor, or None. That of a vendor that one list names begins with the list's mark."""
    mark = world["marks"][own[0]] + "-" if len(fact.sources) == 1 else ""
    for name in (slug(domain.rsplit(".", 1)[0]), slug(domain)):
        if len(name) > 1 and mark + name not in taken:
            return mark + name
    return None


def drafts(facts, world):
    """The vendors that are accepted, as rows for the table, the count of each verdict, and what waits for a person."""
    taken, rows, verdicts = set(world["ids"]), [], collections.Counter()
    waiting, aliases = [], collections.defaultdict(list)
    for domain, (verdict, main) in world["decisions"].items():
        if verdict == "alias":
            aliases[main].append(domain)
    for domain, fact in sorted(facts.items()):
        if domain in world["known"]:
            verdicts["known"] += 1
            continue
        verdict, why = judge(domain, fact, world)
        verdicts[verdict] += 1
        if verdict == "ask":
            waiting.append((domain, why, ",".join(sorted(fact.sources))))
        # A person may accept what only lists of links name.
        own = sorted(fact.sources - world["corroborating"]) or sorted(fact.sources)
        chosen = identifier(domain, fact, own, world, taken) if verdict == "accept" else None
        if chosen is None:
            continue
        taken.add(chosen)
        name = fact.names.most_common(1)[0][0] if fact.names else domain
        is_sure = len(fact.sources) > 1 or names.says_ai(domain) or fact.apis
        rows.append({"id": chosen, "name": name or domain,
                     "category": world["categories"].get(domain) or kinds.of(domain, fact)[0],
                     "domains": [domain] + sorted(aliases.get(domain, [])), "apis": sorted(fact.apis), "sources": own,
                     "country": next(iter(fact.countries)) if len(fact.countries) == 1 else "",
                     "confidence": "medium" if is_sure else "low"})
    for main in sorted(set(aliases) - {row["domains"][0] for row in rows}):
        waiting.append((main, "has aliases and is not drafted", ",".join(aliases[main])))
    return rows, verdicts, waiting


def render(rows, arguments):
    """The table of listed vendors."""
    used = {source for row in rows for source in row["sources"]}
    lines = ["# Vendors that published lists of AI products name, drafted by scripts/catalog/pipeline.py. A vendor with a file of",
             "# its own is not in this table. The id of one that a single list names begins with that list's mark.",
             "# id, name, category, domains, confidence, sources, API hosts, and the country if a list says it"]
    for source in arguments.config["sources"]:
        if source["id"] in used:
            date = evidence.version(arguments, source)[1]
            lines.append(f"#source\t{source['id']}\t{date}\t{evidence.label(arguments, source)}")
    for row in rows:
        lines.append("\t".join([row["id"], row["name"], row["category"], ",".join(row["domains"]), row["confidence"],
                                ",".join(row["sources"]), ",".join(row["apis"]), *filter(None, [row["country"]])]))
    return "\n".join(lines) + "\n"
