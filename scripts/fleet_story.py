#!/usr/bin/env python3
"""The shape that no single gateway sees, as a simulation: 25,000 accounts behind 3,000 sources and 40 gateways make 28.8 million
interactions with one vendor from 22 April to 5 June 2026, 26 an account and day, among ordinary traffic of 10 million flows a day.

The rule is the one that ships, rules/policies/distillation-shape.yaml, compiled by `egret rules sql`. It is asked once over all gateways
and once for each gateway alone (grouped by sensor.id too), and ai-heavy-use of heavy-use.yaml for each source alone. Then the volume of
the campaign is varied, to see from which on it is found, and the ordinary traffic, to see when that alone alerts.

What is aggregated: a row is what one source does with one vendor within ten minutes, some two flows, at one gateway. The 9.7 million
flows a day that concern no AI vendor are left out: tables are sorted by vendor, and the rule never reads them. Rows are made by the
engine itself from hashes of their number, so that every run makes the same ones; they go into egret.flow as the view of lines fills it.
Sources work from 08 to 20 o'clock on working days mostly; the campaign runs around the clock, as a program does.

usage: scripts/fleet_story.py [--plot docs/fleet-story.svg] [--json FILE] [--days N]
Needs the environment of `make fleet`.
"""
import argparse
import json
import pathlib
import sys
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Fleet"))
from engine import Engine, egret, statements  # noqa: E402

GATEWAYS, SOURCES, ACCOUNTS = 40, 3000, 25_000
TOTAL = 28_800_000
FIRST, BEGIN, END, LAST = "2026-04-15", "2026-04-22", "2026-06-06", "2026-06-12"
VENDOR = "anthropic"
# Of 300,000 AI flows a day: the vendors' shares. A row is two flows with three interactions in all.
VENDORS = {"openai": 45, "anthropic": 20, "google": 15, "deepseek": 10, "mistral": 5, "xai": 5}
ROWS_A_DAY = 150_000
VOLUMES = [0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.5]
ORDINARY = [1, 1.5, 2, 3]


def days(first, last):
    import datetime
    day, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    while day < end:
        yield day.isoformat()
        day += datetime.timedelta(days=1)


def insert(day, rows, columns, seed, boot):
    """Puts rows of one day into egret.flow; `columns` are expressions over `number` and `h`, a hash of it."""
    names = ", ".join(columns)
    values = ", ".join(f"{text} AS {name}" for name, text in columns.items())
    return f"""INSERT INTO egret.flow (time, sensor_id, boot, seq, flow_number, flow_part, flow_final, flow_answered, flow_method, {names})
        SELECT toDateTime64('{day} 00:00:00', 3, 'UTC') + toIntervalMillisecond(at), concat('gw-', leftPad(toString(gateway), 2, '0')),
            '{boot}-{day}', number, cityHash64(number, '{day}', {seed}), 1, true, true, 'http2_records', {", ".join(columns)}
        FROM (SELECT *, {values} FROM (SELECT number, cityHash64(number, '{day}', {seed}) AS h, {{clock}} AS at, {{gateway}} AS gateway
            FROM numbers({int(rows)})))
        SETTINGS max_threads = 1, max_insert_threads = 1"""


def ordinary(day, factor=1.0):
    """What people do: 20,000 sources, each at its own gateway, by their working hours."""
    shares, cases, total = 0, [], sum(VENDORS.values())
    for vendor, share in VENDORS.items():
        shares += share
        cases.append(f"h % {total} < {shares}, '{vendor}'")
    import datetime
    works = datetime.date.fromisoformat(day).weekday() < 5
    source = "intDiv(h, 1000) % 20000"
    # The mean of four uniform numbers around noon, from 08 to 20; one in ten at any time.
    bell = " + ".join(f"cityHash64(h, {n}) % 43200000" for n in range(4))
    clock = f"if(cityHash64(h, 9) % 10 = 0, cityHash64(h, 8) % 86400000, 28800000 + intDiv({bell}, 4))"
    return insert(day, ROWS_A_DAY * factor * (1 if works else 0.25), {
        "ai_vendor": f"multiIf({', '.join(cases)}, '')", "ai_product": "concat(ai_vendor, '-chat')",
        "ai_role": "'web'", "ai_confidence": "'high'",
        "src_ip": f"toIPv6(IPv4NumToString(toUInt32(180879360 + {source})))",
        "flow_interactions_est": "toUInt32(1 + cityHash64(h, 5) % 5)", "flow_bytes_up": "toUInt64(20000 + h % 60000)",
    }, 1, "o").replace("{clock}", clock).replace("{gateway}", f"{source} % {GATEWAYS}")


