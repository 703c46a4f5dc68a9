import Bytes
import Flows
import Rules
import Testing
import Vendors

@testable import Monitor

@Suite struct RelayTests {
    private static func record(_ contents: RunRecord.Contents, _ capture: String) throws -> RunRecord {
        let load = RuleFiles.load(paths: ["\(Project.root)/rules/policies/relays.yaml"])
        let rules: RuleSet = try #require(load.rules)
        return try Project.record(contents, capture, rules: rules)
    }

    private static func alerts(_ capture: String) throws -> [Alert] { try record(.alerts, capture).alerts }

    @Test func aRequestInTheClearToAnUnlistedHostSaysItOutright() throws {
        let alerts = try Self.alerts("m-relay-plainhttp")
        #expect(alerts.map(\.ruleID) == ["ai-relay-suspected"])
        #expect(alerts.first?.severity == .medium)
        #expect(alerts.first?.observation.relay?.reasons == ["inference_path /v1/chat/completions"])
    }

    @Test(arguments: [
        ("a-relay-sse-n5", Severity.low, "streamed_answers"), ("a-relay-n5", Severity.info, "delayed_answers"),
    ])
    func anSDKThatTalksToAnUnlistedModelIsSeenByTheShape(capture: String, severity: Severity, sign: String) throws {
        let alerts = try Self.alerts(capture)
        #expect(alerts.map(\.ruleID) == ["ai-relay-suspected"])
        #expect(alerts.first?.severity == severity)
        #expect(alerts.first?.observation.relay?.signs.map(\.rawValue) == [sign, "library_hello"])
    }

    @Test(
        "An alert about a relay does not wait for the end of the flow",
        arguments: ["m-relay-plainhttp", "a-relay-sse-n5"])
    func aRelayIsToldWhileItsFlowGoesOn(capture: String) throws {
        let record = try Self.record([.alerts, .observations], capture)
        let alert = try #require(record.alerts.first)
        let end = try #require(
            record.observations.first { $0.trigger == .flowEnd && $0.observation.flow.id == alert.observation.flow.id })
        #expect(alert.firstSeen < end.observation.flow.end)
        // Each flow that is suspected is counted once, however often it is judged.
        let suspected = record.observations.filter { $0.observation.relay?.isSuspected == true }
        #expect(alert.count == Set(suspected.map { $0.observation.flow.id }).count)
    }

    @Test(arguments: ["e-plainhttp-curl", "c-claude-ech", "e-doh-curl", "e-fronting-h1-curl", "a-dashscopecompat-n5"])
    func vendorsBrowsersAndToolsAreNoRelays(capture: String) throws {
        #expect(try Self.alerts(capture).isEmpty)
    }
}
