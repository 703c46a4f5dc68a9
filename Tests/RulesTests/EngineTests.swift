import Bytes
import Flows
import Protocols
import Testing
import Text
import Vendors

@testable import Rules

@Suite struct EngineTests {
    private func at(_ seconds: Int64, ms: Int64 = 0) -> Timestamp {
        Timestamp(seconds: 1_785_542_400 + seconds, nanoseconds: ms * 1_000_000)
    }

    private func flow(
        _ id: UInt64, _ time: Timestamp, from client: String = "10.1.2.3", bytes: UInt64 = 0,
        to host: String = "claude.ai"
    ) -> Observation {
        observe(host, from: client, flow: id) {
            $0.time = time
            $0.flow.bytesUp = bytes
        }
    }

    @Test("valid_from is inclusive, valid_until exclusive, to the millisecond")
    func validity() {
        let set = rule(
            "{ai.vendor: anthropic}",
            "  timezone: Asia/Shanghai\n  valid_from: 2026-07-10\n  valid_until: 2026-07-11\n")
        func verdict(_ time: String) -> Verdict? { set.rules.first?.verdict(observe("claude.ai", at: time)) }
        #expect(verdict("2026-07-09T23:59:59.999+08:00") == .notYetValid)
        #expect(verdict("2026-07-10T00:00:00+08:00") == .match(inGrace: false))
        #expect(verdict("2026-07-10T23:59:59.999+08:00") == .match(inGrace: false))
        #expect(verdict("2026-07-11T00:00:00+08:00") == .noLongerValid)
    }

    @Test("An exception ends when its date begins, to the millisecond")
    func expiry() {
        let set = rule(
            "{ai.vendor: anthropic}",
            """
              timezone: Asia/Shanghai
              exceptions: [{name: x, match: {src.port: 50000}, reason: r, owner: o, expires: 2026-12-31}]
            """)
        func verdict(_ time: String) -> Verdict? { set.rules.first?.verdict(observe("claude.ai", at: time)) }
        #expect(verdict("2026-12-30T23:59:59.999+08:00") == .suppressed(0))
        #expect(verdict("2026-12-31T00:00:00+08:00") == .match(inGrace: false))
    }

    @Test("One alert opens, is updated and closes; every hit that is suppressed is counted")
    func lifecycle() {
        var engine = RuleEngine(
            rules: rule(
                "{ai.vendor: anthropic}", "  dedup: {by: [src.ip], for: 1h, update_every: 10m, close_after: 30m}\n"))
        var log: [String] = []
        func note(_ alerts: [Alert]) { log += alerts.map { "\($0.status.rawValue) \($0.count)" } }
        note(engine.alerts(flow(1, at(0))))
        note(engine.alerts(flow(2, at(1))))
        note(engine.alerts(flow(3, at(599, ms: 999))))
        note(engine.alerts(flow(4, at(600))))
        note(engine.alerts(flow(5, at(601), from: "10.9.9.9")))
        #expect(log == ["open 1", "update 4", "open 1"])
        #expect(engine.counters.hits == ["one": 5])
        log = []
        var closed: [Alert] = []
        engine.advance(to: at(2_399, ms: 999)) { closed.append($0) }
        #expect(closed.isEmpty)
        engine.advance(to: at(2_400)) { closed.append($0) }
        #expect(closed.map { "\($0.status.rawValue) \($0.count)" } == ["closed 4"])
        #expect(closed.first?.firstSeen == at(0) && closed.first?.lastSeen == at(600))
        engine.finish(at: at(2_400)) { closed.append($0) }
        #expect(closed.count == 2 && engine.alerts.count == 0)
        note(engine.alerts(flow(6, at(2_401))))
        #expect(log == ["open 1"])
    }

