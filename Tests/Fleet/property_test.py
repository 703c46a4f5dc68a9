#!/usr/bin/env python3
"""Random rules over random events: what the compiled SQL finds is what the sensor's own engine finds.

Each pair is a rule with one test. `egret rules test --alerts` runs the engine over the test's events; the same events stand as flows in
the tables, and the query of `egret rules sql` is asked. Alerts are compared by group, first and last moment, severity, and, if rows are
counted one by one, by count and value. A window that slides is exact to a step, a sixtieth of it: its first moment may be earlier by
that, and two hits that are a step more or less than the alert's time apart may be one alert or two; such pairs are counted.
"""
import argparse
import collections
import json
import pathlib
import random
import tempfile

import yaml

import synthetic
from engine import Checks, Engine, egret, statements

MINUTE, HOUR, DAY = 60, 3600, 86400
START = synthetic.epoch("2026-07-06") // synthetic.NANOSECONDS  # a Monday
ZONES = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York"]
VENDORS = ["anthropic", "openai", "deepseek"]
HOSTS = ["api.one.example", "two.example", "cdn.two.example", "three.example"]


def text(seconds):
    """RFC 3339 with milliseconds; `seconds` in thousandths."""
    return synthetic.moment(seconds * 1_000_000)[:23] + "Z"


def duration(seconds):
    return f"{seconds}s"


def condition(r):
    """Some of the operators on fields of every kind."""
    choices = {
        "ai.vendor": lambda: r.choice([r.choice(VENDORS), VENDORS[:2], {"exists": True}, {"not": "openai"}]),
        "ai.role": lambda: r.choice(["inference", ["inference", "web"], {"not": "web"}]),
        "ai.confidence": lambda: {"at_least": r.choice(["low", "medium", "high"])},
        "src.ip": lambda: r.choice([{"cidr": "10.0.0.0/30"}, {"not": {"cidr": "10.0.0.4/32"}}, "10.0.0.2",
                                    {"cidr": ["10.0.0.0/31", "2001:db8::/32"]}]),
        "dst.port": lambda: r.choice([443, {"between": [400, 500]}, {"not": 8443}, {"gt": 443}]),
        "dst.host": lambda: r.choice([{"suffix": "two.example"}, {"glob": "*.example"}, {"glob": "?pi.*"},
                                      {"regex": "(api|cdn)\\.[a-z]+\\.example"}, {"not": {"suffix": "one.example"}}]),
        "net.app": lambda: r.choice(["tls", {"not": "quic"}]),
        "flow.answered": lambda: r.choice([True, False]),
        "tls.version": lambda: {"at_least": r.choice(["1.2", "1.3"])},
        "src.group": lambda: r.choice([{"exists": True}, "lab", {"exists": False}]),
    }
    match = {field: choices[field]() for field in r.sample(sorted(choices), r.randrange(0, 3))}
    if r.random() < 0.3:
        match["any"] = [{"ai.vendor": r.choice(VENDORS)}, {"src.ip": {"cidr": "10.0.0.2/31"}}]
    if r.random() < 0.15:
        match["none"] = [{"dst.port": 8443, "src.ip": {"cidr": "10.0.0.0/31"}}]
    return match


def threshold(r):
    kind = r.choice(["sliding", "tumbling"])
    window = r.choice([MINUTE, 10 * MINUTE, HOUR, 6 * HOUR] + ([DAY, 7 * DAY] if kind == "tumbling" else []))
    count = r.choice(["matches", "flows", "interactions", "distinct(src.ip)", "distinct(dst.host)", "sum(flow.bytes_up)"])
    op = r.choice(["gt", "gte"] + (["lt", "lte"] if kind == "tumbling" else []))
    value = {"interactions": r.randrange(1, 60), "sum(flow.bytes_up)": f"{r.randrange(1, 20) * 500}B"}.get(
        count, r.randrange(1, 3) if count.startswith("distinct") else r.randrange(1, 7))
    limit = {"count": count, "op": op, "value": value, "window": duration(window), "type": kind,
             "group_by": r.sample(["src.ip", "ai.vendor", "dst.port"], r.randrange(0, 3))}
    if r.random() < 0.25:
        limit["min_distinct"] = {"field": "src.ip", "value": r.randrange(1, 3)}
    return limit, kind, window


