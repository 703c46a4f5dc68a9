import Testing
import Text
import Vendors

@Suite struct CatalogCheckTests {
    private func findings(_ texts: String..., general: Set<String> = []) throws -> [String] {
        let files = try texts.enumerated().map { try VendorFile(text: $1, file: "\($0)") }
        let clean = try Catalog([files]).check(generalDomains: general)
        return clean.filter { $0.code != .unusedProduct }.map(\.description)
    }

    @Test func aNameWithinAnotherVendorsDomainIsFound() throws {
        let acme = Fixtures.vendor("acme", hosts: ["suffix: acme.example, role: web"])
        let other = Fixtures.vendor("other", hosts: ["exact: api.acme.example, role: web"])
        #expect(
            try findings(acme, other) == [
                "1:11:3: error[V040] 'exact api.acme.example' is within 'suffix acme.example' of acme (0:11:3)"
            ])
    }

    @Test func aNameWithinAnotherVendorsWildcardIsFound() throws {
        let acme = Fixtures.vendor("acme", hosts: ["wildcard: api.*.cloud.example, role: web"])
        let other = Fixtures.vendor("other", hosts: ["exact: api.eu.cloud.example, role: web"])
        #expect(try findings(acme, other).count == 1)
    }

    @Test func aSuffixOfManyPeopleIsFound() throws {
        let acme = Fixtures.vendor(
            "acme",
            hosts: ["suffix: co.uk, role: web", "wildcard: '*.github.io', role: web", "exact: github.io, role: web"])
        let codes = try findings(acme, general: ["co.uk", "github.io"])
        #expect(codes.map { $0.prefix(17) } == ["0:11:3: error[V04", "0:12:3: error[V04"])
    }

    @Test func whatTheListCallsAPublicSuffixIsFound() throws {
        let acme = Fixtures.vendor(
            "acme",
            hosts: [
                "suffix: com.example, role: web", "wildcard: '*.com.example', role: web",
                "exact: com.example, role: web",
            ])
        let files = [try VendorFile(text: acme, file: "0")]
        let found = try Catalog([files]).check(generalDomains: [], isPublicSuffix: { $0 == "com.example" })
        #expect(found.filter { $0.code == .generalDomain }.map(\.place.line) == [11, 12])
    }

    @Test(arguments: [("openai.com", "0penai.com"), ("openai.com", "open-ai.com"), ("modern.ai", "modem.ai")])
    func aLookAlikeOfAnotherVendorIsFound(name: String, alike: String) throws {
        let texts = [name, alike].enumerated().map { Fixtures.vendor("v\($0)", hosts: ["suffix: \($1), role: web"]) }
        let found = try findings(texts[0], texts[1])
        #expect(found == ["1:11:3: error[V042] '\(alike)' looks like 'suffix \(name)' of v0 (0:11:3)"])
    }

    @Test func looseEndsAreFound() throws {
        let acme = Fixtures.vendor("acme", hosts: ["exact: a.example.com, role: web, product: acme-api"])
        let unowned = """
            name: Shared
            sources:
              docs: {date: 2026-11-20, text: d}
            hosts:
            - {exact: sentry.io, role: crash, scope: shared, used_by: [acne], source: docs}

            """
        let files = [try VendorFile(text: acme, file: "a"), try VendorFile(text: unowned, file: "n")]
        let findings = try Catalog([files]).check(generalDomains: [])
        #expect(
            findings.map(\.description) == [
                "a:1:1: error[V044] no entry has the product 'acme-code' of acme",
                "n:5:3: error[V043] unknown vendor 'acne' in used_by; did you mean 'acme'?",
            ])
    }
}
