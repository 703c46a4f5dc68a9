#!/usr/bin/env python3
"""Holds what is in deploy/ to its word: every file parses, the Kubernetes objects keep to their schema, nothing asks for
more than NET_RAW, every option that is given to egret is one of its options, the policies that are shipped in a
ConfigMap pass, and the systemd unit stays as closed as docs/DEPLOYMENT.md says.

usage: deploy_files.py --egret PATH
"""
import argparse
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
# Exposure as systemd 252 counts it, of 10; docs/DEPLOYMENT.md has the same number.
EXPOSURE_LIMIT = 1.5
# The update may reach any address over the Internet.
UPDATE_EXPOSURE_LIMIT = 2.0
problems = []


def hold(condition, words):
    if not condition:
        problems.append(words)


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)


def documents(path):
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def check_options(where, words, egret):
    """Every option of `egret watch` that is used exists."""
    hold(words[0] == "watch", f"{where}: does not watch: {words}")
    usage = run(egret, "help", "watch").stdout
    for word in words[1:]:
        option = word.split("=")[0]
        if option.startswith("--"):
            hold(re.search(rf"{re.escape(option)}\b", usage), f"{where}: egret watch knows no {option}")


def check_container(where, container, egret):
    """As closed as the level restricted of Pod Security Standards, but for NET_RAW and the user that it needs."""
    context = container["securityContext"]
    hold(context["allowPrivilegeEscalation"] is False, f"{where}: may gain privileges")
    hold(context["capabilities"]["drop"] == ["ALL"], f"{where}: keeps capabilities")
    hold(not context.get("privileged"), f"{where}: is privileged")
    if not container["image"].startswith("egret"):
        hold(context.get("runAsNonRoot"), f"{where}: runs as root")
        return
    hold(context["capabilities"]["add"] == ["NET_RAW"], f"{where}: adds other capabilities than NET_RAW")
    hold(context["readOnlyRootFilesystem"] is True, f"{where}: may write to its image")
    hold("limits" in container["resources"], f"{where}: has no limits")
    check_options(where, container["args"], egret)


def check_kubernetes(egret):
    try:
        import kubernetes_validate
    except ImportError:
        kubernetes_validate = None
        print("no kubernetes-validate here: the schemas of Kubernetes were not asked")
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for document in documents(path):
            where = f"{path.name} {document['kind']}"
            if kubernetes_validate:
                try:
                    kubernetes_validate.validate(document, "1.31", strict=True)
                except kubernetes_validate.ValidationError as error:
                    hold(False, f"{where}: {error}")
            if document["kind"] == "ConfigMap":
                check_policies(where, document["data"], egret)
            pod = document.get("spec", {}).get("template", {}).get("spec")
            if pod:
                hold(pod["automountServiceAccountToken"] is False, f"{where}: gets a token it does not need")
                hold(pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, f"{where}: no seccomp")
                for container in pod.get("initContainers", []) + pod["containers"]:
                    check_container(f"{where} {container['name']}", container, egret)


def check_policies(where, files, egret):
    with tempfile.TemporaryDirectory() as directory:
        for name, text in files.items():
            pathlib.Path(directory, name).write_text(text, encoding="utf-8")
        answer = run(egret, "rules", "check", directory)
        hold(answer.returncode == 0, f"{where}: {answer.stdout}")


def check_compose(egret):
    service = documents(DEPLOY / "compose/compose.yaml")[0]["services"]["egret"]
    hold(service["cap_drop"] == ["ALL"] and service["cap_add"] == ["NET_RAW"], "compose: other capabilities")
    hold(service["read_only"] is True, "compose: may write to its image")
    hold("no-new-privileges:true" in service["security_opt"], "compose: may gain privileges")
    check_options("compose", service["command"], egret)


def mebibytes(text):
    number, unit = re.match(r"(\d+) ?([GM])i?B?$", text).groups()
    return int(number) * (1024 if unit == "G" else 1)


