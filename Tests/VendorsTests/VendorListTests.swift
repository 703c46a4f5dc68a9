import Protocols
import Testing

@testable import Vendors

private let table = """
    # a comment
    #source\ta\t2026-11-30\towner/list@1234567
    #source\tb\t2026-10-01\tother/list@7654321
    xx-acme\tAcme\timage\tacme.example\tlow\ta\t
    beta\tBeta\tapi\tbeta.example\tmedium\ta,b\tapi.beta.example,eu.beta.example
    """

private func read(_ text: String) throws(CatalogErrors) -> [VendorFile] {
    try VendorTable.read(bytes: Array(text.utf8), file: "listed.tsv")
}

private func errors(of text: String) -> [String] {
    do throws(CatalogErrors) {
        _ = try read(text)
        return []
    } catch {
        return error.errors.map(\.description)
    }
}

@Test func aTableHoldsManyVendors() throws {
    let files = try read(table)
    #expect(files.map { $0.vendor?.id } == ["xx-acme", "beta"])
    #expect(files.map(\.entries.count) == [1, 3])
    let catalog = try Catalog([files])
    let acme = try #require(catalog.attribute(listed: NameEvidence(name: "www.acme.example", source: .tlsSNI)))
    #expect(acme.vendor == "xx-acme" && acme.confidence == .low && acme.category == "image" && acme.role == .web)
    let beta = try #require(catalog.attribute(listed: NameEvidence(name: "eu.beta.example", source: .tlsSNI)))
    #expect(beta.vendor == "beta" && beta.role == .inference)
    #expect(files[1].entries[0].sources == ["owner/list@1234567", "other/list@7654321"])
    #expect(files[1].entries[0].date == "2026-11-30")
    #expect(files[1].vendor?.country == "ZZ")
    #expect(try read(table + "\tDE")[1].vendor?.country == "DE")
}

@Test func aVendorHasSeveralDomains() throws {
    let files = try read(table.replacing("\tbeta.example\t", with: "\tbeta.example,beta.test\t"))
    #expect(files[1].entries.count == 4)
    let catalog = try Catalog([files])
    for name in ["beta.example", "www.beta.test"] {
        let found = try #require(catalog.attribute(listed: NameEvidence(name: name, source: .tlsSNI)))
        #expect(found.vendor == "beta" && found.role == .web)
    }
    #expect(
        errors(of: table.replacing("acme.example", with: "")).first?.hasPrefix("listed.tsv:4:1: error[V011]") == true)
    #expect(
        errors(of: table.replacing("acme.example", with: "acme.example,a b")).first?.hasPrefix(
            "listed.tsv:4:1: error[V020]") == true)
}

@Test func errorsOfATableNameTheLine() {
    #expect(
        errors(of: table.replacing("image", with: "picture")).first?.hasPrefix("listed.tsv:4:1: error[V013]") == true)
    #expect(
        errors(of: table.replacing("beta\tBeta", with: "B!\tBeta")).first?.hasPrefix("listed.tsv:5:1: error[V012]")
            == true)
    #expect(errors(of: table.replacing("a,b", with: "a,c")).first?.hasPrefix("listed.tsv:5:1: error[V031]") == true)
    #expect(
        errors(of: table.replacing("acme.example", with: "ac me")).first?.hasPrefix("listed.tsv:4:1: error[V020]")
            == true)
    #expect(errors(of: table + "\tUSA").first?.hasPrefix("listed.tsv:5:1: error[V014]") == true)
    #expect(errors(of: "one\ttwo\n").first?.hasPrefix("listed.tsv:1:1: error[V004]") == true)
    #expect(errors(of: "#source\ta\n").first?.hasPrefix("listed.tsv:1:1: error[V004]") == true)
}

@Test func linesMayEndAsOnWindowsAndTruncatedTablesDoNotTrap() throws {
    #expect(try read(table.replacing("\n", with: "\r\n")).count == 2)
    let bytes = Array(table.utf8)
    for count in 0..<bytes.count { _ = try? VendorTable.read(bytes: Array(bytes[..<count]), file: "t") }
    for index in bytes.indices {
        var flipped = bytes
        flipped[index] ^= 0x55
        _ = try? VendorTable.read(bytes: flipped, file: "t")
    }
}

@Test func aVendorTwiceInOneTableIsAnError() throws {
    let files = try read(table.replacing("beta\tBeta", with: "xx-acme\tBeta"))
    #expect(throws: CatalogErrors.self) { try Catalog([files]) }
}
