import Foundation
import Testing
import Vendors

@testable import Rules

/// What is generated from the code and is in the repository. `EGRET_UPDATE_DOCS=1` writes it again.
@Suite struct DocumentationTests {
    private let isUpdating = ProcessInfo.processInfo.environment["EGRET_UPDATE_DOCS"] == "1"

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: root + "/" + path, encoding: .utf8)
    }

    /// Holds that the part of the document between the marks `name` is `expected`.
    private func check(_ name: String, _ expected: String) throws {
        let document = try text("docs/RULES.md")
        let begin = "<!-- \(name): generated -->\n"
        let end = "<!-- end of \(name) -->"
        let start = try #require(document.range(of: begin))
        let stop = try #require(document.range(of: end))
        if isUpdating {
            let updated = document[..<start.upperBound] + expected + document[stop.lowerBound...]
            try String(updated).write(toFile: root + "/docs/RULES.md", atomically: true, encoding: .utf8)
        } else {
            #expect(document[start.upperBound..<stop.lowerBound] == expected)
        }
    }

    @Test("The tables of fields and operators in the documentation are those of the code")
    func tables() throws {
        try check("fields", Field.table)
        try check("operators", FieldType.operatorTable)
        let document = try text("docs/RULES.md")
        for code in DiagnosticCode.allCases { #expect(document.contains("`\(code.rawValue)`"), "\(code)") }
        for key in RuleReader.ruleKeys { #expect(document.contains("`\(key)`"), "\(key)") }
    }

    @Test("The published schema is that of the code, and JSON")
    func schema() throws {
        let catalog = try Catalog.load([root + "/rules/vendors"])
        let fingerprints = try FingerprintSet.load([root + "/rules/fingerprints"], catalog: catalog)
        let schema = RuleSchema.json(RuleVocabulary(catalog, fingerprints))
        if isUpdating {
            try schema.write(toFile: root + "/docs/schema/rules.schema.json", atomically: true, encoding: .utf8)
        }
        #expect(try text("docs/schema/rules.schema.json") == schema)
        let parsed = try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any]
        let definitions = parsed?["$defs"] as? [String: Any]
        let condition = (definitions?["condition"] as? [String: Any])?["properties"] as? [String: Any]
        #expect(Set(condition?.keys.map { $0 } ?? []) == Set(Field.all.map(\.name) + ["any", "all", "none", "macro"]))
    }

    @Test("Every file of rules in the documentation loads, and its tests pass")
    func examples() throws {
        let blocks = try text("docs/RULES.md").components(separatedBy: "```yaml\n").dropFirst()
        let files = blocks.map { $0.components(separatedBy: "```")[0] }.filter { $0.hasPrefix("version: 1") }
        #expect(files.count >= 5)
        for (number, file) in files.enumerated() {
            let load = RuleSet.load([RuleSource(name: "example-\(number).yaml", text: file)])
            #expect(load.report.isClean, "\(load.report.rendered(as: .text))")
            for result in RuleTestRunner(attribute: attribute).run(load.rules ?? RuleSet()) {
                #expect(result.outcome == .passed, "\(result)")
            }
        }
    }
}
