import Foundation
import Rules
import Testing

@testable import Monitor

private func rule(_ id: String, _ more: String) -> String {
    """
    - id: \(id)
      title: A rule
      \(more)
      message: "{{src.ip}} used {{dst.host}}"

    """
}

private func alerts(_ rules: String) throws -> [Alert] {
    let set = try Project.rules("version: 1\nmetadata: {ruleset: t, revision: 1}\nrules:\n" + rules)
    return try Project.record(.alerts, "a-dashscopecompat-n5", rules: set).alerts
}

@Test func aReplayTellsWhatEachSetOfRulesAloneSaysAndWhatChanged() throws {
    let old = try alerts(
        rule("both-rule", "match: {ai.vendor: alibaba}\n  severity: low")
            + rule("old-rule", "match: {dst.host: dashscope.aliyuncs.com}\n  severity: low"))
    let new = try alerts(
        rule("both-rule", "match: {ai.vendor: alibaba}\n  severity: high")
            + rule("new-rule", "match: {dst.port: 443, ai.vendor: {exists: true}}\n  severity: info"))
    let difference = AlertDifference(old: old, new: new)
    #expect(difference.onlyOld.map(\.ruleID) == ["old-rule"])
    #expect(difference.onlyNew.map(\.ruleID) == ["new-rule"])
    #expect(difference.changed.map(\.old.severity) == [.low])
    #expect(difference.changed.map(\.new.severity) == [.high])
    #expect(difference.text.hasSuffix("1 only by the old rules, 1 only by the new, 1 changed, 0 the same"))
    let json = try JSONSerialization.jsonObject(with: Data(difference.json.utf8)) as? [String: Any]
    #expect((json?["only_old"] as? [[String: Any]])?.first?["rule"] as? String == "old-rule")
    #expect(json?["same"] as? Int == 0)
}

@Test func theSameRulesDifferInNothing() throws {
    let text = rule("both-rule", "match: {ai.vendor: alibaba}\n  severity: low")
    let difference = AlertDifference(old: try alerts(text), new: try alerts(text))
    #expect(difference.same == 1)
    #expect(difference.text == "0 only by the old rules, 0 only by the new, 0 changed, 1 the same")
}

@Test func aTestOfARuleReadsACaptureBesideItsFile() throws {
    func results(_ expect: String, pcap: String = "a-dashscopecompat-n5.pcap") throws -> [RuleTestResult] {
        let tests =
            "match: {ai.vendor: alibaba}\n  severity: low\n  tests: [{name: t, pcap: \(pcap), expect: \(expect)}]"
        let set = try Project.rules(
            "version: 1\nmetadata: {ruleset: t, revision: 1}\nrules:\n" + rule("pcap-rule", tests))
        return RuleTestRunner(try Project.knowledge()).run(set)
    }
    #expect(try results("alert").map(\.outcome) == [.passed])
    #expect(try results("none").first?.hasFailed == true)
    #expect(try results("alert", pcap: "missing.pcap").first?.hasFailed == true)
}

@Test func aRuleForTheEndOfAWindowIsJudgedInACaptureToo() throws {
    let set = try Project.rules(
        "version: 1\nmetadata: {ruleset: t, revision: 1}\nrules:\n"
            + rule(
                "window-rule",
                """
                match: {ai.vendor: alibaba}
                  on: window
                  threshold: {count: flows, op: gte, value: 1, window: 1h, type: tumbling, group_by: [src.ip]}
                  tests: [{name: t, pcap: a-dashscopecompat-n5.pcap, expect: alert}]
                """))
    #expect(RuleTestRunner(try Project.knowledge()).run(set).map(\.outcome) == [.passed])
}
