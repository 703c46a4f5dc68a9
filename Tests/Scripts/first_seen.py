#!/usr/bin/env python3
"""First sightings, names that say AI, and learned allow lists, as people and scripts meet them: the program, its files, its exit status.

Captures are golden ones, whose packets are moved to other days.

usage: first_seen.py --egret PATH [NAME...]     NAME: only the tests whose name contains it
"""
import argparse
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "Tests/Golden/captures"
# 2026-12-01T00:00:00Z
START = 1_796_083_200
DAY = 86_400
POLICY = """\
version: 1
rules:
- {id: new-product, match: {first_seen.product: source}, dedup: {by: [src.ip, ai.product], for: 1h}}
- {id: new-vendor, match: {first_seen.vendor: sensor}}
- {id: new-for-group, match: {first_seen.product: group}, dedup: {by: [src.group, ai.product], for: 1h}}
"""
# Learned in the first week; known later; then a new product of a known vendor, a new vendor, and both once more.
TIMELINE = [("a-dashscopecompat-n5", 0), ("e-ch-tiny", 3), ("a-dashscopecompat-n5", 8), ("e-ch-tiny", 8), ("c-claude-ech", 9),
            ("e-quic-biginitial-aioquic", 10), ("c-claude-ech", 11), ("e-quic-biginitial-aioquic", 12)]
NEW = ["new-for-group claude", "new-for-group openai-api", "new-product claude", "new-product openai-api", "new-vendor openai-api"]


def moved(name, day, directory):
    """A copy of a golden capture whose first packet is `day` days after START."""
    data = bytearray((CAPTURES / f"{name}.pcap").read_bytes())
    assert data[:4] == bytes.fromhex("d4c3b2a1"), name
    first, place = struct.unpack_from("<I", data, 24)[0], 24
    while place + 16 <= len(data):
        seconds, _, length = struct.unpack_from("<III", data, place)
        struct.pack_into("<I", data, place, START + day * DAY + seconds - first)
        place += 16 + length
    path = directory / f"{day:02}-{name}.pcap"
    path.write_bytes(data)
    return path


