#!/usr/bin/env python3
"""Runs the checkers that are beside the project, in ../shared, over captures and lists that are not part of it.

They are looked for beside the project and in EGRET_SHARED; where they are absent, exit status 77 says so. What each of
them has to reach is in `main`: a floor that is raised with the program, never lowered. They run on a release build,
which is made if it is missing. `--long` also validates every event of every capture and compares the alerts of all rule
packs with the accepted ones, which takes longer than all other checks together.
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIME_LIMIT = 1200
# Names that no other tool reports, each with the packet and the reason that show it is right.
ACCEPTED = ROOT / "Tests/Scripts/accepted_names.json"


def shared():
    """The directory of the checkers."""
    for place in (os.environ.get("EGRET_SHARED"), ROOT.parent / "shared"):
        if place and (pathlib.Path(place) / "tools/names.py").exists():
            return pathlib.Path(place)
    return None


def release():
    """The release build's program."""
    for product in ("egret", "egret-audit"):
        subprocess.run(["swift", "build", "-c", "release", "--product", product], cwd=ROOT, check=True)
    run = subprocess.run(["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, check=True,
                         stdout=subprocess.PIPE, text=True)
    return pathlib.Path(run.stdout.strip()) / "egret"


def output_of(tools, script, *arguments):
    run = subprocess.run([sys.executable, tools / script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                         timeout=TIME_LIMIT)
    print(run.stdout, end="", flush=True)
    return run


def names_hold(tools, egret):
    """Every required name over TCP and QUIC is found; nothing is invented, no fingerprint differs, nothing fails."""
    accept = ["--accept", ACCEPTED] if ACCEPTED.exists() else []
    return output_of(tools, "names.py", "--egret", egret, *accept).returncode == 0


def counts_hold(tools, egret):
    """Requests and interactions are within what the checker asks for: the median exact, nine scenarios of ten close, the
    sum within two in a hundred."""
    return all(list(clients_hold(tools, "interactions", egret)))


def clients_hold(tools, check, egret):
    """What a check says of each set of recorded clients that is there."""
    for name in ("clients", "clients-new"):
        directory = tools.parent / "captures" / name
        if directory.exists():
            yield output_of(tools, "clients.py", "--check", check, "--egret", egret, "--captures", directory).returncode == 0


def events_hold(place, egret):
    """Every event of every capture is valid, and the packs alert over public captures where a look by hand says why."""
    run = output_of(ROOT / "scripts", "suite_events.py", "--egret", egret, "--captures", place / "captures", "--cases",
                    place / "cases", "--accept", ROOT / "Tests/Scripts/accepted_alerts.json")
    return run.returncode == 0


def bounds_hold(egret):
    """The stated bounds hold the truth of at least 95 connections in a hundred of each protocol, and the sum of requests is
    within one in a hundred."""
    return output_of(ROOT / "scripts", "error_table.py", "--egret", egret).returncode == 0


def capture_holds(egret):
    """An optimized program captures: it starts on an interface of its own and stops in order."""
    if subprocess.run(["unshare", "-n", "true"], stderr=subprocess.DEVNULL).returncode:
        print("no network namespace can be made here: live capture is not checked")
        return True
    script = 'ip link set lo up && exec timeout -s TERM 4 "$1" watch --interface lo --no-rules --sandbox off --output -'
    run = subprocess.run(["unshare", "-n", "sh", "-c", script, "sh", egret],
                         stdout=subprocess.PIPE, text=True, timeout=TIME_LIMIT)
    kinds = [line.split('"type":"', 1)[-1].split('"', 1)[0] for line in run.stdout.splitlines()]
    if kinds[:1] != ["start"] or kinds[-1:] != ["stop"]:
        print(f"watch wrote {kinds}, exit status {run.returncode}")
        return False
    return True


def relays_hold(place, egret):
    """Every relay of the labelled scenarios is suspected, and nothing else is, but for what a look by hand explains."""
    return output_of(ROOT / "scripts", "relays.py", "--egret", egret, "--captures", place / "captures", "--accept",
                     ROOT / "Tests/Scripts/accepted_relays.json").returncode == 0


def audits_hold(tools, egret):
    """Every request of the recordings with keys is reported with its body, and none else."""
    checks = [output_of(tools, "audit.py", "--check", check, "--egret", egret) for check in ("requests", "clients")]
    return all(run.returncode == 0 for run in checks)


def main():
    place = shared()
    if place is None:
        print("skipped: there is no ../shared beside the project, and EGRET_SHARED names none")
        return 77
    tools, egret = place / "tools", release()
    held = {
        "live capture of a release build": capture_holds(egret),
        "names over TCP and QUIC": names_hold(tools, egret),
        "suspected relays": relays_hold(place, egret),
        "names of clients": all(list(clients_hold(tools, "names", egret))),
        "requests and interactions": counts_hold(tools, egret),
        "bounds of the estimates": bounds_hold(egret),
        "requests of an audit": audits_hold(tools, egret),
        "catalog": output_of(tools, "catalog.py", "--egret", egret).returncode == 0,
    }
    if "--long" in sys.argv[1:]:
        held["events and alerts of packs"] = events_hold(place, egret)
    for name, holds in held.items():
        print(f"{'ok    ' if holds else 'BROKEN'}  {name}")
    print(f"shared checks: {sum(held.values())} passed, {len(held) - sum(held.values())} failed")
    return 0 if all(held.values()) else 1


sys.exit(main())