    @Test("A graver hit updates an open alert at once, and its severity never falls")
    func worsening() {
        var engine = RuleEngine(
            rules: rule(
                "{ai.vendor: anthropic}",
                "  severity: low\n  severity_when: [{match: {dst.host: claude.ai}, severity: high}]\n  dedup: {by: [src.ip], for: 1h}\n"
            ))
        #expect(engine.alerts(flow(1, at(0), to: "api.anthropic.com")).map(\.severity) == [.low])
        let worse = engine.alerts(flow(2, at(1)))
        #expect(worse.map(\.severity) == [.high] && worse.map(\.status) == [.update] && worse.map(\.count) == [2])
        #expect(engine.alerts(flow(3, at(2), to: "api.anthropic.com")).isEmpty)
        var closed: [Alert] = []
        engine.finish(at: at(3)) { closed.append($0) }
        #expect(closed.map(\.severity) == [.high])
    }

    @Test("A flow that is reported many times is one hit, and adds up by what it grew")
    func reports() {
        var single = RuleEngine(rules: rule("{flow.bytes_up: {gt: 5}}"))
        #expect(single.alerts(flow(1, at(0), bytes: 6), on: .flowUpdate).count == 1)
        #expect(single.alerts(flow(1, at(1), bytes: 9), on: .flowUpdate).isEmpty)
        #expect(single.alerts(flow(1, at(2), bytes: 9), on: .flowEnd).isEmpty)
        #expect(single.counters.hits == ["one": 1] && single.counters.matches == ["one": 1])

        let threshold = "  threshold: {count: sum(flow.bytes_up), op: gt, value: 100, window: 1h, group_by: [src.ip]}\n"
        var sum = RuleEngine(rules: rule("{ai.vendor: anthropic}", threshold))
        #expect(sum.alerts(flow(1, at(0), bytes: 60), on: .flowUpdate).isEmpty)
        #expect(sum.alerts(flow(1, at(1), bytes: 90), on: .flowUpdate).isEmpty)
        #expect(sum.alerts(flow(1, at(2), bytes: 100), on: .flowEnd).isEmpty)
        #expect(sum.alerts(flow(2, at(3), bytes: 1), on: .flowEnd).map(\.thresholdValue) == [101])

        let flows =
            "  on: flow_update\n  threshold: {count: flows, op: gte, value: 2, window: 1h, group_by: [src.ip]}\n"
        var count = RuleEngine(rules: rule("{ai.vendor: anthropic}", flows))
        for second in 0..<5 { #expect(count.alerts(flow(1, at(Int64(second))), on: .flowUpdate).isEmpty) }
        #expect(count.alerts(flow(2, at(6)), on: .flowEnd).count == 1)
    }

    @Test("What a flow carried within the hours that a schedule leaves out is not charged to those that follow")
    func scheduledTotals() {
        let text = """
            version: 1
            schedules: {day: {timezone: UTC, weekly: {mon-sun: ["00:00-12:00"]}}}
            rules:
            - id: one
              match: {ai.vendor: anthropic}
              schedule: {except: day}
              threshold: {count: sum(flow.bytes_up), op: gt, value: 5MB, window: 1h, group_by: [src.ip]}
            """
        var engine = RuleEngine(rules: rules(text))
        #expect(engine.alerts(flow(1, at(43_000), bytes: 100_000_000), on: .flowUpdate).isEmpty)
        #expect(engine.alerts(flow(1, at(43_300), bytes: 101_000_000), on: .flowUpdate).isEmpty)
        #expect(engine.counters.matches == ["one": 1])
        #expect(
            engine.alerts(flow(1, at(43_600), bytes: 107_000_000), on: .flowEnd).map(\.thresholdValue) == [7_000_000])
    }

