import Bytes
import Protocols
import TestSupport
import Testing

@Suite struct ProxyProtocolHeaderTests {
    private let signature = "0d0a0d0a000d0a515549540a"

    private func read(_ stream: [UInt8]) -> (progress: Progress, findings: Findings) {
        let whole = parseStream(ProxyProtocolHeader.self, stream)
        let slow = parseStream(ProxyProtocolHeader.self, stream, step: 1)
        #expect(whole.findings == slow.findings)
        if case .done = whole.progress { #expect(whole.progress == slow.progress) }
        return whole
    }

    private func read(_ text: String) -> (progress: Progress, findings: Findings) { read(Array(text.utf8)) }

    @Test func version1TellsTheClient() {
        let (progress, findings) = read("PROXY TCP4 192.0.2.9 198.51.100.1 51544 443\r\n\u{16}\u{03}")
        #expect(progress == .done(consumed: 45))
        #expect(findings.proxiedClient?.address == IPAddress("192.0.2.9"))
        #expect(findings.proxiedClient?.port == 51544)
        #expect(!findings.isViaProxy)
        let six = read("PROXY TCP6 2001:db8::9 2001:db8::1 1 2\r\nGET").findings
        #expect(six.proxiedClient?.address == IPAddress("2001:db8::9"))
    }

    @Test func anUnknownClientIsPassedOver() {
        #expect(read("PROXY UNKNOWN\r\n\u{16}").progress == .done(consumed: 15))
        let (progress, findings) = read("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n")
        #expect(progress == .done(consumed: 43))
        #expect(findings == Findings())
    }

    @Test(arguments: [
        "PROXY TCP4 2001:db8::9 2001:db8::1 1 2\r\n", "PROXY TCP4 192.0.2.9 198.51.100.1 65536 2\r\n",
        "PROXY TCP4 192.0.2.9 198.51.100.1 +1 2\r\n", "PROXY TCP4 192.0.2.9 198.51.100.1 1\r\n",
        "PROXY TCP4 192.0.2.9 x 1 2\r\n", "PROXY TCP4 192.0.2.9 198.51.100.1 1 2\n", "PROXY UDP4 a b 1 2\r\n",
    ])
    func aWrongLineTellsNothing(line: String) {
        let (progress, findings) = read(line)
        #expect(progress == .skip)
        #expect(findings == Findings())
    }

    @Test func aLineThatNeverEndsIsGivenUp() {
        #expect(read("PROXY UNKNOWN " + String(repeating: "x", count: 200)).progress == .skip)
    }

    @Test func version2TellsTheClientAndTheName() {
        let four = bytes(hex: "\(signature) 21 11 0018 c0000209 c6336401 c958 01bb 02 0009 412e6578616d706c65 160301")
        let (progress, findings) = read(four)
        #expect(progress == .done(consumed: 40))
        #expect(findings.proxiedClient?.address == IPAddress("192.0.2.9"))
        #expect(findings.proxiedClient?.port == 51544)
        #expect(findings.names == [NameEvidence(name: "a.example", source: .httpHost)])
        let six = bytes(
            hex: "\(signature) 21 21 0024 20010db8000000000000000000000009 20010db8000000000000000000000001 0001 0002")
        #expect(read(six).findings.proxiedClient?.address == IPAddress("2001:db8::9"))
    }

    @Test func aLocalConnectionAndOtherFamiliesHaveNoClient() {
        let local = read(bytes(hex: "\(signature) 20 11 000c c0000209 c6336401 c958 01bb"))
        #expect(local.progress == .done(consumed: 28))
        #expect(local.findings.proxiedClient == nil)
        let unspecified = read(bytes(hex: "\(signature) 21 00 0004 04 0001 00 ff"))
        #expect(unspecified.progress == .done(consumed: 20))
        #expect(unspecified.findings == Findings())
    }

    @Test func aWrongVersionEndsAndWrongExtensionsDoNot() {
        #expect(read(bytes(hex: "\(signature) 11 11 000c")).progress == .skip)
        #expect(read(bytes(hex: "\(signature) 22 11 000c")).progress == .skip)
        #expect(read(bytes(hex: "\(signature) 21 11 ffff")).progress == .skip)
        let cut = read(bytes(hex: "\(signature) 21 11 0010 c0000209 c6336401 c958 01bb 02 00ff 41 16"))
        #expect(cut.progress == .done(consumed: 32))
        #expect(cut.findings.proxiedClient != nil && cut.findings.names.isEmpty)
    }

    @Test func probingNeedsTheSignature() {
        let expected: [(String, Probe)] = [
            ("PROXY TCP4 ", .yes), ("PROXY UNKNOWN", .yes), ("PROXY T", .unsure), ("", .unsure), ("PROXY UDP4 ", .no),
            ("\r\n\r\n\0\r\nQUIT\n", .yes), ("\r\n\r\n", .unsure), ("\r\n\r\nGET", .no),
        ]
        for (text, probe) in expected {
            #expect(ProxyProtocolHeader.probe(Array(text.utf8).rawSpan) == probe, "\(text.debugDescription)")
        }
    }

    @Test func hostileBytesDoNotTrap() {
        runStreamParserSuite(ProxyProtocolHeader.self, input: Array("PROXY TCP4 1.2.3.4 5.6.7.8 1 65535\r\n".utf8))
        runStreamParserSuite(
            ProxyProtocolHeader.self,
            input: bytes(hex: "\(signature) 21 11 0018 c0000209 c6336401 c958 01bb 02 0009 412e6578616d706c65 160301"))
    }
}
