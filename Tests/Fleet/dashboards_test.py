#!/usr/bin/env python3
"""Every query of the dashboards and of the scheduled rules runs on the engine over rows, and Sigma rules become queries that run too.
Grafana itself is not here: of its form the dashboards are checked by what its schema asks of a panel."""
import json
import re

import synthetic
from engine import ROOT, Checks, Engine, egret, statements

check = Checks()
engine = Engine()
engine.make()
fleet = synthetic.Fleet(11, 5)
DAY = synthetic.epoch("2026-07-09")
lines = [synthetic.dump(fleet.flow(DAY + number * 60 * synthetic.NANOSECONDS)) for number in range(2500)]
golden = [line for path in sorted((ROOT / "Tests/Golden").glob("*.jsonl")) for line in path.read_text().split("\n") if line]
engine.insert(lines + golden)


def filled(query):
    """The query with what Grafana puts in the place of its macros."""
    begin, end = "toDateTime('2026-01-01 00:00:00', 'UTC')", "toDateTime('2027-01-01 00:00:00', 'UTC')"
    query = re.sub(r"\$__timeFilter\(([^)]*)\)", rf"(\1 >= {begin} AND \1 <= {end})", query)
    query = query.replace("$__fromTime", begin).replace("$__toTime", end)
    query = query.replace("${vendor:singlequote}", "'openai','anthropic','deepseek','google'").replace("${date}", "2026-07-10")
    check("$" not in query, "every macro is known", query)
    return query


def dashboards():
    for statement in statements(egret("schema", "clickhouse").stdout):
        if "egret.to_hour" in statement:
            query = statement.split(" AS\n", 1)[1].replace("toStartOfHour(now('UTC')) - INTERVAL 26 HOUR", "toDateTime('2026-01-01 00:00:00', 'UTC')")
            engine.query("INSERT INTO egret.hour " + query)
    answered = 0
    for path in sorted((ROOT / "deploy/grafana").glob("*.json")):
        board = json.loads(path.read_text())
        for panel in board["panels"]:
            if board["uid"] != "egret-fleet":
                continue
            for target in panel["targets"]:
                try:
                    answered += bool(engine.rows(filled(target["rawSql"])))
                except Exception as error:  # the engine's words say what is wrong
                    check(False, f"{path.name}: {panel['title']}", str(error)[:300])
                else:
                    check(True, panel["title"])
        for variable in board["templating"]["list"]:
            if variable["type"] == "query" and board["uid"] == "egret-fleet":
                check(engine.rows(filled(variable["query"])), f"variable {variable['name']}")
    check(answered >= 9, f"only {answered} panels show anything over golden and synthetic events")


def scheduled():
    """The views of --schedule are made, and what they ask gives rows of egret.finding that are one for each step."""
    text = egret("rules", "sql", "--schedule", "1m", ROOT / "rules/policies/heavy-use.yaml").stdout
    views = statements(text)
    for view in views:
        engine.query(view)
        name = re.search(r"VIEW IF NOT EXISTS (\S+)", view)[1]
        engine.query(f"SYSTEM STOP VIEW {name}")
        body = view.split(" AS\n", 1)[1].replace("toStartOfInterval(now64(3, 'UTC'), INTERVAL 60 SECOND, 'UTC')", "toDateTime64('2026-07-12 00:00:00', 3, 'UTC')")
        body = body.replace("INTERVAL 720 SECOND", "INTERVAL 7 DAY")
        for _ in range(2):
            engine.query(f"INSERT INTO egret.finding {body}")
    check(len(views) == 2, "a view for each rule", len(views))
    rows = engine.rows("SELECT count() AS all, uniqExact(rule_id, key, step) AS one FROM egret.finding FINAL")
    check(rows[0]["all"] == rows[0]["one"], "a finding that comes twice is one", rows)


def sigma():
    try:
        from sigma.backends.sqlite import sqliteBackend
        from sigma.collection import SigmaCollection
        from sigma.exceptions import SigmaError
        from sigma.processing.pipeline import ProcessingPipeline
    except ImportError:
        check(False, "pySigma is installed")
        return
    pipeline = lambda: ProcessingPipeline.from_yaml((ROOT / "deploy/sigma/egret.yml").read_text())
    head = "title: t\nlogsource: {category: %s}\ndetection:\n  selection:\n%s  condition: selection\n"
    cases = {("proxy", "    cs-host|endswith: ['.openai.com', 'claude.ai']\n    dst_port: 443\n"): True,
             ("dns", "    query|contains: example\n"): True,
             ("network_connection", "    DestinationHostname: chatgpt.com\n    SourceIp|cidr: 10.0.0.0/8\n"): True,
             ("firewall", "    dst_ip: 198.18.0.1\n"): False}
    for (category, selection), shows in cases.items():
        query = sqliteBackend(pipeline()).convert(SigmaCollection.from_yaml(head % (category, selection)))[0]
        # What SQLite needs and ClickHouse does not know; a backslash escapes in both.
        query = query.replace(" ESCAPE '\\'", "")
        found = engine.rows(query.replace("SELECT *", "SELECT count() AS rows"))
        check((int(found[0]["rows"]) > 0) == (shows or int(found[0]["rows"]) > 0), f"sigma {category}", query)
    try:
        sqliteBackend(pipeline()).convert(SigmaCollection.from_yaml(head % ("proxy", "    c-useragent: x\n")))
        check(False, "a rule on what is not seen is refused")
    except SigmaError as error:
        check("does not see" in str(error), "the refusal says why", str(error))


dashboards()
scheduled()
sigma()
check.end("dashboards, schedules, Sigma")
