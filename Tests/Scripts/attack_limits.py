#!/usr/bin/env python3
"""The step that measures attack inputs fails if a limit is exceeded, and says which; it fails too if egret does not run.

usage: attack_limits.py --egret PATH
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ATTACK = pathlib.Path(__file__).resolve().parents[2] / "scripts/attack.py"


def measured(egret, limits, directory):
    """The exit status of a short run of one kind under `limits`, and what it says on standard error."""
    path = pathlib.Path(directory, "limits.json")
    path.write_text(json.dumps(limits))
    done = subprocess.run([sys.executable, ATTACK, "--short", "--kind", "vlan_tags", "--egret", egret, "--limits", path],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=300)
    return done.returncode, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True)
    egret = str(pathlib.Path(parser.parse_args().egret).resolve())
    wide, narrow = {"ratio": 1e6, "peak_mib": 1e6}, {"peak_mib": 0.001}
    cases = [
        ("limits that hold", egret, {"all": wide, "kinds": {}}, 0, ""),
        ("a limit of all kinds is exceeded", egret, {"all": narrow, "kinds": {}}, 1, "limit exceeded: vlan_tags: peak_mib"),
        ("a limit of one kind is exceeded", egret, {"all": wide, "kinds": {"vlan_tags": narrow}}, 1,
         "limit exceeded: vlan_tags: peak_mib"),
        ("a program that fails", "/bin/false", {"all": wide, "kinds": {}}, 2, "exit status 1"),
    ]
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        for name, program, limits, status, text in cases:
            found, said = measured(program, limits, directory)
            is_right = found == status and text in said
            failed += not is_right
            print(f"{name}: {'ok' if is_right else f'exit status {found}, not {status}: {said.strip()}'}")
    print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