def pair(number):
    """A rule with a test, and what is known of it: whether it slides, the step, and for how long an alert stays open."""
    r = random.Random(number)
    name = f"p{number}"
    rule = {"id": f"rule-{number}", "match": {"sensor.id": name} | condition(r), "severity": r.choice(["low", "medium", "high"]),
            "timezone": r.choice(ZONES)}
    info = {"slides": False, "step": 0, "name": name, "tolerant": False}
    span, unit = 4 * HOUR, 1
    if r.random() < 0.8:
        rule["threshold"], kind, window = threshold(r)
        span = window * r.choice([1, 2, 4])
        info["close"] = window
        if kind == "sliding":
            info |= {"slides": True, "step": window // 60}
            info["tolerant"] = r.random() < 0.5
            unit = 1 if info["tolerant"] else max(1, window // 60)
    else:
        info["close"] = r.choice([MINUTE, 10 * MINUTE, HOUR])
        rule["dedup"] = {"by": r.sample(["src.ip", "ai.vendor", "dst.host"], r.randrange(1, 3)), "for": duration(info["close"])}
        if r.random() < 0.5:
            rule["severity_when"] = [{"match": {"dst.port": 8443}, "severity": "critical"}]
    if r.random() < 0.25:
        rule["valid_from"] = text((START + r.randrange(span)) * 1000)
        if r.random() < 0.5 and "threshold" not in rule:
            rule["grace"] = {"from": text((START - HOUR) * 1000), "severity": "info"}
    if r.random() < 0.1:
        rule["valid_until"] = text((START + span + r.randrange(1, span)) * 1000)
    if r.random() < 0.25:
        rule["exceptions"] = [{"name": "lab", "match": {"src.ip": "10.0.0.1"}, "reason": "x", "owner": "y",
                               "expires": text((START + 2 * span) * 1000)}]
    if r.random() < 0.2:
        rule["schedule"] = {r.choice(["only", "except"]): r.choice(["office", "night"])}
    if r.random() < 0.15:
        rule["evidence"] = {"min_confidence": r.choice(["medium", "high"])}
    rule["tests"] = [{"name": "t", "events": events(r, name, span, unit), "expect": "alert"}]
    return rule, info


def events(r, name, span, unit):
    made = []
    for moment in sorted(r.randrange(0, max(1, span // unit)) * unit for _ in range(r.randrange(5, 40))):
        event = {"time": text((START + moment) * 1000), "sensor.id": name, "src.ip": f"10.0.0.{r.randrange(5)}",
                 "dst.ip": "198.51.100.1", "dst.port": r.choice([443, 443, 8443]), "dst.host": r.choice(HOSTS),
                 "net.app": r.choice(["tls", "quic"]), "flow.answered": r.random() < 0.8, "tls.version": r.choice(["1.2", "1.3"]),
                 "flow.bytes_up": f"{r.randrange(0, 3000)}B", "flow.interactions_est": r.randrange(0, 20),
                 "ai.vendor": r.choice(VENDORS), "ai.role": r.choice(["inference", "web", "telemetry"]),
                 "ai.confidence": r.choice(["none", "low", "medium", "high"])}
        if r.random() < 0.4:
            event["src.group"] = r.choice(["lab", "sales"])
        made.append(event)
    return made


def line(event, seq):
    """The flow of an event of a test, as a sensor would write it: one report, all of it at one moment."""
    time = synthetic.epoch(event["time"][:19]) + int(event["time"][20:23]) * 1_000_000
    size, count = int(event["flow.bytes_up"][:-1]), event["flow.interactions_est"]
    out = synthetic.envelope("flow", time, event["sensor.id"], "b", seq)
    out["flow"] = {"id": f"{seq:016x}", "part": 1, "final": True, "state": "closed", "start": out["time"], "end": out["time"],
                   "duration": 0.0, "bytes_up": size, "bytes_down": 0, "answered": event["flow.answered"], "method": "http2_records",
                   "interactions_est": count, "delta": {"bytes_up": size, "interactions_est": count}}
    out["src"] = {"ip": event["src.ip"], "port": 40000} | ({"group": event["src.group"]} if "src.group" in event else {})
    out["dst"] = {"ip": event["dst.ip"], "port": event["dst.port"], "host": event["dst.host"], "host_source": "tls_sni"}
    out["net"] = {"transport": "tcp", "app": event["net.app"], "direction": "outbound"}
    out["tls"] = {"version": event["tls.version"], "hello": {"state": "complete"}}
    out["ai"] = {"vendor": event["ai.vendor"], "role": event["ai.role"], "confidence": event["ai.confidence"]}
    return synthetic.dump(out)


def milliseconds(moment):
    """Thousandths of a second since 1970, of either form."""
    moment = moment.replace(" ", "T")
    return synthetic.epoch(moment[:19]) // 1_000_000 + int((moment[20:23] or "0").ljust(3, "0"))


def expected(directory):
    """The alerts that the engine raises, by rule."""
    run = egret("rules", "test", "--alerts", directory, check=False)
    alerts = collections.defaultdict(list)
    for text_line in run.stdout.splitlines():
        event = json.loads(text_line)
        alert = event["alert"]
        alerts[event["rule"]["id"]].append(
            {"key": list(alert.get("group", {}).values()), "first": milliseconds(alert["first_seen"]),
             "last": milliseconds(alert["last_seen"]), "count": alert["count"], "severity": event["severity"],
             "value": alert.get("threshold_value", 0)})
    return alerts


def agree(rule, info, wanted, found):
    """Whether two lists of alerts are the same, "resolution" if they may differ within a step, or what is wrong."""
    order = lambda alert: (alert["key"], alert["first"])
    wanted, found = sorted(wanted, key=order), sorted(found, key=order)
    step = info["step"] * 1000 if info["tolerant"] else 0
    if len(wanted) == len(found):
        for a, b in zip(wanted, found):
            exact = ["key", "last", "severity"] + ([] if info["slides"] else ["count", "value"])
            if any(a[name] != b[name] for name in exact) or not 0 <= a["first"] - b["first"] <= step:
                return f"{a} is not {b}"
        return True
    if not step:
        return f"{len(wanted)} alerts are not {len(found)}: {wanted} {found}"
    # Two alerts that are about as far apart as one stays open may be one.
    more = wanted if len(wanted) > len(found) else found
    gaps = [b["first"] - a["last"] for a, b in zip(more, more[1:]) if a["key"] == b["key"]]
    if any(abs(gap - info["close"] * 1000) <= step for gap in gaps):
        return "resolution"
    return f"{len(wanted)} alerts are not {len(found)}: {wanted} {found}"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pairs", type=int, default=1000)
    options.add_argument("--seed", type=int, default=0)
    options = options.parse_args()
    check = Checks()
    pairs = [pair(options.seed + number) for number in range(options.pairs)]
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "rules.yaml"
        schedules = {"office": {"weekly": {"mon-fri": ["09:00-18:30"]}, "holidays": ["2026-07-08"], "timezone": "Asia/Shanghai"},
                     "night": {"weekly": {"mon-sun": ["22:00-06:00"]}, "timezone": "Europe/Berlin"}}
        path.write_text(yaml.safe_dump({"version": 1, "schedules": schedules, "rules": [rule for rule, _ in pairs]},
                                       sort_keys=False, allow_unicode=True))
        wanted = expected(directory)
        sql = egret("rules", "sql", directory).stdout
    queries = {part.splitlines()[0].split()[2]: part for part in statements(sql)}
    engine = Engine()
    engine.make()
    engine.insert([line(event, seq) for rule, _ in pairs for seq, event in enumerate(rule["tests"][0]["events"])])
    same, near, alerts = 0, 0, 0
    for rule, info in pairs:
        rows = engine.rows(queries[rule["id"]] + "\nSETTINGS output_format_json_quote_64bit_integers = 0",
                           **{"from": "2026-07-05 00:00:00.000", "to": judged_until(rule)})
        found = [{"key": row["key"], "first": milliseconds(row["first_seen"]), "last": milliseconds(row["last_seen"]),
                  "count": row["count"], "severity": row["severity"], "value": row["threshold_value"]} for row in rows]
        answer = agree(rule, info, wanted[rule["id"]], found)
        alerts += len(found)
        near += answer == "resolution"
        same += answer is True
        check(answer in (True, "resolution"), rule["id"], answer)
    check(near <= options.pairs // 50, f"{near} pairs differ within a step")
    check(alerts > options.pairs / 4, f"only {alerts} alerts in all")
    print(f"{same} pairs have the same alerts, {near} differ within a step; {alerts} alerts")
    check.end("rules in SQL")


def judged_until(rule):
    """The engine judges windows until one window after the last event; the query judges what ends before a moment."""
    last = rule["tests"][0]["events"][-1]["time"]
    if rule.get("threshold", {}).get("op") not in ("lt", "lte"):
        return "2027-01-01 00:00:00.000"
    window = int(rule["threshold"]["window"][:-1])
    return text(milliseconds(last) + window * 1000).replace("T", " ")[:23]


if __name__ == "__main__":
    main()
