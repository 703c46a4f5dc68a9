import Bytes
import Testing

@testable import Rules

@Suite struct ExamplePolicyTests {
    @Test("The example policy loads, and its own tests pass")
    func exampleLoads() {
        let load = RuleFiles.load(paths: [root + "/rules/policies/vendor-ban.yaml"])
        #expect(load.report.sorted.map(\.description) == [])
        let results = RuleTestRunner(attribute: attribute).run(load.rules ?? RuleSet())
        #expect(results.count == 9)
        for result in results { #expect(result.outcome == .passed, "\(result.name)") }
    }

    @Test("The ban opens one alert a source and product, counts what it suppresses, and closes")
    func lifecycle() {
        let load = RuleFiles.load(paths: [root + "/rules/policies/vendor-ban.yaml"])
        var engine = RuleEngine(rules: load.rules ?? RuleSet())
        let opened = engine.alerts(observe("api.anthropic.com", flow: 1), on: .flowAnswered)
        #expect(opened.map(\.status) == [.open])
        #expect(opened.first?.severity == .high)
        #expect(opened.first?.group.map(\.value) == ["10.1.2.3", "claude-api"])
        #expect(opened.first?.message == "10.1.2.3 used claude-api (api.anthropic.com, evidence tls_sni) after the ban")
        let second = observe("api.anthropic.com", at: "2026-08-01T10:00:00Z", flow: 2)
        #expect(engine.alerts(second, on: .flowAnswered).isEmpty)
        let exempt = observe("api.anthropic.com", from: "10.20.30.7", at: "2026-08-01T10:00:01Z", flow: 3)
        #expect(engine.alerts(exempt, on: .flowAnswered).isEmpty)
        #expect(engine.counters.suppressed == ["anthropic-ban/legal-review": 1])
        let closed = engine.alerts(until: "2026-08-01T14:00:00Z")
        #expect(closed.map(\.status) == [.closed])
        #expect(closed.first?.count == 2)
        #expect(closed.first?.id == opened.first?.id)
    }
}
