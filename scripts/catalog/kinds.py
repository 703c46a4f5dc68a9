"""What kind of product the lists say that a vendor is, by the rules of category_rules.tsv."""
import functools
import pathlib
import re

PATH = pathlib.Path(__file__).resolve().parent / "category_rules.tsv"
# If no rule fits.
UNKNOWN = "unclassified"
# Kinds of which a model makes what the product is for.
MAKES = {"image", "video", "voice", "companion", "coding-agent", "meeting"}
# Categories of vendors' own files that lists do not tell apart, or that stand for several kinds.
PARTS = {"aggregator": {"api"}, "relay": {"api"}, "gateway": {"api"}, "media": {"image", "video", "voice"}}


def load():
    """The rules by the place of the words, in their order."""
    found = {}
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            where, category, expression = line.split("\t")
            found.setdefault(where, []).append((category, re.compile(expression, re.IGNORECASE)))
    return found


RULES = load()


@functools.cache
def of_words(where, words):
    """The category of the first rule for this place that fits, or None."""
    return next((category for category, expression in RULES[where] if expression.search(words)), None)


def spaced(domain):
    """A domain's labels as words, without the suffix: `ai-photo.example` is `ai photo`."""
    return re.sub(r"[^a-z0-9]+", " ", domain.rsplit(".", 1)[0])


def of_sections(fact):
    """The category of the section that most lists put a product in, or None."""
    found = (of_words("section", section) for section, _ in fact.sections.most_common())
    return next(filter(None, found), None)


def of(domain, fact):
    """The category of a product, and which words said so."""
    by_section = of_sections(fact)
    if by_section:
        return by_section, "section"
    if fact.kinds:
        return fact.kinds.most_common(1)[0][0], "description"
    if fact.apis:
        return "api", "address"
    words = " ".join([spaced(domain), *(name for name, _ in fact.names.most_common(3))])
    by_name = of_words("name", words.lower())
    if by_name:
        return by_name, "name"
    trades = filter(None, (of_words("trade", section) for section in fact.sections))
    return next(((trade, "trade") for trade in trades), (UNKNOWN, "none"))
