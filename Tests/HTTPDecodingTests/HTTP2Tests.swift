import Bytes
import HTTPDecoding
import StreamReassembly
import TestSupport
import Testing

/// Frames of HTTP/2.
enum Frames {
    static func frame(_ type: UInt8, _ flags: UInt8 = 0, stream: UInt32 = 1, _ body: [UInt8]) -> [UInt8] {
        let length = body.count
        var bytes: [UInt8] = [UInt8(length >> 16), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: stream >> shift))
        }
        return bytes + body
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, stream: 0, [])

    /// A literal field that is added to the table.
    static func literal(_ name: String, _ value: String) -> [UInt8] {
        [0x40, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
    }

    /// POST of https, and the path as a literal.
    static func request(_ path: String) -> [UInt8] {
        [0x83, 0x87, 0x44, UInt8(path.utf8.count)] + Array(path.utf8) + [0x41, 3] + Array("a.b".utf8)
    }
}

@Suite struct HTTP2Tests {
    private func stream() -> [UInt8] {
        let block = Frames.request("/one?q")
        let padded: [UInt8] = [2, 0, 0, 0, 0, 9] + Array(block[..<5]) + [0, 0]
        let data: [UInt8] = [1] + Array("two".utf8) + [0]
        let frames: [[UInt8]] = [
            Frames.preface, Frames.frame(1, 0x08 | 0x20, padded), Frames.frame(9, 0x04, Array(block[5...])),
            Frames.frame(1, 0x04, stream: 3, Frames.request("/two")), Frames.frame(0, 0x08, stream: 3, data),
            Frames.frame(0, stream: 1, Array("on".utf8)), Frames.frame(0, 0x01, stream: 1, Array("e".utf8)),
            Frames.frame(1, 0x05, stream: 3, Frames.literal("t", "v")),
        ]
        return frames.flatMap { $0 }
    }

    private func answer() -> [UInt8] {
        let frames: [[UInt8]] = [
            Frames.frame(4, stream: 0, []), Frames.frame(1, 0x04, stream: 3, [0x88]),
            Frames.frame(0, 0x01, stream: 3, Array("ok".utf8)), Frames.frame(1, 0x05, stream: 1, [0x89]),
        ]
        return frames.flatMap { $0 }
    }

    @Test(arguments: [1, 3, 10, 1_000]) func readsInterleavedStreams(_ step: Int) {
        let log = ExchangeLog()
        let connection = HTTP2Connection(owner: log)
        connection.put(stream(), from: .client, step: step)
        connection.put(answer(), from: .server, packet: 2, step: step)
        connection.finish()
        let exchanges = log.exchanges.sorted { ($0.stream ?? 0) < ($1.stream ?? 0) }
        #expect(exchanges.map(\.request.path) == ["/one", "/two"])
        #expect(exchanges.map(\.request.query) == ["q", nil])
        #expect(exchanges.map { String(decoding: $0.request.body.bytes, as: UTF8.self) } == ["one", "two"])
        #expect(exchanges.map(\.response?.status) == [204, 200])
        #expect(exchanges.map(\.request.authority) == ["a.b", "a.b"])
        #expect(exchanges[1].request.trailers.count == 1)
        #expect(exchanges.allSatisfy { $0.request.body.isComplete })
    }

    @Test func marksFieldsThatReferToWhatWasLost() {
        let log = ExchangeLog()
        let connection = HTTP2Connection(owner: log)
        connection.lose(nil, from: .client)
        // An index that was set before, an entry that is set now, and a reference to it.
        let block: [UInt8] = Frames.request("/three") + Frames.literal("new", "1") + [0xBE, 0xC6]
        connection.put(Frames.frame(1, 0x05, stream: 7, block), from: .client)
        connection.finish()
        #expect(log.paths == ["/three"])
        let fields = log.exchanges[0].request.fields
        #expect(fields.map(\.isKnown) == [true, true, false])
        #expect(fields[1].name == Array("new".utf8))
    }

    @Test func goesOnAfterALossInsideData() {
        let log = ExchangeLog()
        let connection = HTTP2Connection(owner: log)
        connection.put(Frames.preface + Frames.frame(1, 0x04, Frames.request("/big")), from: .client)
        let data = Frames.frame(0, 0x01, [UInt8](repeating: 5, count: 100))
        connection.put(Array(data[..<50]), from: .client)
        connection.lose(20, from: .client)
        connection.put(Array(data[70...]) + Frames.frame(1, 0x05, stream: 3, Frames.request("/next")), from: .client)
        connection.finish()
        let exchanges = log.exchanges.sorted { ($0.stream ?? 0) < ($1.stream ?? 0) }
        #expect(exchanges.map(\.request.path) == ["/big", "/next"])
        #expect(exchanges[0].request.body.count == 100)
        #expect(exchanges.map(\.request.body.isComplete) == [false, true])
    }

    @Test func readsAWebSocketInsideAStream() {
        let log = ExchangeLog()
        let connection = HTTP2Connection(owner: log)
        let connect =
            [0x02, 7] + Array("CONNECT".utf8) + Frames.literal(":protocol", "websocket") + [0x04, 2] + "/w".utf8
        connection.put(Frames.preface + Frames.frame(1, 0x04, connect), from: .client)
        connection.put(Frames.frame(4, stream: 0, []) + Frames.frame(1, 0x04, [0x88]), from: .server)
        connection.put(Frames.frame(0, 0, [0x81, 0x82, 1, 2, 3, 4, 0x69, 0x6B]), from: .client)
        connection.finish()
        #expect(log.exchanges.filter { $0.request.method == "WS" }.map { $0.request.body.bytes } == [Array("hi".utf8)])
    }

    @Test func survivesHostileBytes() {
        runHostileBytes(stream()) { bytes in
            let connection = HTTP2Connection(owner: ExchangeLog())
            connection.receive(bytes, from: .client, at: StreamPosition(time: .distantPast, packet: 1))
            connection.put(answer(), from: .server)
            connection.lose(3, from: .client)
            connection.receive(bytes, from: .client, at: StreamPosition(time: .distantPast, packet: 3))
            connection.finish()
        }
    }
}
