import Bytes
import Protocols
import TestSupport
import Testing

/// The beginnings of streams that real clients sent, as recorded.
@Suite struct RecordedStreamsTests {
    private let hello = bytes(hex: "16 0301 0200 01 0001fc 0303")

    @Test func curlThroughAnHTTPProxy() {
        let head =
            "CONNECT api.anthropic.com:443 HTTP/1.1\r\nHost: api.anthropic.com:443\r\nUser-Agent: curl/7.88.1\r\n"
            + "Proxy-Connection: Keep-Alive\r\n\r\n"
        let (progress, findings) = parseStream(HTTPRequest.self, Array(head.utf8) + hello)
        #expect(progress == .done(consumed: 126))
        #expect(findings.names == [NameEvidence(name: "api.anthropic.com", source: .connect)])
        #expect(findings.isViaProxy)
    }

    @Test func pythonRequestsThroughAnHTTPProxySendsNoHost() {
        let head = "CONNECT api.anthropic.com:443 HTTP/1.0\r\n\r\n"
        let (progress, findings) = parseStream(HTTPRequest.self, Array(head.utf8) + hello)
        #expect(progress == .done(consumed: 42))
        #expect(findings.names == [NameEvidence(name: "api.anthropic.com", source: .connect)])
    }

    @Test func aClientThatMustAuthenticateAsksTwice() {
        let head = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"
        var findings = Findings()
        for _ in 0..<2 {
            var parser = HTTPRequest()
            #expect(parser.parse(Array(head.utf8).rawSpan, into: &findings) == .done(consumed: head.utf8.count))
        }
        #expect(findings.names == [NameEvidence(name: "a.example", source: .connect)])
    }

    @Test func curlThroughSOCKSWithNames() {
        let five = bytes(hex: "05020001 05010003 11 6170692e616e7468726f7069632e636f6d 01bb")
        #expect(parseStream(SOCKSRequest.self, five + hello).progress == .done(consumed: 28))
        let four = bytes(hex: "040101bb00000001 00 6170692e616e7468726f7069632e636f6d 00")
        for stream in [five, four] {
            #expect(SOCKSRequest.probe(stream.rawSpan) == .yes)
            let findings = parseStream(SOCKSRequest.self, stream).findings
            #expect(findings.names == [NameEvidence(name: "api.anthropic.com", source: .socks)])
        }
    }

    @Test("Plain HTTP with an h2c offer and through a proxy is named like any other")
    func curlInTheClear() {
        let offer =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
            + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n{}"
        let proxied = "POST http://api.openai.com/v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\n\r\n{}"
        for (text, isViaProxy) in [(offer, false), (proxied, true)] {
            let (progress, findings) = parseStream(HTTPRequest.self, Array(text.utf8))
            #expect(progress == .done(consumed: text.utf8.count - 2))
            #expect(findings.names == [NameEvidence(name: "api.openai.com", source: .httpHost)])
            #expect(findings.http == HTTPFacts(method: "POST", path: "/v1/chat/completions"))
            #expect(findings.isViaProxy == isViaProxy)
        }
    }

    @Test func theWrappersAreNotTakenForOneAnother() {
        let streams: [[UInt8]] = [
            Array("CONNECT a.example:443 HTTP/1.1\r\n".utf8), Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
            bytes(hex: "05020001 05010003 01 61 01bb"), Array("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".utf8),
            Array("EHLO a.example\r\n".utf8), hello,
        ]
        for (index, stream) in streams.enumerated() {
            let probes = [
                HTTPRequest.probe(stream.rawSpan), HTTP2Preface.probe(stream.rawSpan),
                SOCKSRequest.probe(stream.rawSpan), ProxyProtocolHeader.probe(stream.rawSpan),
                StartTLS.probe(stream.rawSpan),
            ]
            #expect(probes.indices.filter { probes[$0] == .yes } == probes.indices.filter { $0 == index })
            #expect(probes.indices.filter { probes[$0] == .unsure }.isEmpty)
        }
    }
}
