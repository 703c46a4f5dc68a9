import Bytes
import HTTPDecoding
import TestSupport
import Testing

/// The events of a stream that is written as text.
private func events(_ text: String) -> [ServerSentEvent] { ServerSentEvents.read(Array(text.utf8)) }

/// The data of the events as texts.
private func data(_ text: String) -> [String] { events(text).map { String(decoding: $0.data, as: UTF8.self) } }

@Suite struct EventStreamTests {
    @Test(
        "Data is what the WHATWG HTML standard makes of the lines",
        arguments: [
            ("data: a\n\n", ["a"]), ("data:a\n\n", ["a"]), ("data:  a\n\n", [" a"]), ("data\n\n", [""]),
            ("data: a\ndata: b\n\n", ["a\nb"]), ("data\ndata\n\n", ["\n"]), ("data: a\n\ndata: b\n\n", ["a", "b"]),
            (": comment\ndata: a\n\n", ["a"]), ("event: x\n\n", []), ("data: a", []), ("data: a\n", []),
            ("\n\n\n", []), ("", []), ("dat: a\n\n", []), ("DATA: a\n\n", []), ("data: a: b\n\n", ["a: b"]),
            ("\u{FEFF}data: a\n\n", ["a"]), ("retry: 10\ndata: a\n\n", ["a"]),
        ])
    func standard(text: String, expected: [String]) {
        #expect(data(text) == expected)
    }

    @Test("Lines end with LF, CR or both, in any mixture")
    func lineEnds() {
        for end in ["\n", "\r", "\r\n"] {
            for blank in ["\n", "\r", "\r\n"] where !(end == "\r" && blank == "\n") {
                #expect(data("data: a\(end)data: b\(end)\(blank)data: c\(end)\(blank)") == ["a\nb", "c"])
            }
        }
    }

    @Test("The type is of one event, the id of all that follow it")
    func typesAndIDs() {
        let found = events("event: delta\nid: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\nid\ndata: d\n\n")
        #expect(found.map(\.type) == ["delta", "message", "message", "message"])
        #expect(found.map(\.id) == ["1", "1", "2", ""])
    }

    @Test("An id with a zero byte is passed over")
    func zeroInID() {
        #expect(events("id: 1\ndata: a\n\nid: 2\u{0}\ndata: b\n\n").map(\.id) == ["1", "1"])
    }

    @Test("Every cut of a stream gives a beginning of its events")
    func cuts() {
        let text = "event: a\ndata: one\ndata: two\n\nid: 7\ndata: three\r\n\r\ndata: four\n\n"
        let whole = events(text)
        let bytes = Array(text.utf8)
        for count in bytes.indices {
            let found = ServerSentEvents.read(Array(bytes[..<count]))
            #expect(whole.starts(with: found), "cut after \(count) bytes")
        }
        #expect(whole.count == 3)
    }

    @Test("Any bytes are read without a trap")
    func noise() {
        var generator = Xorshift(seed: 3)
        let alphabet = Array("data:event:id \r\n\u{0}é".utf8) + [0xFF, 0xEF, 0xBB, 0xBF]
        for _ in 0..<2_000 {
            let bytes = (0..<generator.below(120)).map { _ in alphabet[generator.below(alphabet.count)] }
            for event in ServerSentEvents.read(bytes) { #expect(event.data.count <= bytes.count) }
        }
    }

    @Test("An event of many lines costs their bytes, not their square", .timeLimit(.minutes(1)))
    func manyLines() {
        let bytes = Array(String(repeating: "data:\n", count: 400_000).utf8) + [0x0A]
        #expect(ServerSentEvents.read(bytes).map(\.data.count) == [399_999])
    }

    @Test("A response is a stream of events by its content type, in any case, with parameters")
    func contentTypes() {
        func isStream(_ type: String) -> Bool {
            ServerSentEvents.isStream([HTTPField(name: Array("content-type".utf8), value: Array(type.utf8))])
        }
        #expect(isStream("text/event-stream") && isStream("Text/Event-Stream; charset=utf-8"))
        for type in ["", "text/plain", "application/json", "text/event", " text"] {
            #expect(!isStream(type), "\(type)")
        }
        #expect(!ServerSentEvents.isStream([]))
    }
}

@Suite struct EnvelopeTests {
    private func fields(_ pairs: [(String, String)]) -> [HTTPField] {
        pairs.map { HTTPField(name: Array($0.0.utf8), value: Array($0.1.utf8)) }
    }

