"""Readers of machine-readable lists: block lists, proxy rules, registries and provider tables of clients.

Each yields (url, name, section) of one file's text, as the readers of `readers.py` do.
"""
import csv
import io
import json
import re

HOST = re.compile(r"^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$")
CODE_URL = re.compile(r"https://((?:[a-z0-9-]+\.)+[a-z]{2,})(?=[/\"'`\s:,)]|$)", re.IGNORECASE)
FIELD = re.compile(r"""["']?\b(name|title|[a-zA-Z_]*url|domain|category)["']?\s*:\s*["'`]([^"'`]{1,200})["'`]""", re.IGNORECASE)


def page(name):
    """The address of a host name, or None if it is no host name. Leading `*.`, `+.` and `.` say "and all below"."""
    name = re.sub(r"^(\*\.|\+\.|\.)", "", name.strip().lower())
    return f"https://{name}/" if HOST.match(name) else None


def hosts_file(text):
    """Lines of a hosts file or of a domain list: `0.0.0.0 name`, `||name^`, or the name alone."""
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        name = re.sub(r"^(0\.0\.0\.0|127\.0\.0\.1)\s+", "", line).removeprefix("||").removesuffix("^")
        if page(name):
            yield page(name), "", ""


def clash(text):
    """Rules of Clash: `DOMAIN-SUFFIX,name` and `'+.name'`; keywords, expressions and networks are left out.

    A comment names the product whose rules follow.
    """
    name = ""
    for line in text.splitlines():
        line = line.strip().removeprefix("- ").strip("'\"")
        if line.startswith("#"):
            name = line.strip("#> -=").strip()[:40]
            continue
        kind, _, rest = line.partition(",")
        found = page(rest.split(",")[0]) if kind in ("DOMAIN", "DOMAIN-SUFFIX") else page(kind) if not rest else None
        if found:
            yield found, name, ""


def domain_table(text):
    """Markdown tables whose first cell is a domain, under the heading that says what they are."""
    section = ""
    for line in text.splitlines():
        if line.startswith("#"):
            section = re.sub(r"[^\w &/-]", "", line.lstrip("#")).strip()
        elif line.startswith("|"):
            cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            if page(cells[0]):
                yield page(cells[0]), "", section


def domain_csv(text):
    """Rows of CSV with the columns Domain, Category, Subcategory and Country."""
    for row in csv.DictReader(io.StringIO(text)):
        found = page(row.get("Domain") or "")
        if found:
            yield found, row.get("Subcategory", ""), row.get("Category", ""), "", row.get("Country", "")


def registry(text):
    """Registries in YAML: a `name`, a `category` and a list of `domains` on one line."""
    name = section = ""
    for line in text.splitlines():
        field = re.match(r"^\s*-?\s*(name|category|domains|website_url):\s*(.*)$", line)
        if not field:
            continue
        key, value = field.group(1), field.group(2).strip().strip("\"'")
        if key == "name":
            name = value
        elif key == "category":
            section = value
        elif key == "website_url":
            yield value, name, section
        else:
            for host in value.strip("[]").split(","):
                if page(host.strip(" \"'")):
                    yield page(host.strip(" \"'")), name, section


def vendor_json(text):
    """A list of vendors in JSON: `name`, and `hosts` or one `url`."""
    data = json.loads(text)
    rows = data if isinstance(data, list) else next((v for v in data.values() if isinstance(v, list)), [])
    for row in rows:
        for host in row.get("hosts", []):
            if page(host):
                yield page(host), row.get("name", ""), ""
        url = row.get("url") or row.get("website") or row.get("websiteUrl") or ""
        if isinstance(url, str) and url.startswith("http"):
            yield url, row.get("name", ""), str(row.get("category", ""))


def tool_groups(text):
    """Groups of tools in JSON: a `title`, and `content` with the `title`, `url` and `body` of each."""
    for group in json.loads(text)["tools"]:
        for tool in group["content"]:
            yield tool["url"], tool["title"], group["title"], tool.get("body", "")


def presets(text):
    """Tables of providers in source code: a `name` and the addresses that follow it."""
    name = ""
    for key, value in FIELD.findall(text):
        if key.lower() in ("name", "title"):
            name = value
        elif value.startswith("https://") and "${" not in value:
            is_api = "base" in key.lower() or "endpoint" in key.lower()
            yield value, name, "api" if is_api else ""


def base_urls(text):
    """Every address in a file that holds the base URLs of providers and nothing else."""
    for host in CODE_URL.findall(text):
        if page(host):
            yield page(host), "", "api"


