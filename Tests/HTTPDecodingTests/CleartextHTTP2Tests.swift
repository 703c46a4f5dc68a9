import Bytes
import HTTPDecoding
import StreamReassembly
import Testing

/// HTTP/2 in the clear, and what its header compression does when the size of the table changes.
@Suite struct CleartextHTTP2Tests {
    @Test func followsAnUpgradeFromHTTP1() {
        let log = ExchangeLog()
        let connection = HTTP1Connection(owner: log)
        connection.put(
            "GET /up HTTP/1.1\r\nHost: a.b\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
            from: .client)
        connection.put("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", from: .server)
        connection.put(Frames.frame(4, stream: 0, []) + Frames.frame(1, 0x05, stream: 1, [0x88]), from: .server)
        connection.put(Frames.preface + Frames.frame(1, 0x05, stream: 3, Frames.request("/two")), from: .client)
        connection.put(Frames.frame(1, 0x05, stream: 3, [0x89]), from: .server)
        connection.finish()
        #expect(log.paths == ["/up", "/two"])
        #expect(log.exchanges.map(\.response?.status) == [200, 204])
        #expect(log.exchanges.map(\.version) == [.http2, .http2])
    }

    @Test func readsAConnectionThatBeginsWithThePreface() {
        let log = ExchangeLog()
        let connection = HTTP2Connection(owner: log)
        let preface = Frames.preface
        let isPreface = HTTP2Connection.mayBegin(preface.rawSpan)
        #expect(isPreface)
        connection.put(Frames.preface + Frames.frame(1, 0x05, Frames.request("/known")), from: .client)
        connection.put(Frames.frame(4, stream: 0, []) + Frames.frame(1, 0x05, [0x88]), from: .server)
        connection.finish()
        #expect(log.paths == ["/known"])
        #expect(log.exchanges.first?.response?.status == 200)
    }

    @Test func emptiesTheTableWhenItsSizeIsZero() {
        let log = ExchangeLog()
        let connection = HTTP2Connection(owner: log)
        let first = Frames.request("/one") + Frames.literal("x", "1")
        // The size is 0 and then 4,096 again (RFC 7541 section 6.3): entry 62 is the one that comes after that.
        let second = [0x20, 0x3F, 0xE1, 0x1F] + Frames.request("/two") + Frames.literal("y", "2") + [0xBE]
        connection.put(Frames.preface + Frames.frame(1, 0x05, first), from: .client)
        connection.put(Frames.frame(1, 0x05, stream: 3, second), from: .client)
        connection.finish()
        let fields = log.exchanges.first { $0.request.path == "/two" }?.request.fields ?? []
        #expect(fields.map { String(decoding: $0.name, as: UTF8.self) } == ["y", "y"])
        #expect(fields.allSatisfy { $0.value == Array("2".utf8) && $0.isKnown })
    }
}
