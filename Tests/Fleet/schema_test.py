#!/usr/bin/env python3
"""The tables of `egret schema clickhouse` on the real engine: golden events of every type are loaded and read back equal, what is
delivered twice counts once, gaps in `seq` are found to the number, a migration keeps what is there, and three questions over a fleet
whose truth is known are answered right."""
import collections
import datetime
import json
import random

import synthetic
from engine import ROOT, Checks, Engine, egret, statements

check = Checks()
# Fields of flows and questions that have no column of the same name: the envelope's constants.
WITHOUT_COLUMN = {"type", "action"}
FILES = sorted((ROOT / "Tests/Golden").glob("*.jsonl"))


def leaves(event, path=""):
    """Every field with its path; lists and maps of foreign keys are leaves."""
    for key, value in event.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from leaves(value, here)
        else:
            yield here, value


def near(found, wanted, path):
    """Whether a column holds a field's value, as exact as the column is."""
    if isinstance(wanted, str) and wanted.endswith("Z") and wanted[4:5] == "-":
        moment = found.replace(" ", "T")
        length = min(len(moment), 23)
        return moment[:length] == wanted[:length]
    if path in ("src.ip", "dst.ip", "dns.resolver"):
        return found.removeprefix("::ffff:") == wanted
    if path == "flow.duration":
        return abs(found - wanted) < 0.0021
    if isinstance(wanted, float):
        return abs(found - wanted) <= 1e-6 * max(1, abs(wanted))
    if path == "dst.names":
        return [dict(name=name["name"], source=name["source"]) for name in found] == wanted
    return found == wanted


def is_default(value):
    return value in (None, "", 0, False, [], "0", "::", "0000000000000000", {}) or str(value).startswith("1970-01-01")


def columns(engine, table):
    """The columns of a table, those that are computed when they are read too."""
    return [row["name"] for row in engine.rows(f"DESCRIBE TABLE egret.{table}")]


def compare(engine, table, events):
    """Every field of every event is in its column, and every other column of the row holds its default."""
    names = columns(engine, table)
    rows = engine.rows(f"SELECT {', '.join(names)} FROM egret.{table} FINAL SETTINGS output_format_json_quote_64bit_integers = 0")
    found = {(row["sensor_id"], row["boot"], row["seq"]): row for row in rows}
    typed = table in ("flow", "dns")
    for event in events:
        row = found.get((event["sensor"]["id"], event["boot"], event["seq"]))
        check(row is not None, f"{table}: {event['id']} is not there")
        if row is None:
            continue
        seen = set()
        for path, wanted in leaves(event):
            name = path.replace(".", "_")
            if name not in row:
                check(not typed or path in WITHOUT_COLUMN, f"{table} has no column for {path}")
                continue
            seen.add(name)
            check(near(row[name], wanted, path), f"{event['id']} {path}", (row[name], wanted))
        if "line" in row:
            check(json.loads(row["line"]) == event, f"{event['id']}: the line is another")
        elif typed:
            derived = {n for n in row if n.startswith(("flow_before_", "flow_age", "flow_quiet", "flow_number", "tls_alpn_lines",
                                                       "tls_sni_", "dst_domain_", "net_tunnel_trusted", "id", "src_ip_text", "dst_ip_text"))}
            for name in set(row) - seen - derived:
                check(is_default(row[name]), f"{event['id']}: {name} is {row[name]}, and the event has no such field")
    check(len(rows) == len({event["id"] for event in events}), f"{table}: {len(rows)} rows")


