import Bytes
import TestSupport
import Testing

@testable import Decryption

@Suite struct KeyRingTests {
    private static let random = String(repeating: "aB", count: 32)
    private static let secret = String(repeating: "0f", count: 32)

    private func ring(_ text: String) -> KeyRing {
        let ring = KeyRing()
        let bytes = Array(text.utf8)
        ring.read(bytes.rawSpan)
        return ring
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func readsEveryLineEnd(_ end: String) {
        let lines = [
            "# comment", "", "CLIENT_TRAFFIC_SECRET_0 \(Self.random) \(Self.secret)",
            "QUIC_SERVER_TRAFFIC_SECRET_0 \(Self.random.lowercased()) \(Self.secret.uppercased())", "NEW_LABEL a b",
            "CLIENT_RANDOM \(Self.random) \(Self.secret)",
        ]
        let ring = ring(lines.joined(separator: end))
        #expect(ring.counters.lines == 4)
        #expect(ring.counters.unknownLabels == 1)
        // A master secret has 48 bytes.
        #expect(ring.counters.malformed == 1)
        let found = ring.secrets(clientRandom: bytes(hex: Self.random))
        #expect(found?[label: .clientTraffic] == bytes(hex: Self.secret))
        #expect(found?[label: .serverTraffic] == bytes(hex: Self.secret))
        #expect(ring.unusedLines == 2)
        found?.markUsed()
        #expect(ring.unusedLines == 0)
    }

    @Test func readsTheFormsBeforeTheStandard() {
        let master = String(repeating: "01", count: 48)
        let ring = ring("RSA 0011223344556677 \(master)\nRSA Session-ID:aabb Master-Key:\(master)\n")
        #expect(ring.premaster(encrypted: bytes(hex: "0011223344556677ffff"))?[label: .masterSecret]?.count == 48)
        #expect(ring.secrets(sessionID: [0xAA, 0xBB])?[label: .masterSecret]?.count == 48)
        #expect(ring.secrets(sessionID: []) == nil)
    }

    @Test func countsARepeatedLineOnce() {
        let line = "SERVER_TRAFFIC_SECRET_0 \(Self.random) \(Self.secret)\n"
        #expect(ring(line + line).unusedLines == 1)
    }

    @Test func keepsSessionsForTheirResumption() {
        let master = String(repeating: "01", count: 48)
        let ring = ring("CLIENT_RANDOM \(Self.random) \(master)\n")
        guard let found = ring.secrets(clientRandom: bytes(hex: Self.random)) else {
            Issue.record("the line was not read")
            return
        }
        let ticket = [UInt8](repeating: 7, count: 200)
        ring.keep(found, resumableBy: ticket)
        ring.keep(found, resumableBy: [])
        #expect(ring.secrets(resuming: ticket) === found)
        #expect(ring.secrets(resuming: Array(ticket.dropLast())) == nil)
        #expect(ring.secrets(resuming: []) == nil)
        for number in 0..<KeyRing.sessionLimit {
            ring.keep(found, resumableBy: (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
        }
        #expect(ring.counters.sessionsDropped == 1)
    }

    @Test func survivesHostileBytes() {
        runHostileBytes(Array("CLIENT_TRAFFIC_SECRET_0 \(Self.random) \(Self.secret)\n".utf8)) { KeyRing().read($0) }
    }
}
