#!/usr/bin/env python3
"""Hold scripts/links.py and scripts/measure.py: each is copied into a repository of its own, whose files are known."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Tree:
    """A repository with one script of this one."""

    def __init__(self, directory, script):
        self.root, self.script = pathlib.Path(directory), script
        (self.root / "scripts").mkdir()
        shutil.copy(ROOT / "scripts" / script, self.root / "scripts" / script)
        subprocess.run(["git", "init", "-q", self.root], check=True)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, *arguments):
        done = subprocess.run([sys.executable, self.root / "scripts" / self.script, *arguments], stdout=subprocess.PIPE,
                              text=True)
        return done.returncode, done.stdout


def links(holds):
    with tempfile.TemporaryDirectory() as directory:
        tree = Tree(directory, "links.py")
        tree.write("docs/OTHER.md", "# Other page\n\n## What it *is*: a `test`\n\n## Twice\n\n## Twice\n")
        tree.write("Sources/A/B.swift", "")
        good = ("# Page\n[a](docs/OTHER.md) [b](docs/OTHER.md#what-it-is-a-test) [c](#page) [d](https://example.org/x) "
                "[e](docs/OTHER.md#twice-1)\n`Sources/A/B.swift` `Sources/A` `scripts/links.py` `src/x.swift` `Fuzz/corpus/TARGET`\n"
                "```\n[z](nowhere.md) `Sources/none.swift`\n# Not a heading\n```\n")
        tree.write("README.md", good)
        holds("links that lead somewhere pass", tree.run() == (0, ""))
        for what, text, line, message in [
            ("a file that is not there", "[a](docs/NONE.md)", 1, "'docs/NONE.md' leads to no file"),
            ("a heading that is not there", "x\n[a](docs/OTHER.md#none)", 2, "'docs/OTHER.md#none': no heading has this anchor"),
            ("a heading of the page itself", "[a](#none)", 1, "'#none': no heading has this anchor"),
            ("a heading in a code block", good + "\n[a](#not-a-heading)", 9, "'#not-a-heading': no heading has this anchor"),
            ("a path in a code span", "`Sources/A/C.swift`", 1, "'Sources/A/C.swift' does not exist"),
            ("one more of the same heading", "[a](docs/OTHER.md#twice-2)", 1, "'docs/OTHER.md#twice-2': no heading has this anchor"),
        ]:
            tree.write("README.md", text + "\n")
            found = tree.run()
            holds(f"{what} is found", found == (1, f"README.md:{line}: {message}\n"), found)
        tree.write("README.md", "x\n")
        tree.write("CHANGELOG.md", "`Sources/Gone.swift`\n")
        holds("history may name what is gone", tree.run() == (0, ""))
        tree.write("docs/PAGE.md", "[a](OTHER.md) [b](../README.md)\n")
        holds("links are relative to their page", tree.run() == (0, ""))


def measure(holds):
    with tempfile.TemporaryDirectory() as directory:
        tree = Tree(directory, "measure.py")
        body = "\n".join(f"    let a{number} = {number}" for number in range(20))
        tree.write("Sources/A/A.swift", f"/// A type.\npublic struct A {{\n{body}\n    public func plain(_ a: Int) {{}}\n}}\n")
        tree.write("Sources/A/B.swift", "func three(_ a: Int, _ b: Int, _ c: Int) {\n    _ = a\n}\nlet text = \"x! as! (_ a: Int)\" // try! as!\n")
        tree.write("Tests/ATests/A.swift", "x\n" * 10)
        tree.write("Tests/Scripts/a.py", "x\n" * 4)
        tree.write("Tests/Scripts/a.sh", "x\n" * 1)
        tree.write("Tests/Scripts/data.json", "x\n" * 100)
        status, output = tree.run()
        figures = {line[:48].strip(): line[48:].split("(")[0].strip() for line in output.splitlines()}

        def figure(name):
            return next((line.rsplit("(", 1)[0].split()[-1] for line in output.splitlines() if line.startswith(name)), None)

        holds("the table is printed, with status 0", status == 0 and len(figures) > 10, output)
        holds("source files are counted", figure("source files") == "2", output)
        holds("tests are lines of Swift, Python and shell", figure("test lines (Swift, Python, shell)") == "0.54", output)
        holds("unlabeled parameters are counted", figure("functions with 3 or more unlabeled parameters") == "1", output)
        holds("strings and comments hold no forced unwrap", figure("forced unwraps") == "0", output)
        holds("an undocumented declaration is found", figure("documented public and package declarations") == "50.0", output)
        holds("--check fails if a limit is passed", tree.run("--check")[0] == 1)
        listed = tree.run("--list")[1]
        holds("--list names the function", "Sources/A/B.swift: func three: 3 unlabeled" in listed, listed)


def main():
    failed = 0

    def holds(what, is_true, more=""):
        nonlocal failed
        failed += not is_true
        print(f"{'ok  ' if is_true else 'FAIL'} {what}" + ("" if is_true else f": {more}"))

    links(holds)
    measure(holds)
    return 1 if failed else 0


sys.exit(main())
