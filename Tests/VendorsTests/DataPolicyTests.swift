import Testing

@testable import Vendors

@Suite struct DataPolicyTests {
    @Test("For whom a host is and where its data is processed are told if a source says so")
    func tierAndRegion() throws {
        let catalog = try Fixtures.catalog(
            Fixtures.vendor(
                "acme",
                hosts: [
                    "exact: eu.acme.example, role: inference, tier: enterprise, region: EU",
                    "exact: api.acme.example, role: inference",
                ]))
        let told = CatalogLookup("eu.acme.example", in: catalog)
        #expect(told.text.contains("\n  tier        enterprise\n  region      EU\n"))
        #expect(told.json.contains("\"tier\":\"enterprise\",\"region\":\"EU\""))
        let silent = CatalogLookup("api.acme.example", in: catalog)
        #expect(!silent.text.contains("tier") && !silent.json.contains("region"))
    }

    @Test(
        "A word that is no tier and a region that is no code are errors",
        arguments: [
            ("tier: premium", "unknown tier 'premium'; one of consumer, business, enterprise, api"),
            ("region: Europe", "'Europe' is no region; two capital letters, or EU"),
        ])
    func errors(member: String, message: String) {
        let text = Fixtures.vendor("acme", hosts: ["exact: eu.acme.example, role: inference, \(member)"])
        let errors = Fixtures.errors(of: text, file: "f").map(\.description)
        #expect(errors.count == 1 && errors.first?.contains(message) == true, "\(errors)")
    }

    @Test("A difference of two catalogs names what changed")
    func difference() throws {
        let old = Fixtures.vendor("acme", hosts: ["exact: eu.acme.example, role: inference"])
        let new = Fixtures.vendor(
            "acme", hosts: ["exact: eu.acme.example, role: inference, tier: business, region: DE"])
        let change = CatalogDifference(old: try Fixtures.catalog(old), new: try Fixtures.catalog(new)).changed.first
        #expect(change?.members.map(\.name) == ["tier", "region"])
        #expect(change?.members.map(\.new) == ["business", "DE"])
    }
}
