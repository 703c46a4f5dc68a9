"""Readers of published lists: each yields (url, name, section) of one file's text, and if it can, what the list says of the
product and the country of its maker. Of what a list says only the kind of product is kept, and whether a model does the work.
"""
import csv
import io
import json
import re
import tomllib

LINK = re.compile(r"\[([^\]\[]{1,80})\]\((https?://[^)\s]+)\)")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+(?:[^\w\[]*)\[\**([^\]\[]{1,80}?)\**\]\((https?://[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*)")
# Words that say that a model does the work.
MODEL = re.compile(r"\b(?:ai|a\.i\.|gpt|gpt-?\d\w*|chatgpt|openai|llms?|claude|gemini|machine learning|deep learning|neural|"
                   r"generative|text-to-\w+|stable diffusion|transcri\w+|chatbots?|voice clon\w+)\b|yapay zek\w*|人工智能|大模型|智能", re.IGNORECASE)
HOST = re.compile(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$")


def markdown(text):
    """Items of lists that begin with a link: the product's own page, under the section's heading."""
    section = ""
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading:
            section = re.sub(r"[^\w &/-]", "", heading.group(1)).strip()
            continue
        item = ITEM.match(line)
        if item:
            yield item.group(2), item.group(1).strip(), section, line[item.end():]


def table(text):
    """Rows of tables whose first cell is a name and whose link is the product's page."""
    section = ""
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading:
            section = re.sub(r"[^\w &/-]", "", heading.group(1)).strip()
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        link = LINK.search(" ".join(cells[1:]))
        if link and 1 < len(cells[0]) < 50:
            yield link.group(2), re.sub(r"[\[\]*]", "", cells[0]), section


def linked_table(text):
    """Rows of tables whose first cell is a link to the product's page."""
    section = ""
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading:
            section = re.sub(r"[^\w &/-]", "", heading.group(1)).strip()
        link = re.match(r"^\|\s*\[([^\]]{1,80})\]\((https?://[^)\s]+)\)", line)
        if link:
            yield link.group(2), link.group(1).strip(), section, line[link.end():]


def bold_items(text):
    """Items of lists that begin with a bold name, which a link follows: `- **Name** (maker): [address](address) - text`."""
    section = ""
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading:
            section = re.sub(r"[^\w &/-]", "", heading.group(1)).strip()
        item = re.match(r"^\s*[-*] \*\*([^*]{1,80})\*\*[^\[]{0,60}\[[^\]]*\]\((https?://[^)\s]+)\)", line)
        if item:
            yield item.group(2), item.group(1).strip(), section, line[item.end():]


def links(text):
    """Every link of a text: enough to corroborate, too loose to name anything."""
    for name, url in LINK.findall(text):
        yield url, name, ""


def domains(text):
    """One name a line."""
    for line in text.splitlines():
        name = line.strip().lower()
        if HOST.match(name):
            yield "https://" + name + "/", "", ""


def ranking(text):
    """Rank and name a line."""
    for row in csv.reader(io.StringIO(text)):
        if len(row) > 1 and HOST.match(row[1]):
            yield "https://" + row[1] + "/", "", row[0]


def ranked_names(text):
    """One name a line, the first of which has the rank 1."""
    for rank, line in enumerate(text.splitlines(), 1):
        if HOST.match(line.strip()):
            yield "https://" + line.strip() + "/", "", str(rank)


def bucket(text):
    """Names in no order, of which the ranking says that they are its first so many: each gets that number as its rank."""
    names = [line.strip() for line in text.splitlines() if HOST.match(line.strip())]
    for name in names:
        yield "https://" + name + "/", "", str(round(len(names), -3))


def v2fly(text):
    """Domains of a list of v2fly; includes are other files and are left out."""
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        name = line.removeprefix("domain:").removeprefix("full:").split(" ")[0]
        if HOST.match(name) and not line.startswith(("include:", "regexp:", "keyword:")):
            yield "https://" + name + "/", "", ""


def proxy_rules(text):
    """Names in the lists of a provider's file."""
    for name in re.findall(r"^\s+-\s+([a-z0-9.-]+\.[a-z]+)\s*$", text, re.MULTILINE):
        if HOST.match(name):
            yield "https://" + name + "/", "", ""


def models_dev(text):
    """A provider of models.dev: its API and its documentation."""
    data = tomllib.loads(text)
    for key in ("api", "doc"):
        if data.get(key, "").startswith("https://") and "${" not in data[key]:
            yield data[key], data.get("name", ""), "api" if key == "api" else "api documentation"


def portkey(text):
    """The base URL of a provider of Portkey's gateway."""
    for url in re.findall(r"https://[a-z0-9.-]+\.[a-z]+", text):
        yield url + "/", "", "api"


def verified(text):
    """Rows of domain, name, category and evidence."""
    for line in text.splitlines():
        if line and line[0] != "#":
            domain, name, section, _ = line.split("\t")
            yield f"https://{domain}/", name, section


def products(text):
    """A product as JSON: its name, page, category and description, and the country of its maker's seat."""
    data = json.loads(text)
    if str(data.get("product_url", "")).startswith("http"):
        seat = (data.get("company") or {}).get("headquarters") or {}
        yield (data["product_url"], data.get("name", ""), data.get("category", ""), data.get("description") or "",
               seat.get("country_code") or seat.get("country") or "")


READERS = {reader.__name__: reader for reader in (markdown, table, linked_table, bold_items, links, domains, ranking, ranked_names,
                                                 bucket, v2fly, proxy_rules, models_dev, portkey, products, verified)}
