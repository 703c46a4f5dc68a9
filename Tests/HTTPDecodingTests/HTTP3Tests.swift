import Bytes
import HTTPDecoding
import StreamReassembly
import TestSupport
import Testing

@Suite struct HTTP3Tests {
    /// HEADERS: POST, https, /, and a literal field.
    private static let section: [UInt8] = [
        0, 0, 0xD4, 0xD7, 0xC1, 0x50, 3, 0x61, 0x2E, 0x62, 0x23, 0x61, 0x62, 0x63, 1, 0x31,
    ]
    private static let request: [UInt8] =
        [1, UInt8(section.count)] + section + [0x21, 2, 9, 9] + [0, 5] + Array("hello".utf8)

    private func put(_ connection: HTTP3Connection, _ bytes: [UInt8], on id: UInt64, from sender: Sender) {
        connection.receive(bytes.rawSpan, on: id, from: sender, at: StreamPosition(time: .distantPast, packet: 1))
    }

    @Test(arguments: [1, 4, 100]) func readsARequest(_ step: Int) {
        let log = ExchangeLog()
        let connection = HTTP3Connection(owner: log)
        for start in stride(from: 0, to: Self.request.count, by: step) {
            put(connection, Array(Self.request[start..<min(start + step, Self.request.count)]), on: 0, from: .client)
        }
        connection.close(0, from: .client, isAborted: false)
        put(connection, [1, 3, 0, 0, 0xD9, 0, 2, 0x6F, 0x6B], on: 0, from: .server)
        connection.close(0, from: .server, isAborted: false)
        connection.finish()
        #expect(log.exchanges.map(\.request.method) == ["POST"])
        #expect(log.exchanges.map(\.request.authority) == ["a.b"])
        #expect(log.bodies == ["hello"])
        #expect(log.exchanges.first?.response?.status == 200)
        #expect(log.answers == ["ok"])
        #expect(log.exchanges.first?.request.body.isComplete == true)
    }

    @Test func waitsForEntriesOfTheTable() {
        let log = ExchangeLog()
        let connection = HTTP3Connection(owner: log)
        // The server allows a table of 128 bytes: 4 entries.
        put(connection, [0, 4, 3, 0x01, 0x40, 0x80], on: 3, from: .server)
        // Required insert count 1, base 1, entry 0.
        put(connection, [1, 6, 2, 0, 0xD4, 0xD7, 0xC1, 0x80], on: 0, from: .client)
        #expect(log.exchanges.isEmpty)
        // The encoder stream: a capacity of 128, then the entry.
        put(connection, [2, 0x3F, 0x61, 0xC0, 3, 0x78, 0x2E, 0x79], on: 2, from: .client)
        connection.finish()
        #expect(log.exchanges.map(\.request.authority) == ["x.y"])
    }

    @Test func marksEntriesThatNeverCame() {
        let log = ExchangeLog()
        let connection = HTTP3Connection(owner: log)
        put(connection, [0, 4, 3, 0x01, 0x40, 0x80], on: 3, from: .server)
        put(connection, [1, 6, 2, 0, 0xD4, 0xD7, 0xC1, 0x80], on: 0, from: .client)
        connection.finish()
        #expect(log.exchanges.map(\.request.method) == ["POST"])
        #expect(log.exchanges.first?.request.fields.map(\.isKnown) == [false])
    }

    @Test func survivesHostileBytes() {
        runHostileBytes(Self.request) { bytes in
            let connection = HTTP3Connection(owner: ExchangeLog())
            connection.receive(bytes, on: 0, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
            connection.lose(2, on: 0, from: .client)
            connection.receive(bytes, on: 2, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
            connection.receive(bytes, on: 3, from: .server, at: StreamPosition(time: .distantPast, packet: 1))
            connection.finish()
        }
    }
}