    @Test("Shadow rules count and raise nothing; switched-off ones do neither")
    func shadow() {
        var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}", "  mode: shadow\n"))
        #expect(engine.alerts(flow(1, at(0))).isEmpty)
        #expect(engine.counters.shadow == ["one": 1] && engine.counters.hits == ["one": 1])
        var off = RuleEngine(rules: rule("{ai.vendor: anthropic}", "  enabled: false\n"))
        #expect(off.alerts(flow(1, at(0))).isEmpty && off.counters.matches.isEmpty)
    }

    @Test(
        "Evidence that is lacking holds a rule back and is counted; what an address alone says is at most low"
    )
    func evidence() {
        var engine = RuleEngine(
            rules: rule(
                "{ai.vendor: anthropic}",
                "  severity: high\n  evidence: {min_confidence: high, require_complete: true}\n"))
        var observation = flow(1, at(0))
        observation.flow.isMidstream = true
        #expect(engine.alerts(observation).isEmpty)
        observation = flow(2, at(0))
        observation.attribution?.confidence = .medium
        #expect(engine.alerts(observation).isEmpty)
        #expect(engine.counters.lackingEvidence == ["one": 2])
        #expect(engine.alerts(flow(3, at(1))).map(\.severity) == [.high])
        var plain = RuleEngine(rules: rule("{ai.vendor: anthropic}", "  severity: high\n"))
        observation = flow(4, at(2))
        observation.flow.names = []
        observation.attribution?.confidence = .low
        #expect(plain.alerts(observation).map(\.severity) == [.low])
        var other = RuleEngine(rules: rule("{src.port: 50000}", "  severity: high\n  on: flow_named\n"))
        #expect(other.alerts(observation).map(\.severity) == [.high])
    }

    @Test(
        "Exceptions hold for their rule and their fields, are counted, and one that is broad is reported")
    func exceptions() {
        let text = """
            version: 1
            rules:
            - id: one
              match: {ai.vendor: anthropic}
              dedup: {by: [src.ip, dst.host], for: 1h}
              exceptions:
              - {name: team, match: {src.ip: {cidr: 10.1.0.0/16}, dst.host: claude.ai}, reason: r, owner: o, permanent: true}
            - {id: two, match: {ai.vendor: anthropic}, dedup: {by: [src.ip, dst.host], for: 1h}}
            """
        var engine = RuleEngine(rules: rules(text))
        for number in 0..<19 { _ = engine.alerts(flow(UInt64(number), at(0))) }
        #expect(engine.counters.suppressed == ["one/team": 19])
        #expect(engine.counters.broadExceptions.isEmpty)
        #expect(engine.alerts(flow(100, at(1), to: "api.anthropic.com")).map(\.ruleID) == ["one", "two"])
        #expect(engine.counters.broadExceptions == [BroadException(name: "one/team", held: 19, matches: 20)])
        #expect(
            engine.counters.broadExceptions.map(\.description) == [
                "the exception one/team suppressed 95 % of what its rule matched (19 of 20)"
            ])
        #expect(engine.counters.hits == ["one": 1, "two": 20])
        let explained = engine.rules.explain(flow(1, at(0)))
        #expect(
            explained.map(\.outcome) == [.suppressed(exception: "team", reason: "r", owner: "o"), .alerts(.medium)])
    }

    @Test("What an exception suppresses is listed where that is asked for, and changes no alert")
    func suppressed() {
        let text = """
            version: 1
            rules:
            - id: one
              match: {ai.vendor: anthropic}
              severity: high
              dedup: {by: [src.ip], for: 1h}
              message: "{{src.ip}} used {{dst.host}}"
              exceptions:
              - {name: team, match: {src.ip: {cidr: 10.1.0.0/16}, dst.host: claude.ai}, reason: r, owner: o, permanent: true}
            - {id: two, mode: shadow, match: {ai.vendor: anthropic}}
            """
        func run(_ reportsSuppressed: Bool) -> (log: [Alert], counters: RuleCounters) {
            var engine = RuleEngine(rules: rules(text), reportsSuppressed: reportsSuppressed)
            var log: [Alert] = []
            for number in 0..<4 { log += engine.alerts(flow(UInt64(number), at(Int64(number)))) }
            // A later request of a flow that counted is not another match.
            for moment in [at(4), at(6)] {
                var request = flow(4, moment)
                request.flow.names = request.flow.names.map { NameEvidence(name: $0.name, source: .httpHost) }
                log += engine.alerts(request, on: .flowNamed)
            }
            log += engine.alerts(flow(9, at(7), to: "api.anthropic.com"))
            log += engine.alerts(flow(10, at(3_600)))
            engine.finish(at: at(4_000)) { log.append($0) }
            return (log, engine.counters)
        }
        let (listed, counters) = run(true)
        let held = listed.filter { $0.status == .suppressed }
        #expect(held.map(\.count) == [1, 6] && Set(held.map(\.id)).count == 1)
        #expect(held.allSatisfy { $0.suppressedBy == "team" && $0.severity == .high && $0.ruleID == "one" })
        #expect(held.first?.message == "10.1.2.3 used claude.ai")
        #expect(counters.suppressed == ["one/team": 6] && counters.shadow == ["two": 7])
        let (plain, same) = run(false)
        #expect(listed.filter { $0.status != .suppressed }.map { "\($0)" } == plain.map { "\($0)" })
        #expect(plain.map(\.status) == [.open, .closed] && same.suppressed == counters.suppressed)
        #expect(plain.allSatisfy { !held.map(\.id).contains($0.id) })
    }

    @Test("The list of what is suppressed is bounded, and a reload ends it with its totals")
    func heldBackBounds() {
        let text = """
            version: 1
            rules:
            - id: one
              match: {ai.vendor: anthropic}
              dedup: {by: [src.port], for: 1h}
              exceptions: [{name: all, match: {src.ip: {exists: true}}, reason: r, owner: o, permanent: true}]
            """
        var engine = RuleEngine(rules: rules(text), limits: .init(capacity: 5), reportsSuppressed: true)
        var log: [Alert] = []
        for number in 0..<16 {
            var observation = flow(UInt64(number), at(Int64(number)))
            observation.flow.client.port = UInt16(number % 8)
            log += engine.alerts(observation)
        }
        #expect(engine.suppressed.count == 5 && engine.alerts.count == 0)
        #expect(engine.suppressed.overflow == 11 && engine.counters.alertOverflow >= 11)
        #expect(engine.counters.suppressed == ["one/all": 16])
        _ = engine.alerts(flow(20, at(20)))
        _ = engine.alerts(flow(21, at(21)))
        var ended: [Alert] = []
        engine.adopt(rules(text)) { ended.append($0) }
        #expect(ended.map(\.count) == [2] && ended.map(\.status) == [.suppressed] && engine.suppressed.count == 0)
    }

    @Test("Every hit that joins an open alert is counted, in the alert and by its rule")
    func deduplicated() {
        var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}", "  dedup: {by: [src.ip], for: 1h}\n"))
        for number in 0..<10 { _ = engine.alerts(flow(UInt64(number), at(Int64(number)))) }
        #expect(engine.counters.deduplicated == ["one": 9] && engine.counters.hits == ["one": 10])
        var closed: [Alert] = []
        engine.finish(at: at(100)) { closed.append($0) }
        #expect(closed.map(\.count) == [10])
    }

    @Test("Tables are bounded, and what they lose is counted")
    func bounds() {
        let groups = "  threshold: {count: flows, op: gt, value: 1, window: 1h, group_by: [src.port], max_groups: 10}\n"
        var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}", groups), limits: .init(capacity: 5))
        for number in 0..<30 {
            var observation = flow(UInt64(number), at(Int64(number)))
            observation.flow.client.port = UInt16(number)
            _ = engine.alerts(observation)
        }
        #expect(engine.thresholds.first??.count == 10)
        #expect(engine.counters.stateOverflow >= 20)
        var alerts = RuleEngine(
            rules: rule("{ai.vendor: anthropic}", "  dedup: {by: [src.port], for: 1h}\n"), limits: .init(capacity: 5))
        var log: [Alert] = []
        for number in 0..<8 {
            var observation = flow(UInt64(number), at(Int64(number)))
            observation.flow.client.port = UInt16(number)
            log += alerts.alerts(observation)
        }
        #expect(log.filter { $0.status == .open }.count == 8 && log.filter { $0.status == .closed }.count == 3)
        #expect(alerts.alerts.count == 5)
    }

    @Test("A reload keeps counts and alerts of rules that did not change, and closes the alerts of the others")
    func reload() {
        func text(_ value: Int, _ title: String) -> String {
            """
            version: 1
            rules:
            - {id: ban, title: \(title), match: {dst.host: claude.ai}, dedup: {by: [src.ip], for: 1h}}
            - {id: gone-\(value), match: {dst.host: claude.ai}, dedup: {by: [src.ip], for: 1h}}
            - {id: same, match: {ai.vendor: anthropic}, threshold: {count: flows, op: gt, value: 2, window: 1h}}
            - {id: new, match: {ai.vendor: anthropic}, threshold: {count: flows, op: gt, value: \(value), window: 1h}}
            """
        }
        var engine = RuleEngine(rules: rules(text(2, "a")))
        for number in 1...2 { _ = engine.alerts(flow(UInt64(number), at(Int64(number)))) }
        var closed: [Alert] = []
        engine.adopt(rules(text(3, "b"))) { closed.append($0) }
        #expect(closed.map(\.ruleID) == ["gone-2"] && closed.map(\.status) == [.closed])
        let next = engine.alerts(flow(3, at(3)))
        #expect(next.map { "\($0.ruleID) \($0.status.rawValue)" } == ["gone-3 open", "same open"])
        closed = []
        engine.finish(at: at(4)) { closed.append($0) }
        #expect(closed.map { "\($0.ruleID) \($0.count)" } == ["ban 3", "gone-3 1", "same 1"])
    }

    @Test("A rule on the end of windows sees that little came")
    func windows() {
        let text =
            "  on: window\n  threshold: {count: flows, op: lt, value: 3, window: 1h, type: tumbling, group_by: [src.ip]}\n"
        var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}", text))
        for number in 0..<3 { #expect(engine.alerts(flow(UInt64(number), at(Int64(number)))).isEmpty) }
        #expect(engine.alerts(until: "2026-08-01T00:59:59.999Z").isEmpty)
        #expect(engine.alerts(until: "2026-08-01T01:00:00Z").isEmpty)
        // Nothing came in the second window: the group is judged once more, with zero.
        let quiet = engine.alerts(until: "2026-08-01T02:00:00Z")
        #expect(quiet.map(\.thresholdValue) == [0] && quiet.first?.firstSeen == at(7_200))
        #expect(engine.thresholds.first??.count == 0)
    }

    @Test("The same observations give the same alerts, and ids do not depend on the run")
    func determinism() {
        func run() -> [String] {
            let load = RuleFiles.load(paths: [root + "/rules/policies"])
            var engine = RuleEngine(rules: load.rules ?? RuleSet())
            var log: [String] = []
            for number in 0..<300 {
                var observation = flow(
                    UInt64(number), at(Int64(number)), from: "10.1.\(number % 7).\(number % 11)",
                    bytes: UInt64(number) * 100_000,
                    to: ["claude.ai", "api.openai.com", "dns.google", "api.deepseek.com"][number % 4])
                observation.extras["flow.interactions_est"] = .number(Int64(number) * 10)
                for trigger in [Trigger.flowNamed, .flowEnd] {
                    engine.evaluate(observation, on: trigger) {
                        log.append("\($0.id) \($0.ruleID) \($0.status) \($0.count) \($0.message)")
                    }
                }
            }
            engine.finish(at: at(1_000)) { log.append("\($0.id) \($0.ruleID) \($0.status) \($0.count)") }
            return log
        }
        let first = run()
        #expect(first.count > 100 && first == run())
        var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}"))
        #expect(engine.alerts(flow(1, at(0))).map(\.id) == ["4bc41a2497e8b8e3"])
    }

    @Test("Time that goes back changes nothing that was")
    func order() {
        var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}", "  dedup: {by: [src.ip], for: 1m}\n"))
        #expect(engine.alerts(flow(1, at(100))).count == 1)
        #expect(engine.alerts(flow(2, at(50))).isEmpty)
        var closed: [Alert] = []
        engine.advance(to: at(10)) { closed.append($0) }
        #expect(closed.isEmpty)
        engine.advance(to: at(160)) { closed.append($0) }
        #expect(closed.map(\.count) == [2] && closed.first?.lastSeen == at(100))
    }

    @Test("Messages are filled, escaped, and fall back where a field is absent")
    func messages() {
        var engine = RuleEngine(
            rules: rule(
                "{src.port: 50000}",
                "  message: \"{{rule.id}} {{dst.host|dst.ip}} {{ai.vendor|'no one'}} {{src.group}} {{flow.duration}} {{alert.count}}\"\n"
            ))
        let observation = observe(nil) { $0.flow.end = $0.flow.start.advanced(byNanoseconds: 90_000_000_000) }
        #expect(engine.alerts(observation, on: .flowStart).map(\.message) == ["one 198.51.100.20 no one ? 90s 1"])
        var hostile = RuleEngine(rules: rule("{src.port: 50000}", "  message: \"{{dst.host}}\"\n"))
        let named = observe("a\u{1B}]0;x\u{7}\nb")
        #expect(hostile.alerts(named, on: .flowStart).map(\.message) == ["a\\u{1b}]0;x\\u{7}\\u{a}b"])
    }

    @Test("Explain names the first clause that failed, and what the field was")
    func explain() {
        let set = rule("{ai.vendor: anthropic, dst.host: {suffix: claude.com}, src.port: 1}")
        guard case .failed(let clauses) = set.explain(observe("claude.ai")).first?.outcome else {
            Issue.record("it did not fail")
            return
        }
        #expect(clauses.map(\.text) == ["dst.host: {suffix: claude.com}"] && clauses.map(\.found) == ["claude.ai"])
        #expect(clauses.first?.position.description == "rules.yaml:4:33")
        #expect(set.explain(observe("claude.ai")).first?.description.contains("on flow_named") == true)
    }

    @Test("An event in JSON becomes the observation that it says")
    func events() throws {
        let json = """
            {"time":"2026-07-10T02:14:07.123456789Z","type":"flow","seq":184467,"schema":"1.0.0","sensor":{"id":"gw"},
             "flow":{"id":"9f","part":3,"final":true,"state":"closed","duration":731.998,"bytes_up":6321877,"interactions_est":41},
             "src":{"ip":"10.1.2.3","port":51544},"dst":{"ip":"198.51.100.20","port":443,"host":"api.anthropic.com","host_source":"tls_sni"},
             "net":{"transport":"tcp","app":"tls","via_proxy":false},"tls":{"version":"1.3","alpn":["h2","http/1.1"],"hello":{"state":"complete"}},
             "ai":{"vendor":"anthropic","role":"inference","confidence":"high"},"evidence":{"complete":true}}
            """
        let (found, isTimeAssumed, report) = RuleTestRunner { _, _ in nil }.observation(
            from: RuleSource(name: "e.json", text: json))
        #expect(report.isClean && !isTimeAssumed, "\(report.rendered(as: .text))")
        let observation = try #require(found)
        #expect(observation.flow.duration == 731_998_000_000 && observation.flow.bytesUp == 6_321_877)
        #expect(
            observation.attribution?.vendor == "anthropic" && observation.flow.tls?.offeredALPN == ["h2", "http/1.1"])
        #expect(Field.named("flow.interactions_est")?.read(observation) == .number(41))
        #expect(observation.time == moment("2026-07-10T02:14:07.123456789Z") && observation.sensor == "gw")
    }
}
