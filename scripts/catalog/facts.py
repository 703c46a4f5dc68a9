"""What the sources say: their texts, and the facts of each registrable domain."""
import collections
import fnmatch
import functools
import gzip
import pathlib
import re
import subprocess
import sys
import zipfile

import host_readers
import kinds
import names
import readers

HERE = pathlib.Path(__file__).resolve().parent
LISTED = HERE.parent.parent / "rules/vendors/listed.tsv"
OBSERVATIONS = HERE / "observations.tsv"
READERS = {**readers.READERS, **host_readers.READERS}
READ = {}


class Fact:
    """What the lists say of one registrable domain."""

    def __init__(self):
        self.hosts, self.names, self.sections = set(), collections.Counter(), collections.Counter()
        self.sources, self.apis, self.countries, self.kinds = set(), set(), set(), collections.Counter()
        self.is_described = False


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


def blob(where, name):
    """A file of a repository as text; one whose name ends with `.gz` is unpacked."""
    data = subprocess.run(["git", "-C", str(where), "show", name], stdout=subprocess.PIPE, check=True).stdout
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode("utf-8", "replace")


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
        raise SystemExit(f"{source['repository']} is not in {arguments.sources}: pipeline.py fetch brings it")
    listed = git(where, "ls-tree", "-r", "-z", "HEAD", "--name-only").split("\0")
    for pattern in source["files"]:
        found = [name for name in listed if fnmatch.fnmatch(name, pattern)]
        for name in found:
            yield blob(where, f"HEAD:{name}")
        if not found and "*" not in pattern:
            commits = git(where, "log", "--all", "--format=%H", "--", pattern).split()
            if commits:
                yield blob(where, f"{commits[-1]}:{pattern}")


def wheel(arguments, source):
    """The file of a source that is a wheel, or None."""
    stem = source["wheel"].replace("-", "_")
    return next(iter(sorted((arguments.sources / "wheels").glob(f"{stem}-{source['version']}-*.whl"))), None)


def wheel_texts(arguments, source):
    """The members of a wheel that match, as text."""
    with zipfile.ZipFile(wheel(arguments, source)) as members:
        for name in members.namelist():
            if any(fnmatch.fnmatch(name, pattern) for pattern in source["files"]):
                yield members.read(name).decode("utf-8", "replace")


def read(arguments, source):
    """What one source's reader finds, without the sections that `skip` names. A source is read once in a run.

    One that cannot be read any more keeps what the last run saw of it.
    """
    if source["id"] not in READ:
        if is_absent(arguments, source):
            print(f"note: source {source['id']} is not in {arguments.sources}: what the last run saw is kept", file=sys.stderr)
            READ[source["id"]] = list(remembered(source))
        else:
            READ[source["id"]] = [found for text in texts(arguments, source) for found in READERS[source["read"]](text)
                                  if not ("skip" in source and re.search(source["skip"], found[2].lower()))]
    return READ[source["id"]]


def is_absent(arguments, source):
    """Whether a source is in no file here."""
    if "local" in source:
        return False
    return wheel(arguments, source) is None if "wheel" in source else checkout(arguments, source) is None


def table(path):
    """The rows of a table of tab-separated columns, without comments."""
    if not path.exists():
        return []
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def remembered(source):
    """What the tables of the last run say of a source: its domains, and the name, category and API hosts that were drafted."""
    drafted = {domain: row for row in table(LISTED) for domain in row[3].split(",")}
    for domain, sources in table(OBSERVATIONS):
        if source["id"] in sources.split(","):
            row = drafted.get(domain)
            is_own = row is not None and row[5] == source["id"]
            yield f"https://{domain}/", row[1] if is_own else "", row[2].replace("-", " ") if is_own else ""
            for host in filter(None, row[6].split(",")) if is_own else ():
                yield f"https://{host}/", row[1], "api"


COUNTRIES = {word: code for word, code in table(HERE / "countries.tsv")}


def of_source(arguments, suffixes, source, facts):
    """Adds what one source says."""
    for found in read(arguments, source):
        add(facts, suffixes, source, found)


def gather(arguments, suffixes, without=None, measured=None):
    """Facts by registrable domain, of all sources but one and those that are kept apart; of those, `measured` alone is read."""
    facts = collections.defaultdict(Fact)
    for source in arguments.config["sources"]:
        if source["id"] != without and (not source.get("held_out") or source["id"] == measured):
            of_source(arguments, suffixes, source, facts)
    return facts


def add(facts, suffixes, source, found):
    url, name, section, said, country = (*found, "", "")[:5]
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
    is_model, kind = meaning(said)
    fact.is_described |= bool(source.get("describes")) and is_model
    if kind:
        fact.kinds[kind] += 1
    country = source.get("country") or COUNTRIES.get(country.lower())
    if country:
        fact.countries.add(country)
    if name:
        fact.names[clean(name)] += 1
    if section:
        fact.sections[section.lower()] += 1
    if section == "api":
        fact.apis.add(host)


@functools.cache
def meaning(said):
    """Whether the words of a list say that a model does the work, and of what kind of product they speak."""
    return bool(readers.MODEL.search(said)), kinds.of_words("description", said)


def clean(name):
    return re.sub(r"\s+", " ", re.sub(r"[^\w .&+'-]", "", name)).strip()[:60]


def ranks(arguments, suffixes, sources):
    """Registrable domains that some sources name, each with its best rank; 0 if none of them ranks it."""
    found = {}
    for source in sources:
        for text in texts(arguments, source):
            for url, _, rank in READERS[source["read"]](text):
                host = names.host(url)
                domain = host and suffixes.registrable(host)[0]
                if domain:
                    found[domain] = min(filter(None, (found.get(domain), int(rank or 0))), default=0)
    return found
