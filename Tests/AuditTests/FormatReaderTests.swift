import Bytes
import TestSupport
import Testing

@testable import Audit

@Suite struct FormatReaderTests {
    @Test("Query and form are decoded, and keep what was sent")
    func forms() {
        let request = exchange(
            query: "a=1&a=b%20c&d=%zz&e", headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: "x=%7B%22y%22%3A2%7D&z=a+b")
        let found = fields(request)
        #expect(found["query.a"] == .text("1"))
        #expect(found["query.a#2"] == .text("b c"))
        #expect(found["query.d"] == .text("%zz"))
        #expect(found["query.e"] == .text(""))
        #expect(found["body.x~json.y"] == .number("2"))
        #expect(found["body.z"] == .text("a b"))
    }

    @Test("The parts of a multipart body are named")
    func multipart() {
        let body =
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{\"b\":1}\r\n--x\r\n"
            + "Content-Disposition: form-data; name=\"f\"; filename=\"c.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n"
        let found = fields(exchange(headers: [("Content-Type", "multipart/form-data; boundary=x")], body: body))
        #expect(found["body.a~json.b"] == .number("1"))
        #expect(found["body.f"] == .text("hello"))
        #expect(found["body.f-filename"] == .text("c.txt"))
        #expect(found["body.f-type"] == .text("text/plain"))
    }

    @Test("Server-sent events are read, with JSON in their data")
    func events() {
        let body = "event: a\ndata: {\"b\":1}\n\ndata: x\ndata: y\n\n"
        let found = fields(exchange(headers: [("Content-Type", "text/event-stream")], body: body))
        #expect(found["body[0].event"] == .text("a"))
        #expect(found["body[0].data~json.b"] == .number("1"))
        #expect(found["body[1].data"] == .text("x\ny"))
    }

    @Test("JSON Lines are an array")
    func lines() {
        let found = fields(
            exchange(headers: [("Content-Type", "application/x-ndjson")], body: "{\"a\":1}\n{\"a\":2}\n"))
        #expect(found["body[1].a"] == .number("2"))
    }

    @Test("A message of Protocol Buffers is walked without a schema, in an envelope of gRPC")
    func protobuf() {
        // 1: 150, 2: "testing", 3: { 1: "inner text" }, 4: fixed 32
        let inner: [UInt8] = [0x0A, 10] + Array("inner text".utf8)
        let message: [UInt8] =
            [0x08, 0x96, 0x01, 0x12, 7] + Array("testing".utf8) + [0x1A, UInt8(inner.count)] + inner
            + [0x25, 1, 0, 0, 0]
        let body = [0, 0, 0, 0, UInt8(message.count)] + message
        let found = fields(exchange(headers: [("content-type", "application/grpc+proto")], bytes: body))
        #expect(found["body.message[0]~protobuf.1"] == .number("150"))
        #expect(found["body.message[0]~protobuf.2"] == .text("testing"))
        #expect(found["body.message[0]~protobuf.3.1"] == .text("inner text"))
        #expect(found["body.message[0]~protobuf.4"] == .number("1"))
    }

    @Test("Hostile bytes neither trap nor loop in any reader")
    func hostile() {
        let protobuf: [UInt8] = [0x08, 0x96, 0x01, 0x12, 3, 0x61, 0x62, 0x63, 0x1A, 2, 0x08, 1, 0x25, 1, 0, 0, 0]
        runHostileBytes(protobuf) { bytes in
            var budget = FieldBudget()
            _ = try? ProtobufReader.read(bytes.copied(), budget: &budget)
            _ = try? EnvelopeReader.read(bytes.copied())
        }
        let envelope: [UInt8] = [0, 0, 0, 0, 3, 1, 2, 3, 1, 0, 0, 0, 0]
        runHostileBytes(envelope) { bytes in _ = try? EnvelopeReader.read(bytes.copied()) }
        runHostileBytes(Array("a=%41&b=%7B%7D&&c+d".utf8)) { bytes in
            var budget = FieldBudget()
            _ = try? FormReader.read(bytes.copied(), budget: &budget)
        }
        let parts = Array("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--".utf8)
        runHostileBytes(parts) { bytes in _ = try? MultipartReader.parts(bytes.copied(), boundary: "x") }
        let runs = runHostileBytes(Array("event: a\ndata: b\n\n: c\n".utf8)) { bytes in
            var budget = FieldBudget()
            _ = try? EventStreamReader.read(bytes.copied(), budget: &budget)
        }
        #expect(runs > 20)
    }

    @Test("Every body is read within its bounds, whatever its type says")
    func hostileBodies() {
        let types = [
            "application/json", "application/grpc", "multipart/form-data; boundary=x", "text/event-stream",
            "application/proto",
            "application/x-www-form-urlencoded", "",
        ]
        for type in types {
            let runs = runHostileBytes(Array(#"{"a":"eyJiIjoxfQ==","c":[1]}--x"#.utf8)) { bytes in
                _ = fields(exchange(headers: [("Content-Type", type)], bytes: bytes.copied()))
            }
            #expect(runs > 30)
        }
    }
}
