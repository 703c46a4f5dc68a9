import Bytes
import Protocols
import Testing
import Vendors

@testable import Rules

@Suite struct BanPolicyTests {
    private func catalog() throws -> Catalog { try Catalog.load([root + "/rules/vendors"]) }

    @Test("A ban of any vendor of the catalog loads, passes its tests, and binds at midnight in its zone")
    func everyVendor() throws {
        let catalog = try catalog()
        let runner = RuleTestRunner { host, source in
            catalog.attribute(names: [.init(name: host, source: source)], server: .init(ipv4: 0))
        }
        let vocabulary = RuleVocabulary(catalog)
        var written = 0
        // The catalog has thousands of vendors; each fortieth, and those that policies are about.
        let known = ["alibaba", "anthropic", "deepseek", "google", "openai"]
        let vendors = catalog.vendors.keys.sorted().enumerated().filter { $0.offset % 40 == 0 }.map(\.element) + known
        for vendor in vendors {
            guard let policy = try? BanPolicy(vendors: [vendor], from: "2026-07-10", in: "Asia/Shanghai", catalog)
            else { continue }
            written += 1
            let load = RuleSet.load([RuleSource(name: "ban.yaml", text: policy.text)], vocabulary: vocabulary)
            let rules = try #require(load.rules, "\(load.report.rendered(as: .text))")
            #expect(load.report.warnings.isEmpty)
            #expect(rules.rules.first?.validFrom == moment("2026-07-10T00:00:00+08:00"))
            let results = runner.run(rules)
            #expect(results.count == 4)
            for result in results { #expect(result.outcome == .passed, "\(result)") }
        }
        #expect(written > vendors.count * 9 / 10)
    }

    @Test func severalVendorsAreOneRule() throws {
        let policy = try BanPolicy(vendors: ["anthropic", "openai"], from: "2026-12-01", in: "UTC", try catalog())
        #expect(policy.text.contains("match: {ai.vendor: [anthropic, openai]}"))
        #expect(policy.id == "anthropic-openai-ban")
    }

    @Test(arguments: [
        (["antropic"], "2026-07-10", "UTC", "did you mean 'anthropic'?"),
        (["claude-code"], "2026-07-10", "UTC", "is a product of anthropic"),
        (["anthropic"], "10.07.2026", "UTC", "is no day"),
        (["anthropic"], "2026-07-10", "Asia/Beijing", "Asia/Shanghai"),
        ([], "2026-07-10", "UTC", "no vendor"),
    ])
    func whatIsWrongIsSaid(vendors: [String], day: String, zone: String, words: String) throws {
        let catalog = try catalog()
        #expect { _ = try BanPolicy(vendors: vendors, from: day, in: zone, catalog) } throws: {
            "\($0)".contains(words)
        }
    }
}
