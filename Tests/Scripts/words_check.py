#!/usr/bin/env python3
"""Hold scripts/words.py: it passes over a tree without retired words, and fails on each kind of planted one.

The script is copied into a repository of its own, with the glossary of this one, so that the tree it checks is known.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def run(tree):
    done = subprocess.run([sys.executable, tree / "scripts/words.py"], stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout


def plant(tree, name, text):
    """Write a file, check, and remove it again."""
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    result = run(tree)
    path.unlink()
    return result


def main():
    failed = 0

    def holds(what, is_true):
        nonlocal failed
        failed += not is_true
        print(f"{'ok  ' if is_true else 'FAIL'} {what}")

    with tempfile.TemporaryDirectory() as directory:
        tree = pathlib.Path(directory)
        for name in ("scripts/words.py", "docs/GLOSSARY.md"):
            (tree / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
        subprocess.run(["git", "init", "-q", tree], check=True)
        holds("a tree without retired words passes", run(tree) == (0, ""))
        planted = [
            ("a word in a document", "docs/PAGE.md", "Put it into a folder.\n", "folder"),
            ("its plural", "docs/PAGE.md", "Two folders are read.\n", "folders"),
            ("a word in a comment", "Sources/A/B.swift", "let a = 1\n/// Kept lately.\n", "lately"),
            ("a type's name inside a longer one", "Sources/A/B.swift", "struct MyFlowAsideTable {}\n", "FlowAside"),
            ("a word in a script's message", "scripts/x.sh", "echo 'the catalogue is missing'\n", "catalogue"),
            ("a word at the beginning of a sentence", "docs/PAGE.md", "Whoever reads it.\n", "Whoever"),
            ("two words", "rules/a.yaml", "# what became of it\n", "what became of"),
        ]
        for what, name, text, word in planted:
            status, output = plant(tree, name, text)
            line = text.splitlines().index(next(line for line in text.splitlines() if word in line)) + 1
            holds(what, status == 1 and output == f"{name}:{line}: '{word}' is retired: see docs/GLOSSARY.md\n")
        spared = [
            ("a word inside another", "docs/PAGE.md", "Scaffolder, understands, belies, mh-lately.\n"),
            ("the history", "CHANGELOG.md", "The catalogue moved into a folder.\n"),
            ("the former keys", "Sources/Settings/Settings+Aliases.swift", "// catalogue.folders\n"),
            ("a kind of file that is not text", "docs/picture.png", "folder\n"),
        ]
        for what, name, text in spared:
            holds(f"{what} is spared", plant(tree, name, text) == (0, ""))
        glossary = tree / "docs/GLOSSARY.md"
        glossary.write_text(glossary.read_text(encoding="utf-8").split("## Retired words")[0] + "## Retired words\n")
        status, output = run(tree)
        holds("a glossary without its table is an error", status == 1 and "was not found" in output)
    return 1 if failed else 0


sys.exit(main())
