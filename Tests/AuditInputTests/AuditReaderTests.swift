import Bytes
import Decryption
import Foundation
import HTTPDecoding
import TestSupport
import Testing

@testable import AuditInput

/// A pcapng file of one TCP connection, built segment by segment.
private struct Recording {
    private var writer = CaptureWriter()
    private var next: [UInt32] = [1_000, 5_000]
    private var ticks: UInt64 = 1_000_000

    init() {
        writer.section()
        writer.interface()
        segment(0, "", flags: 0x02)
        segment(1, "", flags: 0x12)
    }

    /// Adds a segment of the client (0) or the server (1).
    mutating func segment(_ side: Int, _ payload: [UInt8], flags: UInt8 = 0x18) {
        let ports = side == 0 ? (50_000, 443) : (443, 50_000)
        let ends =
            side == 0
            ? (PacketBuilder.client, PacketBuilder.server) : (PacketBuilder.server, PacketBuilder.client)
        let frame = PacketBuilder(payload).tcp(
            from: ports.0, to: ports.1, sequence: next[side], acknowledgment: next[1 - side], flags: flags
        ).ipv4(from: ends.0, to: ends.1).ethernet()
        ticks += 1_000
        writer.packet(ticks: ticks, frame.bytes)
        next[side] += UInt32(payload.count) + (flags & 0x02 != 0 ? 1 : 0)
    }

    mutating func segment(_ side: Int, _ payload: String, flags: UInt8 = 0x18) {
        segment(side, Array(payload.utf8), flags: flags)
    }

    /// Adds a Decryption Secrets Block, which may be after the packets that it opens.
    mutating func secrets(_ log: String) {
        writer.block(10) {
            $0.integer(UInt32(0x544C_534B))
            $0.integer(UInt32(log.utf8.count))
            $0.raw(Array(log.utf8))
        }
    }

    /// Reads the file back.
    func read() throws -> AuditReading {
        let path = NSTemporaryDirectory() + "egret-audit-\(UUID().uuidString).pcapng"
        try Data(writer.bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try AuditReader(captures: [path]).read()
    }
}

@Suite struct AuditReaderTests {
    /// The hellos and the first record of application data of RFC 8448 section 3, whose content is the bytes 0 to 49.
    private static let clientHello = bytes(
        hex: """
            16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000
            910000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024
            001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603
            020308040805080604010501060102010402050206020202002d00020101001c00024001
            """)
    private static let serverHello = bytes(
        hex: """
            160303005a020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d
            0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304
            """)
    private static let data = bytes(
        hex: """
            1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292
            a2977014bd1e3deae63aeebb21694915e4
            """)
    private static let secret = """
        CLIENT_TRAFFIC_SECRET_0 cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 \
        9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5

        """

    @Test func readsPlainHTTP() throws {
        var recording = Recording()
        recording.segment(0, "POST /v1?x=1 HTTP/1.1\r\nHost: relay.example\r\nContent-Length: 3\r\n\r\nabc")
        recording.segment(1, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let reading = try recording.read()
        #expect(reading.exchanges.map(\.request.authority) == ["relay.example"])
        #expect(reading.exchanges.map(\.packet) == [3])
        #expect(reading.exchanges.map(\.number) == [1])
        #expect(reading.connections.map(\.state) == [.clear])
        #expect(reading.totals.isComplete)
    }

    @Test func opensTLSAfterSTARTTLSWithKeysAtTheEndOfTheFile() throws {
        var recording = Recording()
        recording.segment(1, "220 mail.example\r\n")
        recording.segment(0, "EHLO client.example\r\n")
        recording.segment(1, "250 STARTTLS\r\n")
        recording.segment(0, "STARTTLS\r\n")
        recording.segment(1, "220 go\r\n")
        recording.segment(0, Self.clientHello)
        recording.segment(1, Self.serverHello)
        recording.segment(0, Self.data)
        recording.secrets(Self.secret)
        let reading = try recording.read()
        #expect(reading.connections.map(\.state) == [.opened])
        #expect(reading.connections.map(\.host) == ["server"])
        #expect(reading.totals.unusedKeyLines == 0)
    }

    @Test func saysThatNoKeyWasThere() throws {
        var recording = Recording()
        recording.segment(0, Self.clientHello)
        recording.segment(1, Self.serverHello)
        recording.segment(0, Self.data)
        recording.secrets(Self.secret.replacing("cb34", with: "cb35"))
        let reading = try recording.read()
        #expect(reading.connections.map(\.state) == [.noKey])
        #expect(reading.totals.unusedKeyLines == 1)
        #expect(!reading.totals.isComplete)
        #expect(AuditNotice.lines(reading).first?.contains("1 no_key") == true)
    }

    @Test func findsTheClientOfAConnectionInsideATunnel() throws {
        var recording = Recording()
        recording.segment(0, "CONNECT inner.example:443 HTTP/1.1\r\nHost: inner.example:443\r\n\r\n")
        recording.segment(1, "HTTP/1.1 200 Connection established\r\n\r\n")
        recording.segment(0, Self.clientHello)
        recording.segment(1, Self.serverHello)
        recording.segment(0, Self.data)
        recording.secrets(Self.secret)
        let reading = try recording.read()
        #expect(reading.exchanges.map(\.request.method) == ["CONNECT"])
        #expect(reading.connections.map(\.state) == [.opened])
    }

    @Test func writesTheRecordsInOrder() throws {
        var recording = Recording()
        recording.segment(0, "GET /a HTTP/1.1\r\nHost: b\r\n\r\n")
        let lines = AuditRecords.lines(try recording.read())
        #expect(lines.count == 3)
        #expect(lines.first?.contains(#""type":"connection""#) == true)
        #expect(lines.last?.contains(#""keys_unused":0"#) == true)
    }
}
