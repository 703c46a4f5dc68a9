import Bytes
import Foundation
import Protocols
import TestSupport
import Testing

@Suite("QUIC: names in real captures")
struct QUICCaptureTests {
    /// A name that other tools, or the capture's own record, give.
    struct Expected: Hashable {
        let path: String
        let name: String
        let isRequired: Bool
    }

    @Test("Every name that two other tools agree on is found in the public captures, and no other")
    func publicCaptures() throws {
        struct Row: Decodable {
            struct Name: Decodable {
                let net: String
                let sni: String
                let verdict: String
            }
            let path: String
            let names: [Name]
        }
        guard let directory = shared("captures/public") else { return }
        let rows = try lines(directory + "/expected.jsonl").map { try JSONDecoder().decode(Row.self, from: $0) }
        var expected: [Expected] = []
        var found: Set<Expected> = []
        var unexpected: [String] = []
        var total = QUICCounters()
        for row in rows {
            let names = row.names.filter { $0.net == "quic" }
            expected += names.map { Expected(path: row.path, name: $0.sni, isRequired: $0.verdict == "required") }
            let result = try read(directory + "/" + row.path)
            add(result.counters, to: &total)
            for name in result.names {
                if let known = names.first(where: { $0.sni == name }) {
                    found.insert(Expected(path: row.path, name: name, isRequired: known.verdict == "required"))
                } else {
                    unexpected.append("\(row.path) \(name)")
                }
            }
        }
        let missed = expected.filter { !found.contains($0) }
        print("required:", found.filter(\.isRequired).count, "of", expected.filter(\.isRequired).count)
        print("contested:", found.filter { !$0.isRequired }.count, "of", expected.filter { !$0.isRequired }.count)
        print("missed:", missed.map { "\($0.path) \($0.name)" }, "not listed:", unexpected, total)
        #expect(missed.filter(\.isRequired).isEmpty)
    }

    @Test("Every QUIC connection of the labelled clients is named as its label says")
    func labelledClients() throws {
        struct Row: Decodable {
            struct Name: Decodable {
                let net: String
                let sni: String?
                let flows: Int
            }
            let scenario: String
            let wire_names: [Name]?
        }
        guard let directory = shared("captures/clients") else { return }
        for line in try lines(directory + "/labels.jsonl") {
            let row = try JSONDecoder().decode(Row.self, from: line)
            let wanted = (row.wire_names ?? []).filter { $0.net == "quic" }.flatMap { name in
                [String](repeating: name.sni ?? "", count: name.flows)
            }
            guard
                let path = ["pcap", "pcapng"].map({ "\(directory)/\(row.scenario).\($0)" })
                    .first(where: FileManager.default.fileExists)
            else { continue }
            let result = try read(path)
            #expect(result.names.sorted() == wanted.sorted(), "\(row.scenario)")
        }
    }

    /// The names of a capture's QUIC connections, read as the monitor reads them: a connection a flow.
    private func read(_ path: String) throws -> (names: [String], counters: QUICCounters) {
        var decryptor = QUICDecryptor()
        var connections: [String: QUICConnection] = [:]
        var names: [String] = []
        for datagram in try QUICCaptureFile(path: path).datagrams {
            if connections[datagram.flow] == nil {
                guard QUICConnection.probe(datagram.payload.rawSpan) == .yes else { continue }
            }
            var connection = connections.removeValue(forKey: datagram.flow) ?? QUICConnection()
            let bytes = datagram.payload.rawSpan
            var outcome = connection.receive(bytes, fromInitiator: datagram.fromInitiator, with: &decryptor)
            if outcome.contains(.newConnection) {
                connection = QUICConnection()
                outcome = connection.receive(bytes, fromInitiator: datagram.fromInitiator, with: &decryptor)
            }
            if outcome.contains(.googleName), let name = connection.googleName { names.append(name) }
            if outcome.contains(.clientBytes), let facts = helloFacts(connection.clientHandshake.contiguous) {
                if let name = facts.serverName { names.append(name) }
                #expect(facts.ja4?.hasPrefix("q") == true, "\(path)")
                connection.finish()
            }
            connections[datagram.flow] = connection
        }
        return (names, decryptor.counters)
    }

    private func add(_ counters: QUICCounters, to total: inout QUICCounters) {
        total.opened += counters.opened
        total.tagFailed += counters.tagFailed
        total.withoutKey += counters.withoutKey
        total.truncated += counters.truncated
        total.malformed += counters.malformed
        total.malformedFrames += counters.malformedFrames
        total.unsupportedVersion += counters.unsupportedVersion
        total.skipped += counters.skipped
        total.google += counters.google
    }

    private func lines(_ path: String) throws -> [Data] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.split(separator: "\n").map { Data($0.utf8) }
    }

    /// A directory of the shared captures, or nothing, said aloud, if they are not beside the project.
    private func shared(_ name: String) -> String? {
        var candidates: [String] = []
        if let root = ProcessInfo.processInfo.environment["EGRET_SHARED"] { candidates.append(root) }
        var directory = URL(fileURLWithPath: #filePath)
        while directory.path != "/" {
            directory.deleteLastPathComponent()
            candidates.append(directory.deletingLastPathComponent().appendingPathComponent("shared").path)
        }
        for candidate in candidates where FileManager.default.fileExists(atPath: "\(candidate)/\(name)") {
            return "\(candidate)/\(name)"
        }
        print("skipped: \(name) is not there")
        return nil
    }
}
