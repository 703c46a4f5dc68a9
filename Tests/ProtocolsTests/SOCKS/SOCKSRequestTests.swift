import Bytes
import Protocols
import TestSupport
import Testing

@Suite struct SOCKSRequestTests {
    private func read(_ hex: String) -> (progress: Progress, findings: Findings) {
        let stream = bytes(hex: hex)
        let whole = parseStream(SOCKSRequest.self, stream)
        let slow = parseStream(SOCKSRequest.self, stream, step: 1)
        #expect(whole.findings == slow.findings)
        if case .done = whole.progress { #expect(whole.progress == slow.progress) }
        return whole
    }

    private func name(_ hex: String) -> String? { read(hex).findings.names.first?.name }

    /// `api.a.com` in hexadecimal, 9 bytes.
    private let domain = "6170692e612e636f6d"

    @Test func version5WithANameAndWithoutAuthentication() {
        let (progress, findings) = read("05 02 00 02  05 01 00 03 09 \(domain) 01bb  160301")
        #expect(progress == .done(consumed: 20))
        #expect(findings.names == [NameEvidence(name: "api.a.com", source: .socks)])
        #expect(findings.isViaProxy)
        #expect(findings.application == .socks)
    }

    @Test func theUserAndThePasswordArePassedOver() {
        let (progress, findings) = read("05 02 00 02  01 03 616263 02 6465  05 01 00 03 09 \(domain) 01bb")
        #expect(progress == .done(consumed: 28))
        #expect(findings.names.map(\.name) == ["api.a.com"])
        #expect(read("05 01 02  01 00 00  05 01 00 01 c0000201 0050").progress == .done(consumed: 16))
    }

    @Test func addressesNameTheFarEndToo() {
        #expect(name("05 01 00  05 01 00 01 c0000207 01bb") == "192.0.2.7")
        #expect(name("05 01 00  05 01 00 04 20010db8000000000000000000000001 01bb") == "2001:db8::1")
        #expect(name("05 01 00  05 01 00 03 09 3139322e302e322e37 01bb") == "192.0.2.7")
        #expect(name("05 01 00  05 01 00 03 03 3a3a31 01bb") == "::1")
        let associate = read("05 01 00  05 03 00 01 00000000 0000")
        #expect(associate.progress == .done(consumed: 13))
        #expect(associate.findings.names.isEmpty && associate.findings.isViaProxy)
    }

    @Test func version4AndItsExtensionWithNames() {
        let four = read("04 01 01bb c0000207 6d6500 160301")
        #expect(four.progress == .done(consumed: 11))
        #expect(four.findings.names == [NameEvidence(name: "192.0.2.7", source: .socks)])
        let extended = read("04 01 01bb 00000001 6d6500 \(domain) 00 160301")
        #expect(extended.progress == .done(consumed: 21))
        #expect(extended.findings.names == [NameEvidence(name: "api.a.com", source: .socks)])
        #expect(extended.findings.isViaProxy)
    }

    @Test(arguments: [
        "05 00", "05 11 00", "05 01 7f", "05 01 ff", "05 01 00 16", "05 01 00 01 02", "05 01 00 05 04 00 01",
        "05 01 00 05 01 01 01", "05 01 00 05 01 00 02", "04 03", "04 01 0000 c0000201 00", "04 01 0050 00000000 00",
        "04 01 0050 c0000201 01", "04 01 0050 00000001 00 00", "16 03", "00",
    ])
    func otherStreamsAreNotTakenForIt(hex: String) {
        let stream = bytes(hex: hex)
        #expect(SOCKSRequest.probe(stream.rawSpan) == .no)
        #expect(read(hex).findings == Findings())
    }

    @Test func aGreetingAloneDecidesNothing() {
        for hex in [
            "", "05", "05 03 00 01", "05 01 00", "05 01 00 05 01", "04", "04 01 0050", "04 01 0050 c0000201 61",
        ] {
            #expect(SOCKSRequest.probe(bytes(hex: hex).rawSpan) == .unsure, "\(hex)")
        }
        for hex in ["05 01 00 05 01 00 03", "05 01 02 01", "04 01 0050 c0000201 00"] {
            #expect(SOCKSRequest.probe(bytes(hex: hex).rawSpan) == .yes, "\(hex)")
        }
    }

    @Test func aWrongNameIsNoNameButTheTunnelStands() {
        let (progress, findings) = read("05 01 00  05 01 00 03 03 610062 01bb")
        #expect(progress == .done(consumed: 13))
        #expect(findings.names.isEmpty)
        #expect(findings.isViaProxy)
    }

    @Test func textThatNeverEndsIsGivenUp() {
        let stream = bytes(hex: "04 01 01bb 00000001") + [UInt8](repeating: 0x61, count: 300)
        #expect(parseStream(SOCKSRequest.self, stream).progress == .skip)
        #expect(parseStream(SOCKSRequest.self, stream, step: 1).progress == .skip)
    }

    @Test func hostileBytesDoNotTrap() {
        runStreamParserSuite(
            SOCKSRequest.self, input: bytes(hex: "05020002 010361626302 6465 05010003 09 \(domain) 01bb 16"))
        runStreamParserSuite(
            SOCKSRequest.self, input: bytes(hex: "050100 05010004 20010db8000000000000000000000001 01bb"))
        runStreamParserSuite(SOCKSRequest.self, input: bytes(hex: "04 01 01bb 00000001 6d6500 \(domain) 00 160301"))
    }
}
