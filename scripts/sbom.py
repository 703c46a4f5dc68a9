#!/usr/bin/env python3
"""Says what egret is made of, as CycloneDX 1.6 JSON (https://cyclonedx.org/docs/1.6/json/) on standard output.

The Swift packages are those of Package.resolved, which are linked in; the Debian packages those that own the shared
libraries which the program loads. The same inputs give the same bytes.
"""
import argparse
import json
import pathlib
import re
import subprocess


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def swift_packages(resolved):
    """The packages that are linked in, by the address that they come from."""
    for pin in json.loads(resolved.read_text(encoding="utf-8"))["pins"]:
        name = re.sub(r"^https://|\.git$", "", pin["location"])
        version = pin["state"]["version"]
        yield {"type": "library", "name": name.split("/")[-1], "version": version,
               "purl": f"pkg:swift/{name}@{version}"}


def libraries(program):
    """The shared libraries that the program loads, the loader included."""
    for line in run("ldd", str(program)).splitlines():
        found = re.search(r"(?:=> )?(/\S+) \(0x", line)
        if found:
            yield pathlib.Path(found[1])


def owner(library):
    """The Debian package of a library; the names that dpkg knows it by differ by the merge of /lib and /usr/lib."""
    resolved = library.resolve()
    for path in (library, resolved, pathlib.Path(str(resolved).removeprefix("/usr"))):
        found = subprocess.run(["dpkg-query", "--search", str(path)], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, check=False, text=True)
        if found.returncode == 0:
            return found.stdout.split(": ")[0]
    raise SystemExit(f"sbom.py: {library} is of no Debian package")


def debian_packages(program):
    """The packages of the libraries that the program loads."""
    form = "${source:Package} ${source:Version} ${Package} ${Version} ${Architecture}"
    for package in sorted({owner(library) for library in libraries(program)}):
        source, source_version, name, version, architecture = run("dpkg-query", "-W", "-f", form, package).split()
        yield {"type": "library", "name": name, "version": version,
               "purl": f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace('~', '%7E').replace(':', '%3A')}"
                       f"?arch={architecture}",
               "properties": [{"name": "debian:source", "value": f"{source} {source_version}"}]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--resolved", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    version = run(str(arguments.program), "--version").strip()
    components = [*swift_packages(arguments.resolved), *debian_packages(arguments.program)]
    for component in components:
        component["bom-ref"] = component["purl"]
    egret = {"type": "application", "name": "egret", "version": version, "bom-ref": "egret",
             "licenses": [{"license": {"id": "Apache-2.0"}}]}
    print(json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": egret},
        "components": components,
        "dependencies": [{"ref": "egret", "dependsOn": [component["bom-ref"] for component in components]}],
    }, indent=1))


main()