def campaign(day, volume=1.0):
    """25,000 accounts, 26 interactions a day each, around the clock, behind 3,000 sources; a row is ten interactions."""
    length = len(list(days(BEGIN, END)))
    rows = TOTAL * volume / length / 10
    account = f"h % {ACCOUNTS}"
    source = f"cityHash64({account}, 77) % {SOURCES}"
    return insert(day, rows, {
        "ai_vendor": f"'{VENDOR}'", "ai_product": f"'{VENDOR}-api'", "ai_role": "'inference'", "ai_confidence": "'high'",
        "src_ip": f"toIPv6(IPv4NumToString(toUInt32(184549376 + {source})))",
        "flow_interactions_est": "toUInt32(10)", "flow_bytes_up": "toUInt64(40000 + h % 90000)",
    }, 2, "c").replace("{clock}", "cityHash64(h, 6) % 86400000").replace("{gateway}", f"{source} % {GATEWAYS}")


def compiled():
    """The shipped rule over the fleet, the same for each gateway alone, and the shipped rule for one source, as SQL."""
    shape = yaml.safe_load((ROOT / "rules/policies/distillation-shape.yaml").read_text())
    rule = shape["rules"][0]
    rule.pop("tests", None)
    alone = json.loads(json.dumps(rule))
    alone["id"] = "gateway-alone"
    alone["threshold"]["group_by"] = ["sensor.id", "ai.vendor"]
    alone["dedup"]["by"] = ["sensor.id", "ai.vendor"]
    shape["rules"] = [rule, alone]
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "rules.yaml"
        path.write_text(yaml.safe_dump(shape, sort_keys=False))
        text = egret("rules", "sql", path).stdout + egret("rules", "sql", ROOT / "rules/policies/heavy-use.yaml").stdout
    return {part.splitlines()[0].split()[2]: part for part in statements(text)}


class Story:
    def __init__(self, engine):
        self.engine, self.sql, self.seconds = engine, compiled(), 0

    def alerts(self, rule, first, last):
        """The alerts of a rule between two days, with the vendor of each."""
        begin = time.process_time()
        rows = self.engine.rows(self.sql[rule] + "\nSETTINGS max_threads = 1, output_format_json_quote_64bit_integers = 0",
                                **{"from": f"{first} 00:00:00.000", "to": f"{last} 00:00:00.000"})
        self.seconds += time.process_time() - begin
        return rows

    def peaks(self, group, where="1"):
        """The highest sliding hour of each day over all, of any value of `group`."""
        columns = f"{group}, " if group else ""
        part = f"PARTITION BY {group} " if group else ""
        return {row["day"]: row["peak"] for row in self.engine.rows(
            f"""SELECT toDate(minute) AS day, max(hour) AS peak FROM (
                SELECT {columns}minute, sum(n) OVER ({part}ORDER BY minute RANGE BETWEEN 3540 PRECEDING AND CURRENT ROW) AS hour
                FROM (SELECT {columns}toStartOfMinute(toDateTime(time, 'UTC')) AS minute, sum(flow_interactions_est) AS n
                    FROM egret.flow WHERE ai_vendor = '{VENDOR}' AND {where} GROUP BY {columns}minute))
                GROUP BY day ORDER BY day SETTINGS max_threads = 1, output_format_json_quote_64bit_integers = 0""")}

    def empty(self):
        self.engine.query("TRUNCATE TABLE egret.flow")