def check_memory():
    """The bounds of docs/OPERATIONS.md add up to less than each limit that ships."""
    text = (ROOT / "docs/OPERATIONS.md").read_text(encoding="utf-8")
    table = text[text.index("| part | setting | at most |"):].split("\n\n")[0]
    parts = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    bounds = {part[0]: mebibytes(re.match(r"\d+ [GM]iB", part[2])[0]) for part in parts}
    ring = mebibytes(re.search(r"\| ring \| (\d+ MiB) an interface", text)[1])
    total = sum(bounds.values()) + ring
    said = int(re.search(r"That is some (\d+) MiB", text)[1])
    hold(abs(total - said) <= 10, f"docs/OPERATIONS.md: the bounds add up to {total} MiB, not to {said}")
    flows = next(bound for part, bound in bounds.items() if part.startswith("flows:"))
    unit = re.search(r"^MemoryMax=(\S+)$", (DEPLOY / "systemd/egret.service").read_text(encoding="utf-8"), re.MULTILINE)[1]
    hold(total < mebibytes(unit), f"egret.service: MemoryMax={unit} is less than {total} MiB")
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for document in documents(path):
            pod = document.get("spec", {}).get("template", {}).get("spec", {})
            for container in pod.get("containers", []):
                if not container["image"].startswith("egret"):
                    continue
                settings = {entry["name"]: entry.get("value", "") for entry in container.get("env", [])}
                own = settings.get("EGRET_LIMITS_FLOW_MEMORY")
                needed = total if own is None else total - flows + mebibytes(own)
                limit = container["resources"]["limits"]["memory"]
                hold(needed < mebibytes(limit), f"{path.name}: a limit of {limit} is less than {needed} MiB")


def check_unit(egret):
    unit = (DEPLOY / "systemd/egret.service").read_text(encoding="utf-8")
    command = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1])
    check_options("egret.service", command[1:], egret)
    answer = run(egret, "config", "check", "--config", str(DEPLOY / "systemd/egret.yaml"))
    hold(answer.returncode == 0, f"egret.yaml: {answer.stdout}")
    if shutil.which("systemd-analyze") is None:
        print("no systemd-analyze here: the unit's exposure was not counted")
        return
    answer = run("systemd-analyze", "security", "--offline=yes", "--no-pager", str(DEPLOY / "systemd/egret.service"))
    found = re.search(r"exposure level for egret.service: ([\d.]+)", answer.stdout)
    hold(found, f"systemd-analyze: {answer.stdout}")
    if found:
        print(f"exposure of egret.service: {found[1]} of 10")
        hold(float(found[1]) <= EXPOSURE_LIMIT, f"egret.service: exposure {found[1]}, more than {EXPOSURE_LIMIT}")


def check_update_unit(egret):
    unit = (DEPLOY / "systemd/egret-catalog.service").read_text(encoding="utf-8")
    words = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1])
    hold(words[1:3] == ["catalog", "update"], f"egret-catalog.service: runs {words}")
    usage = run(egret, "help", "catalog", "update").stdout
    for word in words[3:]:
        hold(not word.startswith("--") or word in usage, f"egret-catalog.service: egret catalog update knows no {word}")
    if shutil.which("systemd-analyze") is None:
        print("no systemd-analyze here: the units were not verified")
        return
    # The programs of the units are not installed here; everything else that systemd says is a fault.
    with tempfile.TemporaryDirectory() as directory:
        for path in (DEPLOY / "systemd").glob("*.*"):
            if path.suffix in (".service", ".timer"):
                text = path.read_text(encoding="utf-8").replace("/usr/bin/egret", "/bin/true")
                pathlib.Path(directory, path.name).write_text(text.replace("/usr/bin/systemctl", "/bin/true"), encoding="utf-8")
        answer = run("systemd-analyze", "verify", "--man=no", *map(str, sorted(pathlib.Path(directory).iterdir())))
        wrong = [line for line in answer.stdout.splitlines() if "egret" in line]
        hold(not wrong, "systemd-analyze verify: " + "; ".join(wrong))
    answer = run("systemd-analyze", "security", "--offline=yes", "--no-pager", str(DEPLOY / "systemd/egret-catalog.service"))
    found = re.search(r"exposure level for egret-catalog.service: ([\d.]+)", answer.stdout)
    hold(found, f"systemd-analyze: {answer.stdout}")
    if found:
        print(f"exposure of egret-catalog.service: {found[1]} of 10")
        hold(float(found[1]) <= UPDATE_EXPOSURE_LIMIT, f"egret-catalog.service: exposure {found[1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--egret", required=True)
    egret = parser.parse_args().egret
    for path in sorted(DEPLOY.rglob("*.yaml")):
        documents(path)
    check_kubernetes(egret)
    check_compose(egret)
    check_memory()
    check_unit(egret)
    check_update_unit(egret)
    for problem in problems:
        print(problem)
    print(f"{'the files of deploy/ hold' if not problems else f'{len(problems)} broken'}")
    return 1 if problems else 0


sys.exit(main())
