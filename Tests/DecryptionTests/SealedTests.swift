import Bytes
import StreamReassembly
import TestSupport
import Testing

@testable import Decryption

/// The contents of records and packets that were sealed for the test: an attacker who is the client chooses it.
@Suite struct SealedTests {
    private static let secrets = [[UInt8](repeating: 0x11, count: 32), [UInt8](repeating: 0x22, count: 32)]
    private static let position = StreamPosition(time: .distantPast, packet: 1)

    private static func ring() -> KeyRing {
        let random = Array(VectorTests.clientHello[11..<43])
        let log = zip(["CLIENT", "SERVER"], secrets).map { side, secret in
            "\(side)_TRAFFIC_SECRET_0 \(hex(random)) \(hex(secret))"
        }
        let ring = KeyRing()
        let bytes = Array(log.joined(separator: "\n").utf8)
        ring.read(bytes.rawSpan)
        return ring
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func session(_ plain: PlainText) -> TLSSession {
        let session = TLSSession(ring: Self.ring(), output: plain)
        put(VectorTests.clientHello, session, from: .client)
        put(VectorTests.serverHello, session, from: .server)
        return session
    }

    private func put(_ bytes: [UInt8], _ session: TLSSession, from sender: Sender) {
        session.receive(bytes.rawSpan, from: sender, at: Self.position)
    }

    private func put(_ bytes: [UInt8], _ session: QUICSession, from sender: Sender) {
        session.receive(bytes.rawSpan, from: sender, at: Self.position)
    }

    @Test func removesThePaddingOfRecords() throws {
        let plain = PlainText()
        let session = session(plain)
        var sealer = TrafficSealer(secret: Self.secrets[0])
        for (text, padding) in [("one", 0), ("two", 7), ("", 3), ("three", 200)] {
            let record = try sealer.record(type: 23, Array(text.utf8), padding: padding)
            put(record, session, from: .client)
        }
        session.finish()
        #expect(plain.bytes[0] == Array("onetwothree".utf8))
        #expect(session.outcome.state == .opened)
    }

    @Test func followsKeyUpdates() throws {
        let plain = PlainText()
        let session = session(plain)
        var sealer = TrafficSealer(secret: Self.secrets[0])
        put(try sealer.record(type: 23, [1]), session, from: .client)
        put(try sealer.record(type: 22, [24, 0, 0, 1, 0]), session, from: .client)
        let next = try #require(CipherSuite(number: 0x1301)).hash.expand(Self.secrets[0], "traffic upd", count: 32)
        var later = TrafficSealer(secret: next)
        put(try later.record(type: 23, [2]), session, from: .client)
        session.finish()
        #expect(plain.bytes[0] == [1, 2])
        #expect(session.outcome.state == .opened)
    }

    @Test func findsTheKeysAfterAKeyUpdateThatWasLost() throws {
        let plain = PlainText()
        let session = session(plain)
        var sealer = TrafficSealer(secret: Self.secrets[0])
        put(try sealer.record(type: 23, [1]), session, from: .client)
        session.lose(try sealer.record(type: 22, [24, 0, 0, 1, 0]).count, from: .client)
        let next = try #require(CipherSuite(number: 0x1301)).hash.expand(Self.secrets[0], "traffic upd", count: 32)
        var later = TrafficSealer(secret: next)
        put(try later.record(type: 23, [2]), session, from: .client)
        session.finish()
        #expect(plain.bytes[0] == [1, 2])
        #expect(session.outcome.state == .partial)
        #expect(session.outcome.unopened.map(\.isMissing) == [true])
    }

    @Test func goesOnAfterALostRecord() throws {
        let plain = PlainText()
        let session = session(plain)
        var sealer = TrafficSealer(secret: Self.secrets[0])
        let records = try (0..<5).map { try sealer.record(type: 23, [UInt8($0)]) }
        for (index, record) in records.enumerated() {
            if index == 2 {
                session.lose(record.count, from: .client)
            } else {
                put(record, session, from: .client)
            }
        }
        session.finish()
        #expect(plain.bytes[0] == [0, 1, 3, 4])
        #expect(plain.losses == 1)
        #expect(session.outcome.state == .partial)
    }

    @Test func survivesHostileHandshakeMessages() {
        let extensions: [UInt8] = [8, 0, 0, 11, 0, 9, 0, 16, 0, 5, 0, 3, 2, 0x68, 0x32]
        let ticket: [UInt8] = [4, 0, 0, 6, 0, 0, 0, 0, 0, 0]
        runHostileBytes(extensions + ticket + [24, 0, 0, 1, 1, 20, 0, 0, 0]) { content in
            let plain = PlainText()
            let session = session(plain)
            var sealer = TrafficSealer(secret: Self.secrets[1])
            for type in [22, 21, 23, 1] as [UInt8] {
                guard let record = try? sealer.record(type: type, content.copied()) else { continue }
                put(record, session, from: .server)
            }
            session.finish()
        }
    }

    @Test func survivesHostileFramesOfSealedPackets() throws {
        let id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        let hellos = [VectorTests.clientHello, VectorTests.serverHello].map { Array($0.dropFirst(5)) }
        let opening = try QUICSealer(destination: id).initial(
            to: id, from: [9, 9, 9, 9], frames: QUICSealer.crypto(hellos[0], at: 0))
        let answer = try QUICSealer(destination: id, sender: .server).initial(
            to: [9, 9, 9, 9], from: [7, 7, 7, 7], frames: QUICSealer.crypto(hellos[1], at: 0))
        let frames: [UInt8] = [
            0x0A, 0, 2, 0x61, 0x62, 0x0E, 4, 1, 2, 0x61, 0x62, 0x06, 0, 2, 24, 0, 0x18, 1, 0, 4, 1, 2, 3, 4, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x04, 4, 0, 2, 0x1C, 0, 0, 0,
        ]
        var opened = 0
        runHostileBytes(frames) { content in
            let log = StreamBytes()
            let session = QUICSession(ring: Self.ring(), output: log)
            put(opening, session, from: .client)
            put(answer, session, from: .server)
            var sealer = TrafficSealer(secret: Self.secrets[0], isQUIC: true)
            guard let packet = try? sealer.packet(to: [7, 7, 7, 7], frames: content.copied()) else { return }
            put(packet, session, from: .client)
            session.finish()
            if log.bytes[0] == Array("ab".utf8) { opened += 1 }
        }
        #expect(opened > 100)
    }
}
