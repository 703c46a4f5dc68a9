import Protocols
import Testing
import Vendors

private let list = """
    name: Listed vendors
    sources:
      a: {date: 2026-11-30, text: owner/list@1234567}
    vendors:
    - {id: xx-acme, name: Acme, country: ZZ, category: image, hosts: [{suffix: acme.example, role: web, confidence: low, source: a}]}
    - {id: beta, name: Beta, country: CN, category: api, products: [{id: beta-api, name: Beta API, category: api}], hosts: [{exact: api.beta.example, role: inference, product: beta-api, source: a}]}
    """

private func read(_ text: String) throws(CatalogErrors) -> [VendorFile] {
    try VendorFile.all(bytes: Array(text.utf8), file: "listed.yaml")
}

private func errors(of text: String) -> [String] {
    do {
        _ = try read(text)
        return []
    } catch {
        return error.errors.map(\.description)
    }
}

@Test func oneFileHoldsManyVendors() throws {
    let files = try read(list)
    #expect(files.map { $0.vendor?.id } == ["xx-acme", "beta"])
    #expect(files.map { $0.entries.count } == [1, 1])
    let catalog = try Catalog([files])
    let acme = try #require(catalog.attribute(listed: NameEvidence(name: "www.acme.example", source: .tlsSNI)))
    #expect(acme.vendor == "xx-acme" && acme.confidence == .low && acme.category == "image")
    #expect(catalog.attribute(listed: NameEvidence(name: "api.beta.example", source: .tlsSNI))?.product == "beta-api")
}

@Test func aFileOfOneVendorReadsAsBefore() throws {
    let files = try read(Fixtures.vendor("acme", hosts: ["exact: api.acme.example, role: inference"]))
    #expect(files.count == 1 && files.first?.vendor?.id == "acme")
}

@Test func errorsOfAListNameTheLineOfTheVendor() {
    let wrong = list.replacing("category: image", with: "category: picture")
    #expect(errors(of: wrong).count == 1 && errors(of: wrong).first?.hasPrefix("listed.yaml:5:") == true)
    #expect(errors(of: list.replacing("id: beta,", with: "id: beta, owner: me,")).first?.contains("owner") == true)
    #expect(errors(of: "name: x\nsources:\n  a: {date: 2026-11-30, text: b}\nvendors: []\n").count == 1)
}

@Test func aVendorTwiceInOneListIsAnError() throws {
    let files = try read(list.replacing("id: beta", with: "id: xx-acme"))
    #expect(throws: CatalogErrors.self) { try Catalog([files]) }
}
