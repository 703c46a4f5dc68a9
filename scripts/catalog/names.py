"""Names of hosts: registrable domains by the Public Suffix List, and what an address says of itself."""
import functools
import pathlib
import re
from urllib.parse import urlsplit

LISTS = ("/usr/share/publicsuffix/public_suffix_list.dat", "/usr/share/publicsuffix/effective_tld_names.dat")
# Labels of a name that say that it is about AI.
TOKEN = re.compile(r"(?:^|[^a-z])(?:ai|gpt|llm|genai|bot|bots|agi|ml)(?:[^a-z]|$)|gpt|chatbot|prompt|copilot|llama|claude|"
                   r"neural|diffusion|deepfake|openai|(?:^|[.-])ai|ai(?:[.-]|$)")
# Words that only look as if they said it: of the air, and places.
ORDINARY = re.compile(r"(?:^|[.-])air(?!chat)|(?:samur|bons|dub|shangh|mumb|chenn|hyund|sak|tok|th|kaw)ai\b")


class PublicSuffixes:
    """The Public Suffix List: rules of registries (ICANN) and of companies that hand out names (private)."""

    def __init__(self):
        path = next((p for p in map(pathlib.Path, LISTS) if p.is_file()), None)
        if path is None:
            raise SystemExit("the Public Suffix List is missing: apt-get install publicsuffix")
        self.rules, private = {}, False
        for line in path.read_text(encoding="utf-8").splitlines():
            if "===BEGIN PRIVATE DOMAINS===" in line:
                private = True
            if line and not line.startswith("//"):
                self.rules[line.strip().encode("idna").decode() if not line.isascii() else line.strip()] = private

    def suffix(self, host):
        """The public suffix of a host, and whether it is a private one."""
        labels = host.split(".")
        for start in range(len(labels)):
            name = ".".join(labels[start:])
            if "!" + name in self.rules:
                return ".".join(labels[start + 1:]), self.rules["!" + name]
            wild = ".".join(["*"] + labels[start + 1:])
            if name in self.rules:
                return name, self.rules[name]
            if wild in self.rules and start + 1 < len(labels):
                return name, self.rules[wild]
        return labels[-1], False

    @functools.cache
    def registrable(self, host):
        """The registrable domain, and whether its suffix hands out names to customers; None for a suffix itself."""
        suffix, private = self.suffix(host)
        if host == suffix:
            return None, private
        count = suffix.count(".") + 2
        return ".".join(host.split(".")[-count:]), private


@functools.cache
def host(url):
    """The host of an address in lower case without `www.`, or None."""
    try:
        name = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return None
    if not name or not name.isascii() or not re.match(r"^[a-z0-9.-]+\.[a-z]{2,}$|^[a-z0-9.-]+\.xn--[a-z0-9-]+$", name):
        return None
    return name.removeprefix("www.")


@functools.cache
def says_ai(name):
    """Whether a domain says of itself that it is about AI."""
    return bool(TOKEN.search(ORDINARY.sub("_", name)))
