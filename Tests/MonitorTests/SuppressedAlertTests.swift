import Bytes
import Events
import Foundation
import Rules
import Testing

@testable import Monitor

/// One rule on every vendor, and an exception for the source of the capture.
private let policy = """
    version: 1
    metadata: {ruleset: t, revision: 1}
    rules:
    - id: vendor-use
      title: A vendor was used
      match: {ai.vendor: {exists: true}}
      exceptions:
      - {name: lab, match: {src.ip: {exists: true}}, reason: LGL-118, owner: lab, permanent: true}
    """

private func run(writesSuppressed: Bool) throws -> (lines: [[String: Any]], outcome: OfflineRun.Outcome) {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var configuration = Project.reading("a-dashscopecompat-n5")
    configuration.outputs = [OutputTarget(.directory(directory))]
    configuration.writesSuppressed = writesSuppressed
    var knowledge = try Project.knowledge()
    knowledge.rules = try Project.rules(policy)
    var run = try OfflineRun(configuration, knowledge)
    let outcome = try run.run { _ in }
    let lines = try String(contentsOfFile: directory + "/current", encoding: .utf8).split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    return (lines, outcome)
}

private func alerts(_ lines: [[String: Any]]) -> [[String: Any]] {
    lines.filter { $0["type"] as? String == "alert" }.compactMap { $0["alert"] as? [String: Any] }
}

@Test("What exceptions hold back is counted always, and listed where that is asked for")
func whatExceptionsHoldBackIsCountedAndListable() throws {
    let (quiet, outcome) = try run(writesSuppressed: false)
    #expect(alerts(quiet).isEmpty)
    let held = try #require(outcome.stats.rules.suppressed.first)
    #expect(held.name == "vendor-use/lab" && held.count >= 1)
    let stats = quiet.last { $0["type"] as? String == "stats" }?["rules"] as? [String: Any]
    #expect((stats?["suppressed"] as? [String: Int]) == ["vendor-use/lab": Int(held.count)])
    let (listed, again) = try run(writesSuppressed: true)
    let entries = alerts(listed)
    #expect(!entries.isEmpty)
    #expect(entries.allSatisfy { $0["status"] as? String == "suppressed" && $0["suppressed_by"] as? String == "lab" })
    let totals = Dictionary(
        entries.compactMap { entry in
            (entry["id"] as? String).flatMap { id in (entry["count"] as? Int).map { (id, $0) } }
        },
        uniquingKeysWith: max)
    #expect(totals.values.reduce(0, +) == Int(held.count))
    #expect(again.stats.rules.suppressed.map(\.count) == outcome.stats.rules.suppressed.map(\.count))
    // Nothing else changes: the same flows are written, and a summary for people tells of no alert.
    #expect(
        listed.filter { $0["type"] as? String == "flow" }.count
            == quiet.filter { $0["type"] as? String == "flow" }.count)
    #expect(again.summary.render(stats: again.stats).contains("Alerts\n  none\n"))
    #expect(again.summary.render(stats: again.stats).contains("vendor-use/lab"))
}

@Test("What is suppressed calls no one")
func whatIsHeldBackGoesToNoPager() throws {
    let observation = try #require(
        try Project.record(.observations, "a-dashscopecompat-n5").observations.first?.observation)
    var alert = Alert(
        id: "a", status: .open, count: 1, firstSeen: observation.time, lastSeen: observation.time, group: [],
        ruleID: "r", revision: 1, ruleset: "s", rulesetHash: "h", title: "t", tags: [], severity: .high, message: "m",
        thresholdValue: nil, observation: observation)
    func wants(_ kinds: Set<Event.Kind>?) -> Bool {
        let queue = OutputQueue(capacity: 1 << 16, policy: .dropOldest)
        let writer = OutputWriter(sink: StandardOutputSink(name: "none"), queue: queue, patience: StopToken())
        defer { writer.stop() }
        return OutputRoute(writer: writer, form: 0, kinds: kinds).wants(.alert(alert))
    }
    #expect(wants(nil) && wants([.alert]) && !wants([.health]))
    #expect(Event.alert(alert).priority == .high)
    alert.status = .suppressed
    #expect(wants(nil) && !wants([.alert]))
    #expect(Event.alert(alert).priority == .normal)
}

@Test("An exception that takes most of its rule is told by a replay")
func aBroadExceptionIsToldByAReplay() {
    var difference = AlertDifference(old: [], new: [])
    difference.broadExceptions.new = [BroadException(name: "one/team", held: 19, matches: 20)]
    #expect(
        difference.text.hasPrefix(
            "! by the new rules, the exception one/team suppressed 95 % of what its rule matched (19 of 20)\n"))
    #expect(
        difference.json.hasSuffix(
            #""broad_exceptions":{"old":[],"new":[{"name":"one/team","held":19,"matches":20}]}}"#))
}
