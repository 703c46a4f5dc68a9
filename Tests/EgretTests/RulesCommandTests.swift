import Foundation
import Testing

@testable import egret

/// A policy with one rule and the tests that it is given.
private func policy(expect expectation: String) -> String {
    """
    version: 1
    rules:
    - id: one
      title: One
      match: {ai.vendor: deepseek}
      severity: high
      tests:
      - name: a flow to the vendor
        event: {time: "2026-11-02T09:00:00+08:00", src.ip: 10.1.2.3, dst.host: api.deepseek.com}
        expect: \(expectation)

    """
}

private let catalog = ["--catalog", projectPath("rules/vendors")]

@Test("The tests of a rule file pass or fail, and the exit status says which")
func ruleTestsAreRun() throws {
    let scratch = try Scratch()
    let good = try scratch.write("good.yaml", policy(expect: "{alert: true, severity: high}"))
    let passed = egret(["rules", "test"] + catalog + [good])
    #expect(passed.status == 0 && passed.output.contains("1 passed"), "\(passed)")
    let bad = try scratch.write("bad.yaml", policy(expect: "{alert: false}"))
    let failed = egret(["rules", "test"] + catalog + [bad])
    #expect(failed.status == 3 && failed.output.contains("a flow to the vendor"), "\(failed)")
}

@Test("A report of rule errors has the same error as text, JSON and SARIF")
func checkHasThreeForms() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.yaml", "version: 1\nrules:\n- id: one\n  match: {dst.prt: 1}\n")
    let text = egret(["rules", "check"] + catalog + [file])
    #expect(text.status == 1 && text.output.contains("did you mean 'dst.port'?"), "\(text)")
    let json = egret(["rules", "check", "--format", "json"] + catalog + [file])
    let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let errors = try #require(report?["errors"] as? [[String: Any]])
    #expect(
        json.status == 1 && errors.contains { $0["suggestion"] as? String == "dst.port" && $0["line"] as? Int == 4 })
    let sarif = egret(["rules", "check", "--format", "sarif"] + catalog + [file])
    let log = try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any]
    #expect(sarif.status == 1 && log?["version"] as? String == "2.1.0")
}

@Test("rules list names the rules of a file, one a line")
func rulesAreListed() throws {
    let scratch = try Scratch()
    let file = try scratch.write("a.yaml", policy(expect: "{alert: true}"))
    let result = egret(["rules", "list"] + catalog + [file])
    #expect(result.status == 0 && result.output.split(separator: "\n").count == 1, "\(result)")
    #expect(result.output.contains("one"))
}

@Test("rules init ban writes a policy that passes its own tests, and never over a file")
func banPolicyIsWritten() throws {
    let scratch = try Scratch()
    let path = scratch.path("ban.yaml")
    let arguments = ["rules", "init", "ban", "--vendor", "deepseek", "--from", "2026-11-01", "--output", path]
    let written = egret(arguments + catalog)
    #expect(written.status == 0 && written.output.contains("tested"), "\(written)")
    #expect(egret(["rules", "test"] + catalog + [path]).status == 0)
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let again = egret(arguments + catalog)
    #expect(again.status == 1 && again.errors.contains("it exists already"), "\(again)")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
    let unknown = egret(
        ["rules", "init", "ban", "--vendor", "deepsek", "--from", "2026-11-01"] + catalog)
    #expect(unknown.status == 2 && unknown.errors.contains("deepsek"), "\(unknown)")
}