def plot(path, fleet, gateway, source, sweep, threshold=20_000):
    """Draws the days, and the volumes, as SVG."""
    width, height, left, top, right = 960, 430, 70, 40, 640
    dates = sorted(fleet)
    highest = max(fleet.values()) * 1.1
    x = lambda n: left + (right - left) * n / max(1, len(dates) - 1)
    y = lambda v: height - 60 - (height - 60 - top) * v / highest
    line = lambda values: " ".join(f"{x(n):.1f},{y(values.get(day, 0)):.1f}" for n, day in enumerate(dates))
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="#fff"/>',
           f'<text x="{left}" y="20" font-size="14">Interactions with one vendor in the highest hour of a day</text>']
    inside = [n for n, day in enumerate(dates) if BEGIN <= day < END]
    if inside:
        out.append(f'<rect x="{x(inside[0]):.1f}" y="{top}" width="{x(inside[-1]) - x(inside[0]):.1f}" height="{height - 60 - top}" fill="#f3ead8"/>')
        out.append(f'<text x="{x(inside[0]) + 6:.1f}" y="{top + 14}" fill="#6b5a2a">the campaign: 22 April to 5 June</text>')
    for value in range(0, int(highest), 10_000):
        out.append(f'<line x1="{left}" x2="{right}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>'
                   f'<text x="{left - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,}</text>')
    out.append(f'<line x1="{left}" x2="{right}" y1="{y(threshold):.1f}" y2="{y(threshold):.1f}" stroke="#b00" stroke-dasharray="6 4"/>'
               f'<text x="{right - 4}" y="{y(threshold) - 5:.1f}" text-anchor="end" fill="#b00">the rule: 20,000 an hour</text>')
    for values, color, name, shift in [(fleet, "#1b5e9b", "all 40 gateways", -8), (gateway, "#2e7d32", "the busiest gateway alone", -8),
                                       (source, "#7b3fa0", "the busiest source alone", 16)]:
        out.append(f'<polyline points="{line(values)}" fill="none" stroke="{color}" stroke-width="2"/>')
        middle = len(dates) // 2
        out.append(f'<text x="{x(middle):.1f}" y="{y(values.get(dates[middle], 0)) + shift:.1f}" fill="{color}">{name}</text>')
    for n, day in enumerate(dates):
        if n % 14 == 0:
            out.append(f'<text x="{x(n):.1f}" y="{height - 40}" text-anchor="middle">{day[5:]}</text>')
    base, step = right + 60, 30
    out.append(f'<text x="{base}" y="{top}" font-size="13">Volume of the campaign</text>')
    for n, item in enumerate(sweep):
        place = top + 24 + n * step
        found = item["alerts"] > 0
        color = "#1b5e9b" if found else "#999"
        out.append(f'<rect x="{base}" y="{place - 11}" width="{150 * item["volume"] / 1.5:.0f}" height="14" fill="{color}"/>'
                   f'<text x="{base + 156}" y="{place}">{item["volume"]:.0%} {"found" if found else "not found"}</text>')
    out.append(f'<text x="{left}" y="{height - 14}" fill="#555">made by scripts/fleet_story.py: distillation-shape, compiled by egret rules sql</text></svg>')
    pathlib.Path(path).write_text("\n".join(out) + "\n")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--plot")
    options.add_argument("--json")
    options.add_argument("--days", type=int, help="only so many days of ordinary traffic, the campaign among them")
    options = options.parse_args()
    engine = Engine()
    engine.make()
    story = Story(engine)
    every = list(days(FIRST, LAST))[:options.days]
    last = every[-1]
    for day in every:
        engine.query(ordinary(day))
    quiet = story.alerts("distillation-shape", every[0], last)
    for day in every:
        if BEGIN <= day < END:
            engine.query(campaign(day))
    counts = engine.rows(f"""SELECT count() AS rows, sumIf(flow_interactions_est, boot LIKE 'c-%') AS campaign, uniqExactIf(src_ip, boot LIKE 'c-%')
        AS sources, uniqExactIf(sensor_id, boot LIKE 'c-%') AS gateways FROM egret.flow SETTINGS output_format_json_quote_64bit_integers = 0""")[0]
    fleet = story.alerts("distillation-shape", every[0], last)
    alone = story.alerts("gateway-alone", every[0], last)
    heavy = story.alerts("ai-heavy-use", every[0], last)
    peaks = story.peaks(""), story.peaks("sensor_id"), story.peaks("src_ip")
    week = [day for day in days("2026-05-04", "2026-05-11")][:options.days]
    sweep, noise = [], []
    for volume in VOLUMES:
        story.empty()
        for day in week:
            engine.query(ordinary(day))
            engine.query(campaign(day, volume))
        rows = story.alerts("distillation-shape", week[0], "2026-05-11")
        sweep.append({"volume": volume, "interactions_an_hour": round(TOTAL * volume / 45 / 24), "alerts": len(rows),
                      "first": rows[0]["first_seen"] if rows else None})
    for factor in ORDINARY:
        story.empty()
        for day in week:
            engine.query(ordinary(day, factor))
        rows = story.alerts("distillation-shape", week[0], "2026-05-11")
        noise.append({"ordinary": factor, "alerts": len(rows), "vendors": sorted({row["key"][0] for row in rows})})
    result = {"rows": counts, "alerts_before_the_campaign_is_added": len(quiet),
              "fleet": [{name: row[name] for name in ("key", "first_seen", "last_seen", "threshold_highest")} | {"sensors": len(row["sensors"])}
                        for row in fleet],
              "gateway_alone": len(alone), "source_alone": len(heavy),
              "peak_hour": {"fleet": max(peaks[0].values()), "gateway": max(peaks[1].values()), "source": max(peaks[2].values())},
              "volumes": sweep, "ordinary": noise, "cpu_seconds_of_queries": round(story.seconds, 1)}
    print(json.dumps(result, indent=1))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(result, indent=1) + "\n")
    if options.plot:
        plot(options.plot, *peaks, sweep)
    found = [row for row in fleet if row["key"] == [VENDOR]]
    if not found or alone or heavy or quiet or any(row["key"] != [VENDOR] for row in fleet):
        raise SystemExit("the story does not hold: see the figures above")


if __name__ == "__main__":
    main()
