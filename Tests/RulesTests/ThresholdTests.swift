import Bytes
import Flows
import Testing

@testable import Rules

@Suite struct ThresholdTests {
    /// A generator whose sequence is the same in every run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test(
        "A window counter equals a plain model of all that came, for sliding and tumbling windows", arguments: [60, 1])
    func model(_ length: Int64) {
        var dice = Dice(state: 7)
        var counter = WindowCounter()
        var all: [(step: Int64, amount: Int64)] = []
        var step: Int64 = -100
        for _ in 0..<5_000 {
            if Int.random(in: 0..<3, using: &dice) == 0 { step += Int64.random(in: 0...40, using: &dice) }
            let amount = Int64.random(in: 0...9, using: &dice)
            all.append((step, amount))
            counter.add(amount, at: step, length: length)
            let expected = all.filter { step - $0.step < length }.reduce(0) { $0 + $1.amount }
            #expect(counter.total == expected)
        }
    }

    @Test("The table of groups equals a plain model, groups taken apart")
    func groups() {
        let threshold = Threshold(
            count: .flows, comparison: .gt, value: 20, window: 3_600_000_000_000, kind: .sliding,
            groupBy: [Field.named("src.ip")].compactMap { $0 })
        var table = ThresholdTable(threshold, isJudgedAtEnd: false)
        var dice = Dice(state: 3)
        var all: [(client: Int, step: Int64)] = []
        var nanoseconds: Int64 = 1_785_542_400_000_000_000
        for _ in 0..<3_000 {
            nanoseconds += Int64.random(in: 0...60_000_000_000, using: &dice)
            let client = Int.random(in: 0..<6, using: &dice)
            let step = nanoseconds / 60_000_000_000
            all.append((client, step))
            let observation = observe("claude.ai", from: "10.0.0.\(client)")
            let reading = table.add(1, observation, at: Timestamp(nanoseconds: nanoseconds))
            let expected = all.filter { $0.client == client && step - $0.step < 60 }.count
            #expect(reading.value == Double(expected) && reading.isReached == (expected > 20))
        }
    }

    @Test("What came one window ago is out, one millisecond less is in")
    func boundary() {
        let text = "  threshold: {count: flows, op: gte, value: 2, window: 1h, group_by: [src.ip]}\n"
        for (time, expected) in [("2026-08-01T00:59:59.999Z", 1), ("2026-08-01T01:00:00Z", 0)] {
            var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}", text))
            _ = engine.alerts(observe("claude.ai", at: "2026-08-01T00:00:00Z", flow: 1))
            #expect(engine.alerts(observe("claude.ai", at: time, flow: 2)).count == expected, "\(time)")
        }
    }

    @Test("Tumbling windows are aligned and forget at their end")
    func tumbling() {
        let text = "  threshold: {count: flows, op: gte, value: 2, window: 1h, type: tumbling, group_by: [src.ip]}\n"
        var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}", text))
        #expect(engine.alerts(observe("claude.ai", at: "2026-08-01T00:59:59.999Z", flow: 1)).isEmpty)
        #expect(engine.alerts(observe("claude.ai", at: "2026-08-01T01:00:00Z", flow: 2)).isEmpty)
        #expect(engine.alerts(observe("claude.ai", at: "2026-08-01T01:59:59.999Z", flow: 3)).count == 1)
    }

    @Test("Distinct values are exact to 1,024 and within a tenth past it, and the alert says which")
    func distinct() {
        var counter = DistinctCounter()
        for number in 1...1_024 {
            counter.add("host-\(number)", at: 0, length: 60)
            counter.add("host-\(number)", at: 0, length: 60)
            #expect(counter.count == Int64(number) && !counter.isEstimate)
        }
        for number in 1_025...100_000 { counter.add("host-\(number)", at: 0, length: 60) }
        #expect(counter.isEstimate && counter.kept <= 1_024)
        #expect(abs(counter.count - 100_000) < 10_000, "\(counter.count)")
        counter.add("later", at: 60, length: 60)
        #expect(counter.kept <= 1)

        let text = "  threshold: {count: distinct(dst.host), op: gt, value: 1500, window: 1h, group_by: [src.ip]}\n"
        var engine = RuleEngine(rules: rule("{src.port: 50000}", text))
        var alerts: [Alert] = []
        for number in 0..<2_200 where alerts.isEmpty {
            alerts = engine.alerts(observe("h\(number).example", flow: UInt64(number)))
        }
        #expect(alerts.first?.isThresholdEstimated == true)
        #expect(alerts.first?.message.hasSuffix("(estimated count)") == true)
    }

    @Test("Distinct values leave with their window")
    func expiry() {
        var dice = Dice(state: 11)
        var counter = DistinctCounter()
        var last: [String: Int64] = [:]
        var step: Int64 = 0
        for _ in 0..<5_000 {
            step += Int64.random(in: 0...2, using: &dice)
            let value = "v\(Int.random(in: 0..<200, using: &dice))"
            last[value] = step
            counter.add(value, at: step, length: 60)
            #expect(counter.count == Int64(last.values.filter { step - $0 < 60 }.count))
        }
    }

    @Test("min_distinct holds a rule back until enough different values came")
    func companions() {
        let text = """
              threshold: {count: flows, op: gt, value: 2, window: 1h, group_by: [ai.vendor], min_distinct: {field: src.ip, value: 3}}
            """
        var engine = RuleEngine(rules: rule("{ai.vendor: anthropic}", text))
        for number in 0..<9 {
            #expect(engine.alerts(observe("claude.ai", from: "10.0.0.\(number % 2)", flow: UInt64(number))).isEmpty)
        }
        #expect(engine.alerts(observe("claude.ai", from: "10.0.0.9", flow: 99)).map(\.thresholdValue) == [10])
    }

    @Test("The group seen least recently gives way")
    func eviction() {
        var threshold = Threshold(groupBy: [Field.named("src.ip")].compactMap { $0 })
        threshold.maxGroups = 3
        var table = ThresholdTable(threshold, isJudgedAtEnd: false)
        let time = Timestamp(seconds: 1, nanoseconds: 0)
        func add(_ client: Int) -> Double {
            table.add(1, observe("claude.ai", from: "10.0.0.\(client)"), at: time).value
        }
        #expect([1, 2, 3, 1, 4, 1, 3, 2].map(add) == [1, 1, 1, 2, 1, 3, 2, 1])
        #expect(table.count == 3 && table.overflow == 2)
    }
}