def api_urls(text):
    """Addresses of interfaces in a client's source: by the first label of the name, or by the path."""
    for scheme_host, path in re.findall(r"https://((?:[a-z0-9-]+\.)+[a-z]{2,})(/[^\s\"'`)>]*)?", text):
        first = scheme_host.split(".")[0]
        says_api = re.match(r"^(api|inference|llm|gateway|router|openai|models?|chat|ark|qianfan|dashscope)\b", first)
        if page(scheme_host) and (says_api or re.match(r"^/(api/|openai/|compatible-mode/)?v\d", path or "")):
            yield page(scheme_host), "", "api"


def heading_links(text):
    """Headings that are a link, as `### [Name](address)`, under the heading above them."""
    section = ""
    for line in text.splitlines():
        link = re.match(r"^#{2,6}\s+\[([^\]]{1,80})\]\((https?://[^)\s]+)\)", line)
        if link:
            yield link.group(2), link.group(1), section
        elif line.startswith("#"):
            section = re.sub(r"[^\w &/-]", "", line.lstrip("#")).strip()


def agents_yaml(text):
    """Projects in YAML: `project`, and the address of the source called website."""
    name, is_website = "", False
    for line in text.splitlines():
        field = re.match(r"""^\s*-?\s*(project|source|source_url):\s*["']?([^"']*)""", line)
        if not field:
            continue
        key, value = field.groups()
        if key == "project":
            name = value
        elif key == "source":
            is_website = value == "website"
        elif is_website:
            yield value, name, "agent"


def domain_column(text):
    """Tables with a rank, a linked name and a domain in code marks."""
    for name, domain in re.findall(r"^\|\s*\d+\s*\|\s*\[([^\]]+)\][^|]*\|\s*`([a-z0-9.-]+)`", text, re.MULTILINE):
        if page(domain):
            yield page(domain), "", ""


def tool_objects(text):
    """Objects of tools, in JSON or in JavaScript: a name, the address of its page, its category and a description.

    An address that is only the list's own page of a tool, or a picture, is under another key and is left out.
    """
    try:
        found = list(walk(json.loads(text), ""))
    except ValueError:
        found = [{key.lower(): value for key, _, value in OBJECT_FIELD.findall(text[match.start():match.end()])}
                 for match in re.finditer(r"\{[^{}]*\}", text)]
    for row in found:
        url = next((row[key] for key in PAGES if str(row.get(key, "")).startswith("http")), None)
        name = next((row[key] for key in NAMES if isinstance(row.get(key), str)), "")
        if url and name:
            section = next((row[key] for key in KINDS if isinstance(row.get(key), str)), "")
            yield url, name, section, " ".join(str(row.get(key, "")) for key in SAYINGS)


PAGES = ("url", "officialurl", "website", "website_url", "websiteurl", "homepage", "link")
NAMES = ("name", "service_name", "title", "tool_name")
KINDS = ("subcategory", "category", "primary", "service_category", "type")
SAYINGS = ("description", "shortdescription", "shortdesc", "tagline", "summary", "bestfor")
OBJECT_FIELD = re.compile(r"""["']?(\w+)["']?\s*:\s*(["'`])((?:\\.|(?!\2).){0,600})\2""", re.DOTALL)


def walk(value, name):
    """Every object of a JSON value with its keys in lower case; one without a name has that of the object around it."""
    if isinstance(value, list):
        for item in value:
            yield from walk(item, name)
    elif isinstance(value, dict):
        row = {key.lower(): item for key, item in value.items()}
        own = next((row[key] for key in NAMES if isinstance(row.get(key), str)), name)
        yield {"name": own, **row}
        for item in value.values():
            yield from walk(item, own)


def adblock(text):
    """Rules of a block list for whole names: `||name^`; rules for parts of pages are left out."""
    for line in text.splitlines():
        rule = re.match(r"^\|\|([a-z0-9.-]+)\^(?:\$.*)?$", line.strip())
        if rule and page(rule.group(1)):
            yield page(rule.group(1)), "", ""


def anchors(text):
    """Items of lists that begin with an HTML link, under the section's heading."""
    section = ""
    for line in text.splitlines():
        if line.startswith("#"):
            section = re.sub(r"[^\w &/-]", "", line.lstrip("#")).strip()
        item = re.match(r'^\s*[-*]\s+\**<a href="(https?://[^"\s]+)"[^>]*>([^<]{1,80})</a>', line)
        if item:
            yield item.group(1), item.group(2).strip(), section


READERS = {reader.__name__: reader for reader in (hosts_file, clash, domain_table, domain_csv, registry, vendor_json, tool_groups,
                                                 presets, base_urls, api_urls, heading_links,
                                                 agents_yaml, domain_column, tool_objects, adblock, anchors)}
