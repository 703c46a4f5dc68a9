import HTTPDecoding
import Testing

@testable import Audit

/// Messages of the Connect protocol and of gRPC: five bytes, then the message.
@Suite struct ConnectTests {
    private func envelope(_ message: [UInt8], flags: UInt8 = 0) -> [UInt8] {
        [flags, 0, 0, UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
    }

    @Test("JSON in envelopes of Connect is read, with facts and known values in it")
    func json() {
        let body = envelope(Array(#"{"a":1}"#.utf8)) + envelope(Array(#"{"timezone":"Asia/Dubai"}"#.utf8))
        let request = exchange(headers: [("Content-Type", "application/connect+json")], bytes: body)
        let found = fields(request)
        #expect(found["body.message[0]~json.a"] == .number("1"))
        #expect(found["body.message[1]~json.timezone"] == .text("Asia/Dubai"))
        #expect(findings(request).contains { $0.category == "time_zone" })
    }

    @Test("A unary request of Connect is plain JSON or protobuf")
    func unary() {
        #expect(fields(exchange(body: #"{"a":"b"}"#))["body.a"] == .text("b"))
        let message: [UInt8] = [0x0A, 5] + Array("hello".utf8) + [0x10, 7]
        let request = exchange(headers: [("Content-Type", "application/proto")], bytes: message)
        let texts = fields(request).values.map(\.text)
        #expect(texts.contains("hello"))
        #expect(texts.contains("7"))
    }

    @Test("An envelope that is cut or has a length beyond the body is no trap and is not lost")
    func cut() {
        let body = envelope(Array(#"{"a":"complete"}"#.utf8)) + [0, 0xFF, 0xFF, 0xFF, 0xFF, 1]
        let request = exchange(headers: [("Content-Type", "application/grpc")], bytes: body)
        let found = fields(request).filter { $0.key.hasPrefix("body") }
        #expect(!found.isEmpty)
    }
}