class Work:
    """A directory with the captures of the timeline, a policy and groups."""

    def __init__(self, egret, directory):
        self.egret, self.directory = egret, directory
        self.state = directory / "first-seen.state"
        self.captures = [moved(name, day, directory) for name, day in TIMELINE]
        self.policy = directory / "policy.yaml"
        self.policy.write_text(POLICY)
        groups = directory / "groups"
        groups.write_text("198.51.100.0/24 lab\n")
        self.groups = groups

    def run(self, *arguments, status=0):
        done = subprocess.run([self.egret, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        assert done.returncode == status, f"{arguments}: exit status {done.returncode}: {done.stderr.decode()[-500:]}"
        return done.stdout.decode(), done.stderr.decode()

    def analyze(self, captures, *more, status=0):
        """The events of a run, after they were validated, and what it said on standard error."""
        output, said = self.run("analyze", "--flows", "all", "--rules", self.policy, "--groups", self.groups, *more, *captures, status=status)
        validate(output)
        return [json.loads(line) for line in output.splitlines()], said

    def separately(self, *more):
        """The alerts of a run for each capture, one after another with one state."""
        events = []
        for capture in self.captures:
            events += self.analyze([capture], "--first-seen-state", self.state, *more)[0]
        return alerts(events)


def validate(text):
    done = subprocess.run([sys.executable, ROOT / "Tests/Scripts/validate_events.py"], input=text.encode(), stdout=subprocess.PIPE)
    assert done.returncode in (0, 77), done.stdout.decode()[-500:]


def alerts(events):
    """The alerts that opened: the rule and the product."""
    return sorted(f"{event['rule']['id']} {event['ai'].get('product')}" for event in events
                  if event["type"] == "alert" and event["alert"]["status"] == "open")


def stats(events):
    return [event for event in events if event["type"] == "stats"][-1].get("first_seen")


def test_a_week_of_learning_is_silent(work):
    events, _ = work.analyze(work.captures[:4])
    assert alerts(events) == [], alerts(events)
    assert not any("first_seen" in event for event in events if event["type"] in ("flow", "alert"))
    notices = [event["audit"] for event in events if event["type"] == "audit"]
    assert [notice["kind"] for notice in notices] == ["first_seen_learning"], notices
    assert "until 2026-12-08T00:00:00.956Z" in notices[0]["detail"], notices
    learned = stats(events)
    assert learned["since"].startswith("2026-12-01T00:00:00") and learned["entries"] > 0 and learned["evicted"] == 0, learned
    assert learned["learning"] is False, learned


def test_what_is_new_after_it_alerts_once(work):
    events, _ = work.analyze(work.captures)
    assert alerts(events) == NEW, alerts(events)
    first = [event for event in events if event["type"] == "flow" and "first_seen" in event]
    products = [event["ai"]["product"] for event in first if "product" in event["first_seen"]]
    assert sorted(products) == ["claude", "openai-api"], products
    assert all(event["first_seen"]["product"] == ["source", "group", "sensor"] for event in first if "product" in event["first_seen"])


def test_a_restart_changes_nothing(work):
    whole = alerts(work.analyze(work.captures)[0])
    assert work.separately() == whole == NEW
    assert work.state.stat().st_mode & 0o777 == 0o600
    before = work.state.read_bytes()
    assert work.separately() == [], "the same packets are not new a second time"
    assert work.state.read_bytes() == before


def test_without_a_period_everything_is_new_at_once(work):
    events, _ = work.analyze(work.captures[:1], "--first-seen-learning", "0")
    assert alerts(events) == ["new-for-group dashscope", "new-product dashscope", "new-vendor dashscope"], alerts(events)


def test_two_runs_write_the_same_bytes(work):
    command = ("analyze", "--flows", "all", "--rules", work.policy, *work.captures)
    assert work.run(*command)[0] == work.run(*command)[0] == work.run(*command[:1], "--threads", "2", *command[1:])[0]


def test_a_damaged_state_is_set_aside(work):
    work.separately()
    for damage in (lambda data: data[:-10], lambda data: data.replace(b"anthropic", b"anthr0pic", 1), lambda data: b"\0\xff" * 100,
                   lambda data: b""):
        work.state.write_bytes(damage(work.state.read_bytes()))
        damaged = work.state.read_bytes()
        events, said = work.analyze(work.captures[5:6], "--first-seen-state", work.state)
        assert alerts(events) == [], "learning begins again"
        kinds = [event["health"]["kind"] for event in events if event["type"] == "health"]
        assert "first_seen_restarted" in kinds, kinds
        assert "cannot be used" in said and str(work.state) in said, said
        assert work.state.with_suffix(".state.unreadable").read_bytes() == damaged
        work.state.unlink()
        work.separately()


def test_a_state_that_cannot_be_written_is_an_error(work):
    _, said = work.analyze(work.captures[:1], "--first-seen-state", work.directory / "absent/first-seen.state", status=1)
    assert "could not be saved" in said, said


def test_pseudonyms_are_kept_in_place_of_addresses(work):
    key = work.directory / "keys"
    work.run("key", "privacy", "--from", "2020-01-01T00:00:00Z", key)
    hidden = ("--privacy-key", key, "--privacy-sources", "pseudonym")
    assert work.separately(*hidden) == NEW
    text = work.state.read_text()
    assert "198.51.100.2" not in text and "\tpseudonym\t" in text
    # A further key for later is no new beginning.
    work.run("key", "privacy", "--from", "2026-12-05T00:00:00Z", key)
    assert work.separately(*hidden) == []


def test_the_limit_is_held_and_counted(work):
    events, said = work.analyze(work.captures, "--first-seen-entries", "16", "--first-seen-hosts", "all", "--first-seen-learning", "0")
    kept = stats(events)
    assert kept["entries"] <= 48 and kept["evicted"] > 0, kept
    assert f"{kept['evicted']} first sightings were forgotten" in said, said


def test_names_that_say_ai_are_told_apart_from_vendors(work):
    output, _ = work.run("analyze", "--flows", "all", "--no-rules", "--inventory", "UTC", CAPTURES / "m-relay-plainhttp.pcap")
    validate(output)
    flows = [json.loads(line) for line in output.splitlines() if json.loads(line)["type"] == "flow"]
    hinted = [flow for flow in flows if flow.get("ai", {}).get("name_hint")]
    assert hinted and all(flow["dst"]["host"] == "llm.relay1.lan" and flow["ai"]["name_hint"] == "llm" for flow in hinted)
    assert all("vendor" not in flow["ai"] and "confidence" not in flow["ai"] for flow in hinted)


def test_the_shipped_pack_loads_and_passes(work):
    pack = ROOT / "rules/policies/first-seen.yaml"
    assert "no errors" in work.run("rules", "check", pack)[0]
    assert "0 failed" in work.run("rules", "test", pack)[0]


def test_an_allow_list_is_learned_and_read_back(work):
    learned = work.directory / "agent.txt"
    _, said = work.run("catalog", "drift", "--learn", learned, *work.captures[:2])
    names = [line for line in learned.read_text().splitlines() if not line.startswith("#")]
    assert names == ["api.anthropic.com", "dashscope.aliyuncs.com"], names
    assert "learned 2 hosts" in said, said
    reason = learned.read_text().splitlines()[learned.read_text().splitlines().index("dashscope.aliyuncs.com") - 1]
    for word in ("alibaba/dashscope", "198.51.100.2", "2026-12-01T00:00:0", "tls_sni 1", "port 443"):
        assert word in reason, (word, reason)
    _, said = work.run("catalog", "drift", "--learn", learned, work.captures[0], status=1)
    assert "exists already" in said, said
    # Rules read it back.
    rules = work.directory / "use.yaml"
    rules.write_text("version: 1\nlists:\n  allowed: {type: exact, file: agent.txt}\nrules:\n- id: not-allowed\n"
                     "  match: {ai.vendor: {exists: true}, none: [{dst.host: {in: allowed}}]}\n")
    assert "no errors" in work.run("rules", "check", rules)[0]
    output, _ = work.run("analyze", "--rules", rules, *work.captures[:5])
    found = {json.loads(line)["dst"]["host"] for line in output.splitlines() if json.loads(line)["type"] == "alert"}
    assert found == {"claude.ai"}, found
    # And so do exports.
    settings = json.loads(work.run("catalog", "export", "--list", learned, "--as", "sandbox")[0])
    assert settings["network"]["allowedDomains"] == names, settings
    assert work.run("catalog", "export", "--list", learned, "--as", "allowlist")[0].splitlines()[1:] == names


def test_a_learned_policy_is_silent_on_what_it_learned_from(work):
    policy = work.directory / "agent.yaml"
    work.run("catalog", "drift", "--learn", policy, *work.captures[:2])
    assert "no errors" in work.run("rules", "check", policy)[0]
    assert "0 failed" in work.run("rules", "test", policy)[0]

    def found(captures):
        output, _ = work.run("analyze", "--rules", policy, *captures)
        events = [json.loads(line) for line in output.splitlines()]
        return {event["dst"].get("host") for event in events if event["type"] == "alert"}

    assert found(work.captures[:4]) == set()
    assert "claude.ai" in found(work.captures[4:5])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    egret = str(pathlib.Path(options.egret).resolve())
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")
             and (not options.names or any(part in name for part in options.names))]
    failed = 0
    for name, test in tests:
        directory = pathlib.Path(tempfile.mkdtemp(prefix="egret-first-seen-"))
        try:
            test(Work(egret, directory))
            print(f"{name}: ok")
        except Exception:
            failed += 1
            traceback.print_exc(limit=3, file=sys.stdout)
            print(f"{name}: failed")
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    print(f"{len(tests)} tests, {failed} failed")
    sys.exit(1 if failed or not tests else 0)


main()
