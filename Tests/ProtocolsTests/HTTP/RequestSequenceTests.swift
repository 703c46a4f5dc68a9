import Bytes
import TestSupport
import Testing

@testable import Protocols

/// What comes after a request on the same connection, and requests with several hosts.
struct RequestSequenceTests {
    private func read(_ text: String) -> (consumed: Int?, findings: Findings) {
        let (progress, findings) = parseStream(HTTPRequest.self, Array(text.utf8))
        guard case .done(let consumed) = progress else { return (nil, findings) }
        return (consumed, findings)
    }

    private let chunkedHead = "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test(
        "A request that follows the last chunk of a body in the same bytes is found",
        arguments: ["0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n3\r\n0\r\n\r\n0\r\n\r\n"])
    func requestAfterChunks(_ body: String) {
        let next = "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n"
        #expect(read(chunkedHead + body + next).consumed == (chunkedHead + body).utf8.count)
    }

    @Test(
        "Bytes that only resemble a last chunk begin no request",
        arguments: ["10\r\n\r\n", "0\r\n", "0\n\nGET /", "x0\r\n\r\n"])
    func noLastChunk(_ body: String) {
        let text = chunkedHead + body + "GET / HTTP/1.1\r\n"
        #expect(read(text).consumed == text.utf8.count)
    }

    @Test func aSecondHostThatDiffersIsAContradictionAndBothAreTold() {
        let found = read("GET / HTTP/1.1\r\nHost: a.example\r\nX: 1\r\nHost: b.example\r\n\r\n").findings
        #expect(found.names.map(\.name) == ["a.example", "b.example"] && found.conflicts == 1)
        let same = read("GET / HTTP/1.1\r\nHost: a.example\r\nHost: A.example.\r\n\r\n").findings
        #expect(same.names.map(\.name) == ["a.example"] && same.conflicts == 0)
    }

    @Test func manyHostHeadersCostNoMoreThanAFew() {
        let hosts = (0..<5_000).map { "Host: h\($0).example\r\n" }.joined()
        let found = read("GET / HTTP/1.1\r\n" + hosts + "\r\n").findings
        #expect(found.names.count == 4 && found.conflicts == 3)
    }
}
