import Bytes
import Protocols
import StreamReassembly
import TestSupport
import Testing

@testable import Decryption

/// The other examples of RFC 8448, whole, and the Initial packets of RFC 9001 and RFC 9369.
@Suite struct PublishedVectorTests {
    private func session(_ trace: RFC8448Traces.Trace, _ records: [RFC8448Traces.Record]) -> (TLSSession, PlainText) {
        let ring = KeyRing()
        ring.read(Array(trace.keyLog.utf8).rawSpan)
        let plain = PlainText()
        let session = TLSSession(ring: ring, output: plain)
        for (index, record) in records.enumerated() {
            let position = StreamPosition(time: .distantPast, packet: index + 1)
            session.receive(record.bytes.rawSpan, from: record.isFromClient ? .client : .server, at: position)
        }
        session.finish()
        return (session, plain)
    }

    @Test("Every record of the example handshakes is opened", arguments: RFC8448Traces.all)
    func opens(_ trace: RFC8448Traces.Trace) {
        let (session, plain) = session(trace, trace.records)
        #expect(session.outcome.state == .opened)
        #expect(session.outcome.unopened.isEmpty)
        #expect(session.outcome.serverName == "server")
        let data = Array(UInt8(0)...0x31)
        let early = Array("ABCDEF".utf8)
        #expect(plain.bytes[0] == [3: data, 4: early + data][trace.section, default: []])
        #expect(plain.bytes[1] == [3: data, 4: data][trace.section, default: []])
    }

    @Test("A record after the handshake with one other byte is not opened", arguments: RFC8448Traces.all)
    func damage(_ trace: RFC8448Traces.Trace) throws {
        let start = try #require([3: 4, 4: 6, 5: 6, 6: 4, 7: 6][trace.section])
        for (index, record) in trace.records.enumerated() where index >= start {
            var records = trace.records
            records[index].bytes[record.bytes.count - 1] ^= 1
            let (session, _) = session(trace, records)
            #expect(session.outcome.state != .opened, "record \(index)")
            #expect(session.outcome.unopened.contains { $0.isFromClient == record.isFromClient })
        }
    }

    @Test("The Initial packets of RFC 9001 and RFC 9369 are opened")
    func initialPackets() throws {
        // Where the packet number is, its value, and the frames before the message: the server's acknowledges first.
        let client: [UInt8] = [0x06, 0x00, 0x40, 0xF1] + QUICVectors.clientHello
        let server: [UInt8] = [0x02, 0x00, 0x00, 0x00, 0x00, 0x06, 0x00, 0x40, 0x5A] + QUICVectors.serverHello
        let packets: [(bytes: [UInt8], version: QUICVersion, isClient: Bool, number: UInt64, frames: [UInt8])] = [
            (QUICVectors.client1, .version1, true, 2, client), (QUICVectors.server1, .version1, false, 1, server),
            (QUICVectors.client2, .version2, true, 2, client), (QUICVectors.server2, .version2, false, 1, server),
        ]
        for packet in packets {
            let initial = QUICKeys.initial(
                QUICVectors.destinationID, version: packet.version, isClient: packet.isClient)
            let keys = try #require(initial)
            let (bytes, end) = (packet.bytes, packet.bytes.count)
            let found = keys.unmask(bytes.rawSpan, start: 0, numberOffset: 18, end: end)
            let unmasked = try #require(found)
            #expect(unmasked.truncated == packet.number)
            let opened = keys.open(unmasked, bytes.rawSpan, end: end, number: packet.number)
            let plain = try #require(opened)
            #expect(Array(plain.prefix(packet.frames.count)) == packet.frames)
            #expect(plain.dropFirst(packet.frames.count).allSatisfy { $0 == 0 })
            let other = keys.open(unmasked, bytes.rawSpan, end: end, number: packet.number + 1)
            #expect(other == nil)
        }
    }

    @Test("A Retry packet of RFC 9001 and RFC 9369 ends no connection")
    func retryPackets() {
        for (client, retry) in [
            (QUICVectors.client1, QUICVectors.retry1), (QUICVectors.client2, QUICVectors.retry2),
        ] {
            let session = QUICSession(ring: KeyRing(), output: StreamBytes())
            session.receive(client.rawSpan, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
            session.receive(retry.rawSpan, from: .server, at: StreamPosition(time: .distantPast, packet: 2))
            session.finish()
            #expect(session.outcome.serverName == "example.com")
            #expect(session.outcome.unopened.isEmpty)
        }
    }
}
