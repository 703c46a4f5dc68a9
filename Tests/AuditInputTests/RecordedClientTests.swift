import Bytes
import Decryption
import Foundation
import HTTPDecoding
import Testing

@testable import AuditInput

/// Small recordings of OpenSSL, Go and aioquic on loopback, made by Tests/Scripts/audit_suites.py and audit_go.py.
///
/// Each holds requests whose paths are known. They stand here so that these cases are tested where those programs are not installed.
@Suite struct RecordedClientTests {
    private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/audit").path

    /// One recording and what is known of it.
    struct Case: Sendable, CustomStringConvertible {
        var name: String
        var paths: [String]
        var connections = 1
        var description: String { name }
    }

    private static let numbered = ["/request/0", "/request/1", "/request/2"]
    static let cases = [
        Case(name: "openssl-key-update", paths: numbered),
        Case(
            name: "openssl-early-data", paths: numbered + ["/request/90", "/request/10", "/request/11", "/request/12"],
            connections: 2),
        Case(name: "openssl-etm", paths: numbered), Case(name: "openssl-chacha20", paths: numbered),
        Case(name: "openssl-psk", paths: numbered), Case(name: "go-retry", paths: ["/go/0/0"]),
        Case(name: "go-psk", paths: ["/go/0/0", "/go/1/0"], connections: 2),
        Case(name: "go-tls12-ticket", paths: ["/go/0/0", "/go/1/0"], connections: 2),
        Case(name: "go-ech", paths: ["/go/0/0"]), Case(name: "go-ech-retry", paths: ["/go/0/0"]),
        Case(name: "aioquic-key-phase", paths: numbered + ["/request/3"]),
        Case(name: "aioquic-migration", paths: numbered + ["/request/3"]),
    ]

    private func keys(_ name: String) throws -> String {
        try String(contentsOfFile: "\(Self.directory)/\(name).keys", encoding: .utf8)
    }

    /// Reads the packets of a recording that `keep` keeps, by their position, with the key log `keys`.
    private func read(
        _ name: String, keys: String, keep: (Int) -> Bool = { _ in true }
    ) throws -> (reading: AuditReading, packets: Int) {
        let file = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(Self.directory)/\(name).pcap")))
        var output = Array(file.prefix(24))
        var position = 24
        var packets = 0
        while let length = file.rawSpan.uint32(at: position + 8)?.byteSwapped {
            let end = position + 16 + Int(length)
            if keep(packets) { output += file[position..<end] }
            packets += 1
            position = end
        }
        let stem = NSTemporaryDirectory() + "egret-recorded-\(UUID().uuidString)"
        try Data(output).write(to: URL(fileURLWithPath: stem + ".pcap"))
        try keys.write(toFile: stem + ".keys", atomically: false, encoding: .utf8)
        defer {
            for suffix in [".pcap", ".keys"] { try? FileManager.default.removeItem(atPath: stem + suffix) }
        }
        return (try AuditReader(captures: [stem + ".pcap"]).read(), packets)
    }

    @Test(arguments: cases) func opensTheWholeRecording(_ recorded: Case) throws {
        let (reading, _) = try read(recorded.name, keys: keys(recorded.name))
        #expect(Set(reading.exchanges.map(\.request.path)) == Set(recorded.paths))
        #expect(reading.exchanges.count == recorded.paths.count)
        #expect(reading.exchanges.allSatisfy { $0.request.body.isComplete && $0.request.body.count >= 60 })
        #expect(reading.connections.map(\.state) == Array(repeating: .opened, count: recorded.connections))
        #expect(reading.totals.isComplete)
        #expect(reading.totals.unusedKeyLines == 0)
    }

    @Test(arguments: cases) func opensNothingWithoutKeys(_ recorded: Case) throws {
        let (reading, _) = try read(recorded.name, keys: "# no keys\n")
        #expect(reading.exchanges.isEmpty)
        #expect(reading.connections.map(\.state) == Array(repeating: .noKey, count: recorded.connections))
        #expect(!reading.totals.isComplete)
        #expect(AuditNotice.lines(reading).first?.contains("could not be opened") == true)
    }

    @Test(arguments: cases) func namesTheKeysOfAnotherConnection(_ recorded: Case) throws {
        let other = recorded.name == "go-retry" ? "openssl-chacha20" : "go-retry"
        let (reading, _) = try read(recorded.name, keys: keys(other))
        #expect(reading.exchanges.isEmpty)
        #expect(reading.totals.unusedKeyLines > 0)
        #expect(AuditNotice.lines(reading).prefix(2).joined().contains("match no connection"))
    }

    @Test(arguments: cases) func opensHalfWithTheKeysOfOneDirection(_ recorded: Case) throws {
        // A master secret of TLS 1.2 is one line for both directions.
        let log = try keys(recorded.name)
        guard log.contains("CLIENT_TRAFFIC_SECRET_0") else { return }
        let lines = log.split(separator: "\n").filter { $0.hasPrefix("SERVER_") || $0.hasPrefix("QUIC_SERVER_") }
        let (reading, _) = try read(recorded.name, keys: lines.joined(separator: "\n"))
        #expect(reading.connections.allSatisfy { $0.state == .partial })
        #expect(!reading.totals.isComplete)
    }

    /// Packets are left out, and a later packet is the first: what is said never goes beyond what is there.
    ///
    /// The first packets, without which keys are searched for, and every fourth one after them.
    @Test(arguments: cases) func saysWhatIsMissing(_ recorded: Case) throws {
        let log = try keys(recorded.name)
        let (whole, count) = try read(recorded.name, keys: log)
        let sent = Set(Self.requests(whole))
        for index in [2, 3] + stride(from: 4, to: count, by: 4) {
            let reading = try read(recorded.name, keys: log) { $0 != index }.reading
            let found = Self.requests(reading)
            #expect(Set(found).isSubset(of: sent), "packet \(index) of \(recorded.name)")
            if reading.totals.isComplete {
                #expect(found.count == sent.count, "packet \(index) of \(recorded.name): its loss is not stated")
            }
        }
        let middle = try read(recorded.name, keys: log) { $0 >= count / 2 }.reading
        #expect(Set(Self.requests(middle)).isSubset(of: sent))
        // Of two connections, the second may begin where the recording does.
        if recorded.connections == 1 { #expect(!middle.totals.isComplete) }
    }

    /// The requests whose bodies are whole, by path and digest.
    private static func requests(_ reading: AuditReading) -> [String] {
        reading.exchanges.map(\.request).filter { $0.method == "POST" && $0.body.isComplete }
            .map { "\($0.path) \($0.body.sha256)" }
    }
}
