import Bytes
import Foundation
import Protocols
import Testing
import Vendors

@testable import Rules

@Suite struct PackTests {
    @Test("Every rule that ships passes its own tests, and has one that alerts and one that does not")
    func packs() {
        let load = RuleFiles.load(paths: [root + "/rules/policies"])
        #expect(load.report.sorted.map(\.description) == [])
        let rules = load.rules ?? RuleSet()
        #expect(rules.rules.count >= 15)
        let results = RuleTestRunner(attribute: attribute).run(rules)
        for result in results { #expect(result.outcome == .passed, "\(result)") }
        for rule in rules.rules {
            #expect(rule.tests.count >= 3, "\(rule.id)")
            let expected = rule.tests.map(\.expectation)
            #expect(expected.contains { $0.alerts == true || ($0.count ?? 0) > 0 }, "\(rule.id)")
            #expect(expected.contains { $0.alerts == false || $0.suppressedBy != nil }, "\(rule.id)")
        }
    }

    @Test("Every rule that ships passes its tests through the catalog that ships")
    func shippedCatalog() throws {
        let catalog = try Catalog.load([root + "/rules/vendors"])
        let vocabulary = RuleVocabulary(catalog)
        let load = RuleFiles.load(paths: [root + "/rules/policies"], vocabulary: vocabulary)
        #expect(load.report.isClean && load.report.warnings.isEmpty, "\(load.report.rendered(as: .text))")
        let runner = RuleTestRunner { host, source in
            catalog.attribute(names: [NameEvidence(name: host, source: source)], server: IPAddress(ipv4: 0))
        }
        let results = runner.run(load.rules ?? RuleSet())
        #expect(results.count >= 70)
        for result in results { #expect(result.outcome == .passed, "\(result)") }
    }

    @Test("The packs are those that the catalog of policies names")
    func names() {
        let names = RuleFiles.files(at: root + "/rules/policies").map { ($0 as NSString).lastPathComponent }
        #expect(
            names == [
                "data-transfer.yaml", "default.yaml", "distillation-shape.yaml", "first-seen.yaml", "heavy-use.yaml",
                "hidden-names.yaml",
                "relays.yaml",
                "residency.yaml", "telemetry.yaml", "vendor-ban.yaml",
            ])
    }
}
