import Bytes
import Foundation
import Testing
import Text

@testable import Vendors

@Suite struct CatalogTests {
    @Test func laterDirectoriesOverrideEntryByEntry() throws {
        let shipped = try VendorFile(
            text: Fixtures.vendor(
                "acme", hosts: ["exact: a.example.com, role: web", "suffix: example.com, role: web"]),
            file: "shipped/acme.yaml")
        let own = try VendorFile(
            text: """
                id: acme
                name: Acme Holding
                country: FR
                category: relay
                products:
                - {id: acme-chat, name: Chat, category: assistant}
                sources:
                  own: {date: 2026-12-01, text: seen here}
                hosts:
                - {exact: a.example.com, role: telemetry, product: acme-code, source: own}
                - {exact: b.example.com, role: auth, product: acme-chat, source: own}

                """, file: "own/acme.yaml")
        let catalog = try Catalog([[shipped], [own]])
        #expect(catalog.entries.count == 3)
        #expect(catalog.match(host: "a.example.com")?.role == .telemetry)
        #expect(catalog.match(host: "a.example.com")?.category == .codingAgent)
        #expect(catalog.match(host: "b.example.com")?.category == .assistant)
        #expect(catalog.match(host: "c.example.com")?.place.file == "shipped/acme.yaml")
        #expect(catalog.vendors["acme"]?.name == "Acme Holding")
        #expect(catalog.vendors["acme"]?.products.map(\.id) == ["acme-api", "acme-code", "acme-chat"])
        #expect(catalog.version == "2026.12.01")
    }

    @Test func oneVendorInTwoFilesOfADirectoryIsAnError() throws {
        let files = try ["b", "a"].map {
            try VendorFile(text: Fixtures.vendor("acme", hosts: ["exact: \($0).example.com, role: web"]), file: $0)
        }
        #expect(
            throws: CatalogErrors([
                CatalogError(
                    .duplicateVendor, "the vendor 'acme' is in a too",
                    at: SourcePosition(file: "b", line: 1, column: 5))
            ])
        ) { try Catalog([files]) }
    }

    @Test func everyErrorOfEveryFileComesInOneRun() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "egret-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for name in ["one", "two"] {
            let text = Fixtures.vendor(name, hosts: ["exact: a.b, rol: web, role: web", "exact: com, role: web"])
            try text.write(to: directory.appending(path: "\(name).yaml"), atomically: true, encoding: .utf8)
        }
        for name in ["four", "three"] {
            let text = Fixtures.vendor(name, hosts: ["exact: a.example.com, role: web"])
            try text.write(to: directory.appending(path: "\(name).yaml"), atomically: true, encoding: .utf8)
        }
        try "not read".write(to: directory.appending(path: "notes.txt"), atomically: true, encoding: .utf8)
        do {
            _ = try Catalog.load([directory.path, "/nowhere"])
            Issue.record("loaded")
        } catch {
            let codes: [CatalogError.Code] = [
                .unreadable, .unknownKey, .tooBroad, .duplicateEntry, .unknownKey, .tooBroad,
            ]
            #expect(error.errors.map(\.code) == codes)
            #expect(
                error.errors.last?.place == SourcePosition(file: "\(directory.path)/two.yaml", line: 12, column: 11))
        }
    }

    @Test func anEmptyDirectoryIsAnError() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "egret-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(throws: CatalogErrors.self) { try Catalog.load([directory.path]) }
    }

    @Test func theEmptyCatalogKnowsNobody() {
        #expect(Catalog().match(host: "api.anthropic.com") == nil)
        #expect(Catalog().version == "0")
    }
}
