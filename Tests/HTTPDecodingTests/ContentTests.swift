import Bytes
import HTTPDecoding
import StreamReassembly
import TestSupport
import Testing

@Suite struct ContentTests {
    private static let text = Array(String(repeating: "content coding test. ", count: 200).utf8)

    @Test func removesEveryCoding() {
        let decoder = ContentDecoder()
        let cases: [(String, [String], [UInt8])] = [
            (ContentSamples.gzip, ["gzip"], Self.text + Array("tail".utf8)),
            (ContentSamples.zlib, ["deflate"], Self.text),
            (ContentSamples.raw, ["deflate"], Self.text), (ContentSamples.br, ["br"], Self.text),
            (ContentSamples.zstd, ["zstd"], Self.text), (ContentSamples.stacked, ["br", "deflate"], Self.text),
        ]
        for (sample, codings, want) in cases {
            let content = decoder.decode(bytes(hex: sample), codings: codings)
            #expect(content.state == .complete, "\(codings)")
            #expect(content.bytes == want, "\(codings)")
            #expect(content.codings == codings.reversed())
        }
    }

    @Test func saysWhatItCouldNotDecode() {
        let decoder = ContentDecoder()
        let gzip = bytes(hex: ContentSamples.gzip)
        #expect(decoder.decode(Array(gzip.prefix(30)), codings: ["gzip"]).state == .truncated)
        #expect(decoder.decode(Array("plain".utf8), codings: ["br"]).state != .complete)
        #expect(decoder.decode(gzip, codings: ["lzma"]).state == .unknownCoding("lzma"))
        #expect(decoder.decode(gzip, codings: [String](repeating: "gzip", count: 9)).state == .overLimit)
    }

    @Test func boundsWhatABombGives() {
        let decoder = ContentDecoder(sizeLimit: 1_000)
        for (sample, coding) in [
            (ContentSamples.gzip, "gzip"), (ContentSamples.br, "br"), (ContentSamples.zstd, "zstd"),
            (ContentSamples.raw, "deflate"),
        ] {
            let content = decoder.decode(bytes(hex: sample), codings: [coding])
            #expect(content.state == .overLimit)
            #expect(content.bytes == Array(Self.text.prefix(1_000)))
        }
    }

    @Test func survivesHostileBytes() {
        let decoder = ContentDecoder(sizeLimit: 10_000)
        for (sample, coding) in [
            (ContentSamples.raw, "deflate"), (ContentSamples.br, "br"), (ContentSamples.zstd, "zstd"),
        ] {
            runHostileBytes(bytes(hex: sample)) { _ = decoder.decode($0.copied(), codings: [coding]) }
        }
    }

    @Test func readsEventStreams() {
        let stream = "\u{FEFF}: comment\r\nevent: delta\rid: 7\ndata: one\ndata:two\n\ndata\n\ndata: not ended\n"
        #expect(
            ServerSentEvents.read(Array(stream.utf8)) == [
                ServerSentEvent(type: "delta", data: Array("one\ntwo".utf8), id: "7"),
                ServerSentEvent(data: [], id: "7"),
            ])
    }

    @Test func readsEnvelopes() {
        let compressed = bytes(hex: ContentSamples.zlib)
        let length = UInt8(compressed.count)
        let fields = [HTTPField(name: Array("grpc-encoding".utf8), value: Array("deflate".utf8))]
        let stream: [UInt8] = [0, 0, 0, 0, 2, 1, 2, 1, 0, 0, 0, length] + compressed + [2, 0, 0, 0, 9, 1]
        let messages = MessageEnvelopes.read(stream, fields: fields)
        #expect(messages.map(\.isComplete) == [true, true, false])
        #expect(messages.map(\.isEnd) == [false, false, true])
        #expect(messages.first?.bytes == [1, 2])
        #expect(messages.dropFirst().first?.bytes == Self.text)
    }
}

@Suite struct WebSocketTests {
    private func messages(_ extensions: String, _ frames: [UInt8], step: Int) -> [HTTPBody] {
        let log = ExchangeLog()
        let connection = HTTP1Connection(owner: log)
        connection.put("GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", from: .client)
        connection.put(
            "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: \(extensions)\r\n\r\n",
            from: .server)
        connection.put(frames, from: .client, packet: 2, step: step)
        connection.finish()
        #expect(log.exchanges.first?.response?.status == 101)
        return log.exchanges.filter { $0.request.method == "WS" }.map(\.request.body)
    }

    @Test(arguments: [1, 5, 1_000]) func readsCompressedMessages(_ step: Int) {
        let want = ["hello hello hello", "hello hello again"].map { Array($0.utf8) }
        let takeover = messages("permessage-deflate", bytes(hex: ContentSamples.takeover), step: step)
        #expect(takeover.map(\.bytes) == want)
        #expect(takeover.map(\.isComplete) == [true, true])
        let without = messages(
            "permessage-deflate; client_no_context_takeover", bytes(hex: ContentSamples.noTakeover), step: step)
        #expect(without.map(\.bytes) == want)
    }

    @Test func joinsFragmentsAroundControlFrames() {
        let frames: [UInt8] = [0x01, 0x81, 0, 0, 0, 0, 0x61, 0x89, 0x80, 1, 1, 1, 1, 0x80, 0x81, 1, 0, 0, 0, 0x63]
        #expect(messages("", frames, step: 3).map(\.bytes) == [Array("ab".utf8)])
    }

    @Test func survivesHostileBytes() {
        runHostileBytes(bytes(hex: ContentSamples.takeover)) { bytes in
            _ = messages("permessage-deflate", bytes.copied(), step: .max)
        }
    }
}
