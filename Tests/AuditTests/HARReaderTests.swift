import Bytes
import HTTPDecoding
import TestSupport
import Testing

@testable import Audit

@Suite struct HARReaderTests {
    private static let file = """
        {"log":{"version":"1.2","entries":[
        {"startedDateTime":"2026-11-30T10:00:01.500+02:00","serverIPAddress":"192.0.2.9","connection":"44",
         "request":{"method":"POST","url":"https://API.example:8443/v1/x?q=1#f","httpVersion":"HTTP/2",
          "headers":[{"name":":authority","value":"x"},{"name":"User-Agent","value":"a/1"}],
          "postData":{"mimeType":"application/json","text":"{\\"a\\":1}"}},
         "response":{"status":200,"headers":[],"content":{"text":"aGk=","encoding":"base64"}}},
        {"startedDateTime":"2026-11-30T08:00:00Z","request":{"method":"GET","url":"http://b.example","headers":[]}},
        {"request":{"method":"GET","url":"no url"}}]}}
        """

    @Test("Requests are read in the order of their start")
    func read() throws {
        let exchanges = try HARReader.read(Array(Self.file.utf8))
        #expect(exchanges.map(\.request.method) == ["GET", "POST"])
        #expect(exchanges.map(\.number) == [1, 2])
        let post = try #require(exchanges.last)
        #expect(post.request.authority == "API.example:8443")
        #expect(post.request.host == "api.example")
        #expect(post.request.path == "/v1/x")
        #expect(post.request.query == "q=1")
        #expect(post.request.fields.count == 1)
        #expect(post.request.body.bytes == Array("{\"a\":1}".utf8))
        #expect(post.connection.server == "192.0.2.9:8443")
        #expect(post.version == .http2)
        #expect(post.time == Timestamp(iso8601: "2026-11-30T08:00:01.5Z"))
        #expect(post.response?.body.bytes == Array("hi".utf8))
        #expect(exchanges.first?.request.path == "/")
    }

    @Test("What is no HAR is refused", arguments: ["", "{}", "[]", "{\"log\":{}}", "{\"log\":{\"entries\":1}}"])
    func refused(_ text: String) {
        #expect(throws: FieldError.self) { try HARReader.read(Array(text.utf8)) }
    }

    @Test("Hostile bytes neither trap nor loop")
    func hostile() {
        let runs = runHostileBytes(Array(Self.file.utf8)) { bytes in _ = try? HARReader.read(bytes.copied()) }
        #expect(runs > 1000)
    }

    @Test(
        "Moments are read with their offsets",
        arguments: [
            ("2026-11-30T08:00:00Z", 1_796_025_600), ("2026-11-30T10:00:00+02:00", 1_796_025_600),
            ("2026-11-30T03:00:00-05:00", 1_796_025_600),
        ])
    func moments(_ text: String, _ seconds: Int64) {
        #expect(Timestamp(iso8601: text) == Timestamp(seconds: seconds, nanoseconds: 0))
    }

    @Test(
        "What is no moment is refused", arguments: ["", "2026-13-01T00:00:00Z", "2026-11-30", "2026-11-30T25:00:00Z"])
    func noMoments(_ text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }
}
