import Bytes
import Protocols
import TestSupport
import Testing

@Suite struct HTTP2PrefaceTests {
    private let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + bytes(hex: "000000 04 00 00000000")

    private func frame(_ type: UInt8, _ flags: UInt8, _ payload: [UInt8], stream: UInt8 = 1) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF), type, flags, 0, 0, 0, stream] + payload
    }

    /// POST /v1/messages?beta=true, authority api.anthropic.com, a literal never indexed beside it.
    private var block: [UInt8] {
        bytes(hex: "83 86") + [0x44, 22] + Array("/v1/messages?beta=true".utf8)
            + [0x41, 17] + Array("API.anthropic.com".utf8) + [0x1F, 0x08, 6] + Array("secret".utf8)
    }

    private func check(_ stream: [UInt8]) {
        let (progress, findings) = parseStream(HTTP2Preface.self, stream)
        #expect(progress == .done(consumed: stream.count))
        #expect(findings.application == .http2)
        #expect(findings.names == [NameEvidence(name: "api.anthropic.com", source: .httpHost)])
        #expect(findings.http == HTTPFacts(method: "POST", path: "/v1/messages"))
        #expect(!findings.isViaProxy)
        #expect(parseStream(HTTP2Preface.self, stream, step: 1).findings == findings)
    }

    @Test func theFirstRequestIsNamedByItsAuthority() {
        check(
            preface + frame(8, 0, [0, 1, 0, 0], stream: 0) + frame(2, 0, [0, 0, 0, 0, 9], stream: 3)
                + frame(1, 0x05, block))
    }

    @Test func paddingAndPriorityAreNoPartOfTheBlock() {
        check(preface + frame(1, 0x2C, [3, 0, 0, 0, 0, 16] + block + [0, 0, 0]))
        check(preface + frame(1, 0x0C, [0] + block))
    }

    @Test func aBlockMayGoOnInContinuations() {
        check(
            preface + frame(1, 0x00, Array(block.prefix(7))) + frame(9, 0, Array(block[7..<9]))
                + frame(9, 4, Array(block.dropFirst(9))))
    }

    @Test func connectIsATunnelAndExtendedConnectIsNone() {
        let connect = [0x02, 7] + Array("CONNECT".utf8) + [0x01, 15] + Array("a.example.:8443".utf8)
        let tunnel = parseStream(HTTP2Preface.self, preface + frame(1, 4, connect)).findings
        #expect(tunnel.isViaProxy)
        #expect(tunnel.names == [NameEvidence(name: "a.example", source: .connect)])
        let socket = [0x00, 9] + Array(":protocol".utf8) + [9] + Array("websocket".utf8)
        let extended = parseStream(HTTP2Preface.self, preface + frame(1, 4, connect + socket)).findings
        #expect(!extended.isViaProxy)
        #expect(extended.names == [NameEvidence(name: "a.example", source: .httpHost)])
    }

    @Test func whatIsNotAllowedEndsTheReading() {
        let wrong: [[UInt8]] = [
            frame(0, 0, [1]), frame(9, 4, block), frame(1, 4, block, stream: 0), frame(1, 0x0C, [200] + block),
            frame(1, 0, block) + frame(9, 4, [], stream: 3), frame(1, 0, block) + frame(4, 0, [], stream: 0),
            frame(1, 4, [0x80]),
        ]
        for frames in wrong {
            let (progress, findings) = parseStream(HTTP2Preface.self, preface + frames)
            #expect(progress == .skip)
            #expect(findings.names.isEmpty)
        }
        #expect(parseStream(HTTP2Preface.self, Array(preface.prefix(24)) + frame(1, 4, block)).progress == .skip)
    }

    @Test func aFirstRequestThatNeverComesIsGivenUp() {
        var stream = preface
        while stream.count < HTTP2Preface.longestStart { stream += frame(8, 0, [0, 1, 0, 0], stream: 0) }
        #expect(parseStream(HTTP2Preface.self, stream).progress == .skip)
        #expect(parseStream(HTTP2Preface.self, preface + [1, 0, 0, 1, 4, 0, 0, 0, 1]).progress == .skip)
    }

    @Test func probingNeedsTheWholePreface() {
        #expect(HTTP2Preface.probe(preface.rawSpan) == .yes)
        #expect(HTTP2Preface.probe(Array(preface.prefix(23)).rawSpan) == .unsure)
        #expect(HTTP2Preface.probe(Array("PRI * HTTP/1.1\r\n".utf8).rawSpan) == .no)
    }

    @Test func hostileBytesDoNotTrap() {
        runStreamParserSuite(
            HTTP2Preface.self,
            input: preface + frame(1, 0x28, [1, 0, 0, 0, 0, 9] + block + [0])
                + frame(9, 4, [0x84]))
    }
}
