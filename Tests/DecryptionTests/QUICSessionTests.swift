import Bytes
import StreamReassembly
import TestSupport
import Testing

@testable import Decryption

/// Keeps the streams of a connection.
final class StreamBytes: MultiplexReceiver {
    var bytes: [UInt64: [UInt8]] = [:]
    func receive(_ bytes: RawSpan, on stream: UInt64, from sender: Sender, at position: StreamPosition) {
        self.bytes[stream, default: []] += bytes.copied()
    }
    func lose(_ count: Int?, on stream: UInt64, from sender: Sender) {}
    func close(_ stream: UInt64, from sender: Sender, isAborted: Bool) {}
    func finish() {}
}

@Suite struct QUICSessionTests {
    private static let id: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    /// An Initial packet with the ClientHello of RFC 8448.
    private static func initial(paddedTo size: Int = 1_200) throws -> [UInt8] {
        let hello = Array(VectorTests.clientHello.dropFirst(5))
        let frame: [UInt8] = [0x06, 0x00, 0x40 | UInt8(hello.count >> 8), UInt8(hello.count & 0xFF)] + hello
        return try QUICSealer(destination: id).initial(to: id, from: [9, 9, 9, 9], paddedTo: size, frames: frame)
    }

    @Test func readsTheHelloOfAnInitialPacket() throws {
        var ids: [[UInt8]] = []
        let session = QUICSession(ring: KeyRing(), output: StreamBytes(), onID: { id, _ in ids.append(id) })
        let packet = try Self.initial()
        session.receive(packet.rawSpan, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
        session.finish()
        #expect(session.outcome.serverName == "server")
        #expect(session.outcome.state == .opened)
        #expect(ids == [[9, 9, 9, 9], Self.id])
        #expect(session.isKnown(destination: Self.id, source: nil, from: .client))
        #expect(!session.isKnown(destination: [7, 7, 7, 7], source: [], from: .client))
    }

    @Test func countsWhatNoKeyOpens() {
        let session = QUICSession(ring: KeyRing(), output: StreamBytes())
        let packet: [UInt8] = [0x41] + [UInt8](repeating: 0x5A, count: 60)
        session.receive(packet.rawSpan, from: .server, at: StreamPosition(time: .distantPast, packet: 1))
        session.finish()
        #expect(session.outcome.state == .noKey)
        #expect(session.outcome.unopened == [UnopenedRange(isFromClient: false, bytes: 0..<61, isMissing: false)])
    }

    @Test func recoversPacketNumbers() {
        // RFC 9000 appendix A.3.
        #expect(QUICDirection.number(0x9B32, count: 2, expected: 0xA82F_30EB) == 0xA82F_9B32)
        #expect(QUICDirection.number(0, count: 1, expected: 0) == 0)
        #expect(QUICDirection.number(0xFF, count: 1, expected: 0x100) == 0xFF)
    }

    @Test func survivesHostileDatagrams() throws {
        let packet = try Self.initial(paddedTo: 0)
        runHostileBytes(packet) { bytes in
            let session = QUICSession(ring: KeyRing(), output: StreamBytes())
            session.receive(bytes, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
            session.receive(bytes, from: .server, at: StreamPosition(time: .distantPast, packet: 2))
            session.finish()
        }
    }

    @Test func survivesHostileFrames() {
        let frames: [UInt8] = [
            0x02, 1, 0, 1, 0, 0, 0, 0x08, 0, 0x61, 0x0E, 4, 1, 2, 0x61, 0x62, 0x04, 4, 0, 2, 0x18, 1, 0, 4, 1, 2, 3, 4,
            0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1C, 0, 0, 0,
        ]
        runHostileBytes(frames) { bytes in
            let session = QUICSession(ring: KeyRing(), output: StreamBytes())
            session.takeFrames(
                bytes.copied(), .application, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
            session.finish()
        }
    }
}
