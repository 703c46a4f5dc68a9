"""What the sources say: their texts, and the facts of each registrable domain."""
import collections
import fnmatch
import pathlib
import re
import subprocess
import sys
import zipfile

import host_readers
import names
import readers

READERS = {**readers.READERS, **host_readers.READERS}
READ = {}


class Fact:
    """What the lists say of one registrable domain."""

    def __init__(self):
        self.hosts, self.names, self.sections = set(), collections.Counter(), collections.Counter()
        self.sources, self.apis = set(), set()
        self.is_described, self.kind = False, "assistant"


def checkout(arguments, source):
    """The clone of a source, or None if it was not fetched."""
    name = source["repository"].replace("/", "+")
    for candidate in (arguments.sources / name / "repo", arguments.sources / name):
        if candidate.is_dir():
            return candidate
    return None


def git(where, *command):
    run = subprocess.run(["git", "-C", str(where), *command], stdout=subprocess.PIPE, check=True)
    return run.stdout.decode("utf-8", "replace")


def version(arguments, source):
    """The commit or release of a source that was read, and its date."""
    if "version" in source:
        return source["version"], source["date"]
    return git(checkout(arguments, source), "log", "-1", "--format=%h %cs").split()


def label(arguments, source):
    """A source as the catalog cites it."""
    if "local" in source:
        return "public code"
    if "wheel" in source:
        return f"pypi:{source['wheel']}=={source['version']}"
    return f"{source['repository']}@{version(arguments, source)[0]}"


def texts(arguments, source):
    """The files of a source that its reader is for, at the newest commit that has them."""
    if "local" in source:
        yield (pathlib.Path(__file__).parent / source["local"]).read_text(encoding="utf-8")
        return
    if "wheel" in source:
        yield from wheel_texts(arguments, source)
        return
    where = checkout(arguments, source)
    if where is None:
        print(f"note: source {source['id']} is not in {arguments.sources}", file=sys.stderr)
        return
    listed = git(where, "ls-tree", "-r", "-z", "HEAD", "--name-only").split("\0")
    for pattern in source["files"]:
        found = [name for name in listed if fnmatch.fnmatch(name, pattern)]
        for name in found:
            yield git(where, "show", f"HEAD:{name}")
        if not found and "*" not in pattern:
            commits = git(where, "log", "--all", "--format=%H", "--", pattern).split()
            if commits:
                yield git(where, "show", f"{commits[-1]}:{pattern}")


def wheel_texts(arguments, source):
    """The members of a wheel that match, as text."""
    stem = source["wheel"].replace("-", "_")
    found = sorted((arguments.sources / "wheels").glob(f"{stem}-{source['version']}-*.whl"))
    if not found:
        print(f"note: wheel {source['wheel']} is not in {arguments.sources}/wheels", file=sys.stderr)
        return
    with zipfile.ZipFile(found[0]) as wheel:
        for name in wheel.namelist():
            if any(fnmatch.fnmatch(name, pattern) for pattern in source["files"]):
                yield wheel.read(name).decode("utf-8", "replace")


def read(arguments, source):
    """What one source's reader finds, without the sections that `skip` names. A source is read once in a run."""
    if source["id"] not in READ:
        READ[source["id"]] = [found for text in texts(arguments, source) for found in READERS[source["read"]](text)
                              if not ("skip" in source and re.search(source["skip"], found[2].lower()))]
    return READ[source["id"]]


def of_source(arguments, suffixes, source, facts):
    """Adds what one source says."""
    for found in read(arguments, source):
        add(facts, suffixes, source, found)


def gather(arguments, suffixes, without=None):
    """Facts by registrable domain, of all sources but one."""
    facts = collections.defaultdict(Fact)
    for source in arguments.config["sources"]:
        if source["id"] != without:
            of_source(arguments, suffixes, source, facts)
    return facts


def add(facts, suffixes, source, found):
    url, name, section, *described = found
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
    fact.kind = source.get("kind", fact.kind)
    fact.is_described |= any(described) and bool(source.get("describes"))
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
            for url, _, rank in READERS[source["read"]](text):
                host = names.host(url)
                domain = host and suffixes.registrable(host)[0]
                if domain:
                    found.setdefault(domain, int(rank) if rank else 0)
    return found
