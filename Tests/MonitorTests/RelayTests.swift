import Rules
import Testing
import Vendors

@testable import Monitor

@Suite struct RelayTests {
    private static func alerts(_ capture: String) throws -> [Alert] {
        let load = RuleFiles.load(paths: ["\(Project.root)/rules/policies/relays.yaml"])
        let rules: RuleSet = try #require(load.rules)
        return try Project.record(.alerts, capture, rules: rules).alerts
    }

    @Test func aRequestInTheClearToAnUnlistedHostSaysItOutright() throws {
        let alerts = try Self.alerts("m-relay-plainhttp")
        #expect(alerts.map(\.ruleID) == ["ai-relay-suspected"])
        #expect(alerts.first?.severity == .medium)
        #expect(alerts.first?.observation.relay?.reasons == ["inference_path /v1/chat/completions"])
    }

    @Test(arguments: ["e-plainhttp-curl", "c-claude-ech", "e-doh-curl", "e-fronting-h1-curl", "a-dashscopecompat-n5"])
    func vendorsBrowsersAndToolsAreNoRelays(capture: String) throws {
        #expect(try Self.alerts(capture).isEmpty)
    }
}
