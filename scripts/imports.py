#!/usr/bin/env python3
"""Checks the dependencies between modules: a target imports only targets listed above it in Package.swift, and declares them there.

Also: the sensor decrypts nothing, so that no target that it is made of imports what the audit is made of; every target is built with strict memory safety as an error, and the modules that do no input or output import no
Foundation but where a line here gives the reason.
"""
import json
import pathlib
import re
import subprocess
import sys

from measure import blanked

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMPORT = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
                    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)", re.MULTILINE)
# What comes with the toolchain.
SYSTEM = {"Swift", "Synchronization", "Testing", "XCTest", "Foundation", "FoundationEssentials", "Dispatch", "Glibc",
          "Musl", "PackageDescription"}
# Modules that read no file and no clock, and the files in them that use Foundation, with the reason.
PURE = {"Bytes", "Wire", "Protocols", "Flows", "Text", "Vendors", "Rules", "Activity"}
FOUNDATION = {
    "Protocols/HostName+Labels.swift": "A-labels of names with letters beyond ASCII, by ICU",
    "Vendors/Files/CatalogFiles.swift": "reads the directory of vendor files at start",
    "Rules/RuleFiles.swift": "reads rule files and lists at start",
    "Rules/Time/Zone.swift": "the rules of time zones",
}
# The audit, a second program: only it, its own parts and tests may import these.
AUDIT = {"ByteScanning", "StreamReassembly", "Decompression", "Decryption", "HTTPDecoding", "AuditInput", "Audit", "egret-audit"}
SENSOR = "egret"
# What brings a newer catalog: the tool alone runs it, in a process of its own, never a part of the running sensor.
UPDATE = "CatalogUpdate"


def manifest():
    run = subprocess.run(["swift", "package", "dump-package"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout)


def dependencies(target):
    """The modules that the manifest lets a target import."""
    for dependency in target["dependencies"]:
        yield next(iter(dependency.values()))[0]


def directory(target):
    default = ("Tests/" if target["type"] == "test" else "Sources/") + target["name"]
    return ROOT / (target.get("path") or default)


def reach(name, direct):
    """All that a module may see: what it depends on, and what that depends on."""
    seen, waiting = set(), [name]
    while waiting:
        for other in direct.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def problems_of(target, above, direct):
    name = target["name"]
    # A test may import everything that the tested module is built from.
    is_test = target["type"] == "test" or name == "TestSupport"
    allowed = reach(name, direct) if is_test else direct[name]
    for other in sorted(direct[name] & direct.keys() - above):
        yield f"Package.swift: {name} depends on {other}, which is below it"
    for path in sorted(directory(target).rglob("*.swift")):
        shown = path.relative_to(ROOT)
        for module in sorted(set(IMPORT.findall(path.read_text(encoding="utf-8")))):
            if module not in allowed | SYSTEM | {name}:
                yield f"{shown}: imports {module}, which Package.swift does not give to {name}"
            key = "/".join(shown.parts[1:])
            if module == "Foundation" and name in PURE and key not in FOUNDATION:
                yield f"{shown}: imports Foundation in a module that does no input or output"
    settings = [setting["kind"] for setting in target["settings"]]
    strict = {"treatWarning": {"_0": "StrictMemorySafety", "_1": "error"}}
    if {"strictMemorySafety": {}} not in settings or strict not in settings:
        yield f"Package.swift: {name} is not built with strict memory safety as an error"


def sensor_problems(targets, direct):
    """What of the audit the sensor's program reaches, and which target outside the audit depends on a part of it."""
    for name in sorted(reach(SENSOR, direct) & AUDIT):
        yield f"Package.swift: {SENSOR} reaches {name}, which belongs to the audit: the sensor must hold no decryption"
    for target in targets:
        name = target["name"]
        is_test = target["type"] == "test" or name == "TestSupport" or name.endswith("Fuzz")
        if UPDATE in direct[name] and name != SENSOR and not is_test:
            yield f"Package.swift: {name} depends on {UPDATE}, which only {SENSOR} may"
        if name in AUDIT or is_test:
            continue
        for other in sorted(direct[name] & AUDIT):
            yield f"Package.swift: {name} depends on {other}, which belongs to the audit"


DEFINITION = re.compile(r"^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|final|indirect)\s+)*"
                        r"(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)", re.MULTILINE)
# The modules whose directories may not refer to each other in a circle.
LAYERED = ("Monitor",)


def references(module):
    """Which directory of a module names a type of which other, with a file and a type for each; by type names, lexically."""
    root = ROOT / "Sources" / module
    texts = {path: blanked(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.swift"))}
    owner = {name: path.parent.name for path, text in texts.items() for name in DEFINITION.findall(text)}
    edges = {}
    for path, text in texts.items():
        for name in sorted(set(re.findall(r"(?<!\.)\b[A-Z]\w+", text))):
            if name in owner and owner[name] != path.parent.name:
                edges.setdefault(path.parent.name, {}).setdefault(owner[name], f"{path.name} names {name}")
    return edges


def circle(edges):
    """A list of directories that refer to each other in a circle; none if there is no circle."""
    done, way = set(), []

    def follow(directory):
        if directory in way:
            return way[way.index(directory):] + [directory]
        if directory in done:
            return None
        way.append(directory)
        for other in sorted(edges.get(directory, ())):
            found = follow(other)
            if found:
                return found
        way.pop()
        done.add(directory)
        return None

    for directory in sorted(edges):
        found = follow(directory)
        if found:
            return found
    return None


def layer_problems():
    for module in LAYERED:
        edges = references(module)
        if not edges:
            yield f"{module}: no references between directories were found: the search is broken"
        found = circle(edges)
        if found:
            steps = "; ".join(f"{a} -> {b}: {edges[a][b]}" for a, b in zip(found, found[1:]))
            yield f"Sources/{module}: directories refer to each other in a circle: {steps}"


def main():
    targets = manifest()["targets"]
    direct = {target["name"]: set(dependencies(target)) for target in targets}
    above = {target["name"] for target in targets if target["type"] == "system"}
    found = list(sensor_problems(targets, direct)) + list(layer_problems())
    for target in targets:
        if target["type"] == "system":
            continue
        found += problems_of(target, above, direct)
        above.add(target["name"])
    for line in found:
        print(line)
    return 1 if found else 0


sys.exit(main())