def golden(engine):
    """Every golden event, of every type, loaded twice."""
    lines = [line for path in FILES for line in path.read_text().split("\n")[:-1]]
    # The files of different captures share ids, since their run is masked: each gets a run of its own.
    events = []
    for path in FILES:
        for line in path.read_text().split("\n")[:-1]:
            event = json.loads(line)
            event["boot"] = f"{event['boot']}-{path.stem}"
            event["id"] = f"{event['sensor']['id']}/{event['boot']}/{event['seq']}"
            events.append(event)
    types = collections.defaultdict(list)
    for event in events:
        types[event["type"]].append(event)
    check(set(types) == {"start", "stop", "flow", "dns", "alert", "inventory", "stats", "health", "audit", "anchor"},
          "golden events of every type", sorted(types))
    for _ in range(2):
        engine.insert([synthetic.dump(event) for event in events])
    for table in ("flow", "dns", "alert", "inventory"):
        compare(engine, table, types[table])
    compare(engine, "statement", [e for t in ("start", "stop", "stats", "health", "audit", "anchor") for e in types[t]])
    check(engine.value("SELECT count() FROM egret.rejected") == 0, "no golden event is rejected")
    engine.insert(['{"type":"other"}', "no JSON", '{"type":"flow"}'])
    check(engine.value("SELECT count() FROM egret.rejected") == 3, "what is no event is kept apart")
    return len(lines)


def deliveries(engine):
    """What is lost and what comes twice, to the number, by the shipped query."""
    engine.empty()
    fleet, r = synthetic.Fleet(3, 4), random.Random(3)
    start = synthetic.epoch("2026-07-01")
    lost, twice = collections.Counter(), collections.Counter()
    kept = []
    for number in range(4000):
        event = fleet.flow(start + number * 40 * synthetic.NANOSECONDS)
        fate = r.random()
        if fate < 0.03 and event["seq"] > 1:
            lost[event["sensor"]["id"]] += 1
            continue
        kept.append(event)
        if fate > 0.97:
            twice[event["sensor"]["id"]] += 1
            kept.append(event)
    # The last event of each sensor bounds what is known to be missing.
    for sensor in fleet.sensors:
        kept.append(fleet.flow(start + 5000 * 40 * synthetic.NANOSECONDS, sensor=sensor))
    for begin in range(0, len(kept), 700):
        engine.insert([synthetic.dump(event) for event in kept[begin:begin + 700]])
    gaps = statements((ROOT / "deploy/clickhouse/gaps.sql").read_text())
    rows = {row["sensor_id"]: row for row in engine.rows(gaps[0] + "\nSETTINGS output_format_json_quote_64bit_integers = 0")}
    for sensor in fleet.sensors:
        row = rows.get(sensor, {"lost": 0, "delivered_twice": 0})
        check((row["lost"], row["delivered_twice"]) == (lost[sensor], twice[sensor]), f"{sensor}: lost and twice", row)
    missing = engine.rows(gaps[1] + "\nSETTINGS output_format_json_quote_64bit_integers = 0", sensor=fleet.sensors[0], boot=fleet.boots[fleet.sensors[0]])
    check(sum(row["missing"] for row in missing) == lost[fleet.sensors[0]], "the gaps add up")
    unique = len({event["id"] for event in kept})
    check(engine.value("SELECT count() FROM egret.flow FINAL SETTINGS output_format_json_quote_64bit_integers = 0") == unique,
          "what came twice counts once")
    # The same batch again, as after an answer that was lost: not a row more, not even in the count of deliveries.
    batch = [synthetic.dump(event) for event in kept[:500]]
    before = engine.value("SELECT sum(delivered) FROM egret.arrived")
    engine.insert(batch, token="again")
    engine.insert(batch, token="again")
    check(int(engine.value("SELECT sum(delivered) FROM egret.arrived")) == int(before) + 500, "a token counts a batch once")


