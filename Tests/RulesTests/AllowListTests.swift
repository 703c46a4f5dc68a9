import Bytes
import Flows
import Protocols
import Testing

@testable import Rules

/// A flow to `host`, or without a name, that ended.
private func ended(
    _ host: String?, from client: String = "10.0.0.2", to server: String = "198.51.100.20", isAnswered: Bool = true,
    at time: String = "2026-08-01T09:00:00Z"
) -> Observation {
    observe(host, from: client, at: time) {
        $0.flow.server.address = IPAddress(server) ?? IPAddress(ipv4: 0)
        $0.flow.isAnswered = isAnswered
        $0.flow.isFinal = true
    }
}

private func list(_ observations: [Observation], omitted: UInt64 = 0) -> AllowList {
    var ends: [String: LearnedFarEnd] = [:]
    for observation in observations {
        let name = observation.flow.host?.name ?? observation.flow.server.address.description
        if ends[name] == nil {
            ends[name] = LearnedFarEnd(name, observation)
        } else {
            ends[name]?.add(observation)
        }
    }
    return AllowList(ends.values, omitted: omitted)
}

@Suite struct AllowListTests {
    private let flows = [
        ended("api.anthropic.com"), ended("api.anthropic.com", from: "10.0.0.3", at: "2026-08-02T10:00:00Z"),
        ended("pypi.example"), ended("gpt.tools.example"), ended(nil, to: "192.0.2.53"),
        ended("spoofed.example", isAnswered: false), ended("bad\nname: x # y"),
    ]

    @Test("An entry says whose it is, how often, by whom, when, and by what evidence")
    func reasons() throws {
        let text = list(flows).listText
        let lines = text.split(separator: "\n").map(String.init)
        func reason(_ name: String) -> String { lines.firstIndex(of: name).map { lines[$0 - 1] } ?? "" }
        #expect(
            reason("api.anthropic.com")
                == "# anthropic/claude-api; 2 flows of 10.0.0.2 10.0.0.3 to port 443; "
                + "2026-08-01T09:00:00Z to 2026-08-02T10:00:00Z; evidence tls_sni 2", "\(text)")
        #expect(reason("pypi.example").hasPrefix("# not in the catalog; 1 flow of 10.0.0.2"))
        #expect(reason("gpt.tools.example").hasPrefix("# not in the catalog, its name says gpt; 1 flow"))
        #expect(lines.contains { $0.hasPrefix("# no name: 192.0.2.53: not in the catalog") })
        #expect(lines.contains { $0.hasPrefix("# not learned: spoofed.example: no one answered") })
        #expect(lines.filter { !$0.hasPrefix("#") }.count == 3)
    }

    @Test("Nothing that a name holds becomes an entry, a key or a line of its own")
    func injection() {
        let hostile = ["a\nb.example", "x # y", "evil\"]}, match: {", "a\u{2028}b", "\u{1B}[31m", "a b", "{{src.ip}}"]
            .map { ended($0) }
        let list = list(flows + hostile)
        #expect(list.hosts.map(\.name) == ["api.anthropic.com", "gpt.tools.example", "pypi.example"])
        let names = list.listText.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
        #expect(names == list.hosts.map(\.name))
        #expect(list.refused.count == hostile.count + 2)
        #expect(RulesTests.errors(list.policyText) == [])
    }

    @Test("The policy reads back without errors, and passes its own tests")
    func policy() throws {
        for list in [list(flows), list([]), list([ended("a.example")]), list([ended(nil)])] {
            let load = RuleSet.load([RuleSource(name: "learned.yaml", text: list.policyText)])
            #expect(load.report.sorted.map(\.description) == [])
            let rules = try #require(load.rules)
            let results = RuleTestRunner(attribute: attribute).run(rules)
            #expect(results.count >= 2)
            for result in results { #expect(result.outcome == .passed, "\(result)") }
        }
    }

    @Test("The policy says nothing of what it was learned from, and alerts on anything else of the same sources")
    func judging() throws {
        let rules = try #require(RuleSet.load([RuleSource(name: "a.yaml", text: list(flows).policyText)]).rules)
        func alerts(_ observation: Observation) -> [String] {
            var engine = RuleEngine(rules: rules)
            var alerts: [String] = []
            engine.evaluate(observation, on: .flowNamed) { alerts.append($0.ruleID) }
            engine.evaluate(observation, on: .flowAnswered) { alerts.append($0.ruleID) }
            return alerts
        }
        for flow in flows.prefix(5) { #expect(alerts(flow) == []) }
        #expect(alerts(ended("api.anthropic.com.evil.example")) == ["host-not-learned"])
        #expect(alerts(ended("sub.pypi.example")) == ["host-not-learned"])
        #expect(alerts(ended(nil, to: "192.0.2.54")) == ["address-not-learned"])
        #expect(alerts(ended("other.example", from: "10.9.9.9")) == [])
    }

    @Test("The same flows in any order give the same text")
    func order() {
        #expect(list(flows).policyText == list(flows.sorted { "\($0.flow.names)" > "\($1.flow.names)" }).policyText)
        #expect(list(flows, omitted: 3).summary.contains("3 more far ends did not fit"))
    }
}
