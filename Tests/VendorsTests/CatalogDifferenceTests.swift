import Foundation
import Testing

@testable import Vendors

/// What two catalogs say differently, in words and as JSON.
@Suite struct CatalogDifferenceTests {
    private func catalog(_ hosts: [String], other: Bool = false) throws -> Catalog {
        let files =
            [Fixtures.vendor("acme", hosts: hosts)]
            + (other ? [Fixtures.vendor("newco", hosts: ["exact: n.example, role: web"])] : [])
        return try Catalog([files.enumerated().map { try VendorFile(text: $1, file: "\($0).yaml") }])
    }

    @Test func entriesThatCameWentAndChanged() throws {
        let old = try catalog(["exact: a.acme.example, role: web", "exact: b.acme.example, role: web"])
        let new = try catalog(
            ["exact: b.acme.example, role: inference, product: acme-api", "suffix: acme.example, role: unclassified"],
            other: true)
        let difference = CatalogDifference(old: old, new: new)
        #expect(difference.added.map(\.description) == ["suffix acme.example", "exact n.example"])
        #expect(difference.removed.map(\.description) == ["exact a.acme.example"])
        #expect(difference.changed.map { $0.members.map(\.name) } == [["product", "role"]])
        let text = difference.text
        #expect(text.contains("new vendors (1):\n  newco\tnewco, US, api"), "\(text)")
        #expect(text.contains("product was none, is acme-api; role was web, is inference"), "\(text)")
        #expect(
            text.hasSuffix("1 vendors came, 0 went; 2 entries came, 1 went, 1 changed; 0 have another source or date"))
        let json = try JSONSerialization.jsonObject(with: Data(difference.json.utf8)) as? [String: Any]
        #expect(json?["vendors_added"] as? [String] == ["newco"])
        #expect((json?["entries_changed"] as? [[String: Any]])?.count == 1)
        #expect((json?["entries_removed"] as? [[String: String]])?.first?["entry"] == "exact a.acme.example")
    }

    @Test func nothingDiffersFromItself() throws {
        let catalog = try Catalog.load([Fixtures.vendors])
        let difference = CatalogDifference(old: catalog, new: catalog)
        #expect(difference.isEmpty && difference.renewed == 0 && difference.text.hasSuffix("no difference"))
    }
}