def questions(engine):
    """The three questions of the design: who used a banned product, a vendor by hour, a sliding hour of all gateways."""
    engine.empty()
    fleet = synthetic.Fleet(5, 6)
    day = synthetic.epoch("2026-07-10")
    users, per_hour, sources = collections.Counter(), collections.Counter(), collections.defaultdict(set)
    lines = []
    for number in range(12000):
        event = fleet.flow(day + int(number * 7.2 * synthetic.NANOSECONDS))
        lines.append(synthetic.dump(event))
        vendor = event.get("ai", {}).get("vendor")
        if vendor:
            hour = event["time"][11:13]
            per_hour[vendor, hour] += event["flow"]["interactions_est"]
            sources[vendor, hour].add(event["src"]["ip"])
        if vendor == "anthropic" and event["time"] >= "2026-07-10T09:00":
            users[event["src"]["ip"]] += event["flow"]["interactions_est"]
    for begin in range(0, len(lines), 3000):
        engine.insert(lines[begin:begin + 3000])
    texts = statements((ROOT / "deploy/clickhouse/questions.sql").read_text())
    plain = "\nSETTINGS output_format_json_quote_64bit_integers = 0"
    rows = engine.rows(texts[0] + plain, vendor="anthropic", since="2026-07-10 09:00:00")
    check({row["source"]: row["interactions"] for row in rows} == dict(users), "who used a banned vendor since a date")
    made = egret_hours(engine)
    rows = engine.rows(texts[1] + plain, since="2026-07-10 00:00:00")
    found = {(row["ai_vendor"], row["hour"][11:13]): (row["interactions"], row["sources"]) for row in rows}
    wanted = {key: (count, len(sources[key])) for key, count in per_hour.items()}
    # Sources are counted by a sketch, which is exact for so few.
    check(found == wanted, f"a vendor by hour, from {made} rows of hours")
    rows = engine.rows(texts[2] + plain, vendor="openai", since="2026-07-10 00:00:00", until="2026-07-11 00:00:00")
    total = sum(count for (vendor, _), count in per_hour.items() if vendor == "openai")
    check(rows and max(row["interactions"] for row in rows) <= total and rows[-1]["minute"] <= "2026-07-11", "a sliding hour")


def egret_hours(engine):
    """Makes the rows of hours, as the view does by the clock, for the day of the test."""
    for statement in statements(egret("schema", "clickhouse").stdout):
        if "egret.to_hour" in statement:
            query = statement.split(" AS\n", 1)[1].replace("toStartOfHour(now('UTC')) - INTERVAL 26 HOUR", "toDateTime('2026-07-01 00:00:00', 'UTC')")
            engine.query("INSERT INTO egret.hour " + query)
    return engine.value("SELECT count() FROM egret.hour")


def masked(engine):
    """A reader without addresses sees all rows and no source."""
    names = columns(engine, "flow_masked")
    check(not {"src_ip", "src_ip_text", "src_port", "net_community_id", "flow_id"} & set(names) and "src_group" in names, "masked columns", names)
    check(engine.value("SELECT count() FROM egret.flow_masked") == engine.value("SELECT count() FROM egret.flow FINAL"), "masked rows")


def migration():
    """Tables of version 1 with rows, migrated to the present version, equal those of a new schema."""
    engine.query("DROP DATABASE egret")
    engine.make(version=1)
    fleet = synthetic.Fleet(9, 2)
    day = synthetic.epoch("2026-07-01")
    engine.insert([synthetic.dump(fleet.flow(day + n * synthetic.NANOSECONDS)) for n in range(300)])
    for statement in statements(egret("schema", "clickhouse", "--from", "1").stdout):
        engine.query(statement)
    event = fleet.flow(day + 400 * synthetic.NANOSECONDS, product=synthetic.PRODUCTS[0])
    event["first_seen"] = {"vendor": ["source", "group"]}
    engine.insert([synthetic.dump(event)])
    check(engine.value("SELECT count() FROM egret.flow FINAL WHERE has(first_seen_vendor, 'group')") == 1, "a new column is filled")
    check(engine.value("SELECT count() FROM egret.flow FINAL") == 301, "rows of before are there")
    described = {name: {row["name"]: row["type"] for row in engine.rows(f"DESCRIBE TABLE egret.{name}")}
                 for name in ("flow", "dns", "finding", "flow_masked")}
    engine.query("DROP DATABASE egret")
    engine.make()
    for name, wanted in described.items():
        found = {row["name"]: row["type"] for row in engine.rows(f"DESCRIBE TABLE egret.{name}")}
        check(found == wanted, f"{name} is the same by migration and in a new schema", set(found.items()) ^ set(wanted.items()))
    check(engine.value("SELECT max(version) FROM egret.schema_version") >= 2, "the version is noted")


engine = Engine()
engine.make()
count = golden(engine)
deliveries(engine)
questions(engine)
masked(engine)
migration()
print(f"{count} golden events")
check.end("tables on the engine")
