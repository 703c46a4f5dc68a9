import Archive
import Foundation
import Testing
import Vendors

@testable import CatalogUpdate

/// Logs that were written under one catalog, read by another.
@Suite struct ReattributionTests {
    private func comparison(_ texts: String...) throws -> Reattribution {
        let catalog = try Catalog([texts.enumerated().map { try VendorFile(text: $1, file: "\($0).yaml") }])
        return Reattribution(catalog: catalog, fingerprints: FingerprintSet(), limit: 3)
    }

    private func line(
        _ id: String, host: String?, vendor: String? = nil, role: String? = nil, final: Bool = true,
        ip: String = "192.0.2.1"
    ) -> String {
        let name = host.map { "\"host\":\"\($0)\",\"host_source\":\"tls_sni\"," } ?? ""
        let ai = vendor.map { ",\"ai\":{\"vendor\":\"\($0)\",\"role\":\"\(role ?? "web")\"}" } ?? ""
        return
            "{\"type\":\"flow\",\"boot\":\"b\",\"flow\":{\"id\":\"\(id)\",\"final\":\(final),\"start\":\"2026-11-2\(id)T00:00:00Z\"},"
            + "\"dst\":{\(name)\"ip\":\"\(ip)\"}\(ai)}\n"
    }

    @Test func flowsAreGroupedByHostAndDifference() throws {
        let scratch = try Scratch()
        let log =
            line("1", host: "api.acme.example")
            + line("2", host: "API.acme.example.", vendor: "acme", role: "inference")
            + line("3", host: "api.acme.example") + line("4", host: "old.example", vendor: "gone")
            + line("5", host: "other.example") + line("6", host: "api.acme.example", final: false)
            + line("6", host: "api.acme.example", vendor: "acme", role: "inference")
        let root = try scratch.write(["events-a.jsonl": Array(log.utf8), "notes.txt": Array("x\n".utf8)], to: "logs")
        var comparison = try comparison(BundleFixture.vendor)
        comparison.read(root)
        let groups = comparison.finish()
        #expect(
            groups.map(\.json) == [
                "{\"host\":\"api.acme.example\",\"flows\":2,\"first\":\"2026-11-21T00:00:00Z\",\"last\":\"2026-11-23T00:00:00Z\","
                    + "\"old\":{},\"new\":{\"vendor\":\"acme\",\"role\":\"inference\"}}",
                "{\"host\":\"old.example\",\"flows\":1,\"first\":\"2026-11-24T00:00:00Z\",\"last\":\"2026-11-24T00:00:00Z\","
                    + "\"old\":{\"vendor\":\"gone\",\"role\":\"web\"},\"new\":{}}",
            ])
        #expect(groups[1].text.contains("old.example\tgone web -> no vendor\t1 flows"))
        #expect(comparison.flows == 6 && comparison.gaps.isEmpty)
    }

    @Test func whatCouldNotBeReadIsSaid() throws {
        let scratch = try Scratch()
        let log =
            "{\"type\":\"start\",\"start\":{\"flows\":\"ai\"}}\nno json\n{\"a\":1}\n\n" + line("1", host: nil)
            + line("2", host: "api.acme.example", final: false)
        let root = try scratch.write(["a.jsonl": Array(log.utf8), "b.gz": [0x1F, 0x8B, 8, 0]], to: "logs")
        var comparison = try comparison(BundleFixture.vendor)
        for name in ["a.jsonl", "b.gz", "none.jsonl"] { comparison.read("\(root)/\(name)") }
        #expect(comparison.finish().map(\.flows) == [1])
        #expect(comparison.unreadLines == 2 && comparison.unnamedFlows == 1 && comparison.unfinishedFlows == 1)
        #expect(comparison.partialRuns == 1 && comparison.unreadLogs.count == 2 && comparison.gaps.count == 6)
        #expect(comparison.unreadLogs[0].contains("b.gz: ") && comparison.unreadLogs[1].contains("none.jsonl"))
    }

    @Test func packedLogsAreReadAndDamageIsSaid() throws {
        let scratch = try Scratch()
        let root = try scratch.write(["events-a.jsonl": Array(line("1", host: "api.acme.example").utf8)], to: "logs")
        try PackedFile.pack("\(root)/events-a.jsonl", while: { true })
        var comparison = try comparison(BundleFixture.vendor)
        comparison.read(root)
        #expect(comparison.finish().map(\.flows) == [1] && comparison.gaps.isEmpty)
        try FileManager.default.createDirectory(atPath: "\(root)/gw-2", withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            atPath: "\(root)/events-a.jsonl.zst", toPath: "\(root)/gw-2/events-a.jsonl.zst")
        comparison = try self.comparison(BundleFixture.vendor)
        comparison.read(root)
        #expect(comparison.finish().map(\.flows) == [1], "a log in a directory of the directory is read")
        try FileManager.default.moveItem(
            atPath: "\(root)/gw-2/events-a.jsonl.zst", toPath: "\(root)/events-a.jsonl.zst")
        let packed = try Data(contentsOf: URL(fileURLWithPath: "\(root)/events-a.jsonl.zst"))
        try packed.dropLast(3).write(to: URL(fileURLWithPath: "\(root)/events-b.jsonl.zst"))
        comparison = try self.comparison(BundleFixture.vendor)
        comparison.read("\(root)/events-b.jsonl.zst")
        #expect(comparison.unreadLogs.count == 1)
    }

    @Test func memoryIsBounded() throws {
        var comparison = try comparison(BundleFixture.vendor)
        for number in 0..<10 {
            comparison.take(Array(line("\(number)", host: "h\(number).example", vendor: "x").utf8)[...])
        }
        for number in 0..<10 { comparison.take(Array(line("\(number)", host: "y.example", final: false).utf8)[...]) }
        #expect(comparison.omittedFlows == 14)
        #expect(comparison.finish().count == 3)
    }

    @Test func linesAreCutRightWhateverThePieces() {
        let bytes = Array("one\n\ntwo\nthree".utf8)
        for size in 1...bytes.count {
            var splitter = LineSplitter()
            var lines: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                splitter.take(bytes[start..<min(bytes.count, start + size)]) {
                    lines.append(String(decoding: $0, as: UTF8.self))
                }
            }
            splitter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
            #expect(lines == ["one", "", "two", "three"], "\(size)")
        }
        var splitter = LineSplitter()
        splitter.take([UInt8](repeating: 0x61, count: LogLines.longest + 1)[...]) { _ in Issue.record("too long") }
        var lines: [String] = []
        splitter.take(Array("rest\nnext\n".utf8)[...]) { lines.append(String(decoding: $0, as: UTF8.self)) }
        #expect(lines == ["next"] && splitter.skipped == 1)
    }
}