    private func envelope(_ flags: UInt8, _ content: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = UInt32(length ?? content.count)
        return [flags] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) } + content
    }

    @Test("Messages are read one after another, with their flags")
    func messages() {
        let bytes = envelope(0, [1, 2, 3]) + envelope(0, []) + envelope(0x80, Array("grpc-status: 0".utf8))
        let found = MessageEnvelopes.read(bytes, fields: [])
        #expect(found.map(\.bytes) == [[1, 2, 3], [], Array("grpc-status: 0".utf8)])
        #expect(found.map(\.isEnd) == [false, false, true] && found.allSatisfy(\.isComplete))
    }

    @Test("A message that is cut is kept, and said to be incomplete")
    func cuts() {
        let bytes = envelope(0, [1, 2, 3]) + envelope(2, [4, 5, 6, 7])
        for count in bytes.indices {
            let found = MessageEnvelopes.read(Array(bytes[..<count]), fields: [])
            let whole = count >= bytes.count ? 2 : count >= 8 ? 1 : 0
            #expect(found.count { $0.isComplete } == whole, "cut after \(count) bytes")
        }
        let claimed = MessageEnvelopes.read(envelope(0, [1], length: 0xFFFF_FFFF), fields: [])
        #expect(claimed.map(\.isComplete) == [false] && claimed.map(\.bytes) == [[1]])
    }

    @Test("A compressed message without a known coding is kept as it is, incomplete")
    func unknownCoding() {
        let bytes = envelope(1, [9, 9])
        #expect(MessageEnvelopes.read(bytes, fields: []).map(\.isComplete) == [false])
        let unknown = fields([("grpc-encoding", "lzma")])
        #expect(MessageEnvelopes.read(bytes, fields: unknown).map(\.isComplete) == [false])
    }

    @Test("Message streams are those of gRPC and of Connect")
    func contentTypes() {
        for (type, expected) in [
            ("application/grpc", true), ("application/grpc-web+proto", true), ("Application/Connect+JSON", true),
            ("application/connect", false), ("application/json", false), ("", false),
        ] {
            #expect(MessageEnvelopes.hasEnvelopes(fields([("content-type", type)])) == expected, "\(type)")
        }
    }

    @Test("Any bytes are read without a trap, and not more than there are")
    func noise() {
        var generator = Xorshift(seed: 4)
        for _ in 0..<2_000 {
            let bytes = (0..<generator.below(60)).map { _ in
                generator.below(2) == 0 ? 0 : UInt8(truncatingIfNeeded: generator.next())
            }
            let found = MessageEnvelopes.read(bytes, fields: fields([("grpc-encoding", "gzip")]))
            #expect(found.count <= bytes.count / 5 + 1)
        }
    }
}

@Suite struct ContentCodingTests {
    @Test("The codings of a message are its content-encoding fields, in order, in lower case")
    func names() {
        func codings(_ values: String...) -> [String] {
            ContentDecoder.codings(
                values.map { HTTPField(name: Array("content-encoding".utf8), value: Array($0.utf8)) })
        }
        #expect(codings("gzip") == ["gzip"])
        #expect(codings("GZip, br") == ["gzip", "br"])
        #expect(codings("gzip", "br") == ["gzip", "br"])
        #expect(codings() == [])
    }

    @Test("Without a coding the bytes are the content, and a cut body stays cut")
    func identity() {
        let bytes = Array("plain".utf8)
        let whole = ContentDecoder().decode(bytes, codings: [])
        #expect(whole.bytes == bytes && whole.state == .complete)
        let cut = ContentDecoder().decode(bytes, codings: [], isComplete: false)
        #expect(cut.bytes == bytes && cut.state != .complete)
    }
}
