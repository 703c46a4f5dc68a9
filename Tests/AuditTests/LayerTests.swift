import Bytes
import HTTPDecoding
import Testing

@testable import Audit

@Suite struct LayerTests {
    /// `{"rss":286588928}` in gzip, made with Python's gzip module without a time.
    private static let packed = "H4sIAAAAAAACA6tWKiouVrIysjAztbCwNLKoBQA0b+IjEQAAAA=="

    @Test("JSON in base64 in JSON is read, and the path shows each layer")
    func nested() {
        let inner = String(decoding: Base64Text.encode(Array(#"{"rss":286588928}"#.utf8)), as: UTF8.self)
        let found = fields(exchange(body: #"{"events":[{"event_data":{"process":"\#(inner)"}}]}"#))
        #expect(found["body.events[0].event_data.process~base64~json.rss"] == .number("286588928"))
    }

    @Test("JSON in a text of JSON is read")
    func text() {
        let found = fields(exchange(body: #"{"user_id":"{\"device_id\":\"abc\",\"n\":[1]}"}"#))
        #expect(found["body.user_id~json.device_id"] == .text("abc"))
        #expect(found["body.user_id~json.n[0]"] == .number("1"))
    }

    @Test("The claims of a token are read")
    func token() {
        let parts = [#"{"alg":"none"}"#, #"{"sub":"jdoe"}"#].map {
            String(decoding: Base64Text.encode(Array($0.utf8), isURL: true), as: UTF8.self)
        }
        let found = fields(exchange(body: "{\"x\":\"\(parts[0]).\(parts[1]).c2ln\"}"))
        #expect(found["body.x~jwt.claims.sub"] == .text("jdoe"))
    }

    @Test(
        "Text that only looks like an encoding stays text",
        arguments: [
            "claude-code-20250219", "abcdefghijklmnop", "0123456789abcdef0123456789abcdef", "{not json}", "[1, 2",
            "eyJhbGciOi",
        ])
    func plain(_ text: String) {
        #expect(fields(exchange(body: "{\"a\":\"\(text)\"}"))["body.a"] == .text(text))
    }

    @Test("Layers inside one another are bounded")
    func depth() {
        var text = #"{"a":1}"#
        for _ in 0..<40 {
            text = String(
                decoding: Base64Text.encode(Array("{\"b\":\"\(text.replacing("\"", with: "\\\""))\"}".utf8)),
                as: UTF8.self)
            if text.utf8.count > 1 << 18 { break }
        }
        let request = RequestFields(exchange(body: "{\"x\":\"\(text)\"}"), unpack: ContentUnpacking.unpack)
        #expect(!request.fields.isEmpty)
        #expect(request.fields.allSatisfy { $0.path.split(separator: "~").count <= 16 })
    }

    @Test("What decompression may produce is bounded, and counted when it is refused")
    func bomb() {
        var limits = FieldLimits()
        limits.decodedBytes = 1 << 16
        let zeros = [UInt8](repeating: 0x20, count: 1 << 20)
        let unpack: ContentUnpacker = { _, _, limit in limit < zeros.count ? nil : zeros }
        let text = String(
            decoding: Base64Text.encode([0x1F, 0x8B, 0x08] + Array(repeating: 0, count: 30)), as: UTF8.self)
        let request = RequestFields(exchange(body: "{\"x\":\"\(text)\"}"), limits: limits, unpack: unpack)
        #expect(request.fields.contains { $0.path == "body.x" && $0.value == .text(text) })
    }

    @Test("A body in gzip is read, and gzip in base64 is")
    func gzip() throws {
        let bytes = try #require(Base64Text.decode(Self.packed.utf8))
        let headers = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
        let plain = fields(exchange(headers: headers, bytes: bytes))
        let inText = fields(exchange(body: "{\"x\":\"\(Self.packed)\"}"))
        #expect(plain["body.rss"] == .number("286588928"))
        #expect(inText["body.x~base64~gzip~json.rss"] == .number("286588928"))
    }

    @Test("Base64 of both alphabets is read, and what is none is refused")
    func base64() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xBE, 0x01]
        for isURL in [false, true] {
            #expect(Base64Text.decode(Base64Text.encode(bytes, isURL: isURL)) == bytes)
        }
        for text in ["a", "ab=c", "+_aa", "ab===", "a b c d", "é"] { #expect(Base64Text.decode(text.utf8) == nil) }
    }
}
