import Flows
import Protocols
import Testing

@testable import Rules

@Suite struct PerFlowRuleStateTests {
    /// An engine after `count` flows that were named, and never heard of again.
    private func counters(of set: RuleSet, flows count: UInt64, on trigger: Trigger) -> RuleCounters {
        var engine = RuleEngine(rules: set, limits: .init(capacity: 100))
        for flow in 1...count { engine.evaluate(observe("claude.ai", flow: flow), on: trigger) { _ in } }
        return engine.counters
    }

    @Test func flowsThatEndedTakeNoRoomFromThoseThatGoOn() {
        let named = rule("{ai.vendor: anthropic}")
        #expect(counters(of: named, flows: 1_000, on: .flowNamed).flowOverflow == 0)
        let counting = rule(
            "{ai.vendor: anthropic}", "  threshold: {count: flows, op: gt, value: 5, window: 1h, group_by: [src.ip]}\n")
        let counters = counters(of: counting, flows: 1_000, on: .flowNamed)
        #expect(counters.flowOverflow == 0 && counters.stateOverflow == 0)
        #expect(counters.matches == ["one": 1_000])
    }

    @Test func onlyGroupsOfThresholdsAreStateOfThresholds() {
        // Flows that continue, without any threshold: more of them than there is room for.
        let updated = counters(of: rule("{flow.bytes_up: {gte: 0}}"), flows: 1_000, on: .flowUpdate)
        #expect(updated.stateOverflow == 0 && updated.flowOverflow > 0)
    }

    @Test func aConnectionWhoseRequestsNameSeveralHostsIsCountedOnce() {
        let set = rule(
            "{ai.vendor: anthropic}", "  threshold: {count: flows, op: gt, value: 5, window: 1h, group_by: [src.ip]}\n")
        var engine = RuleEngine(rules: set)
        for (number, host) in ["claude.ai", "api.anthropic.com"].enumerated() {
            let observation = observe(host) {
                $0.flow.names = [NameEvidence(name: host, source: .httpHost)]
                $0.flow.isNamedAgain = number > 0
            }
            #expect(engine.alerts(observation).isEmpty)
        }
        #expect(engine.counters.matches == ["one": 1])
        engine.forget(flow: 1)
        #expect(!engine.keepsFlows)
    }

    @Test func aRunningFlowIsStillCountedOnce() {
        var engine = RuleEngine(rules: rule("{flow.bytes_up: {gte: 0}}"))
        for _ in 0..<5 { engine.evaluate(observe("claude.ai", flow: 7), on: .flowUpdate) { _ in } }
        engine.evaluate(observe("claude.ai", flow: 7), on: .flowEnd) { _ in }
        #expect(engine.counters.matches == ["one": 1])
    }
}
