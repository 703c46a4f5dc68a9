import Bytes
import TestSupport
import Testing

@testable import Protocols

/// The one form of host names.
struct HostNameTests {
    @Test(
        "Letters beyond ASCII become A-labels, and the name is no certain evidence",
        arguments: [
            ("münchen.example", "xn--mnchen-3ya.example"), ("MÜNCHEN.Example", "xn--mnchen-3ya.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"), ("straße.example", "xn--strae-oqa.example"),
            ("日本語。example", "xn--wgv71a119e.example"), ("ｃlaude.ai", "claude.ai"),
            ("a_b.é.example", "a_b.xn--9ca.example"),
        ])
    func aLabels(_ sent: String, _ expected: String) {
        let evidence = NameEvidence(name: sent, source: .tlsSNI)
        #expect(evidence.name == expected)
        #expect(evidence.isConverted && !evidence.isHost)
    }

    @Test(
        "What has no A-label form stays as it was sent",
        arguments: [
            "é..example", "é.example:443", "user@é.example", "é.example/x", "é%41.example", "é \u{0}.example",
            "\u{202E}elpmaxe.é", "\u{FFFD}.example", String(repeating: "é", count: 64) + ".example", "é",
        ])
    func noALabels(_ sent: String) {
        let evidence = NameEvidence(name: sent, source: .tlsSNI)
        #expect(!evidence.isHost)
        #expect(evidence.name == sent || evidence.name == "xn--9ca")
    }

    @Test func aNameInASCIIIsNotConverted() {
        for name in ["claude.ai", "xn--mnchen-3ya.example", "203.0.113.7", "2001:db8::1", "a b.example"] {
            let evidence = NameEvidence(name: name, source: .tlsSNI)
            #expect(evidence.name == name && !evidence.isConverted)
        }
    }

    @Test func aRequestInTheClearHasTheSameForm() {
        let text = "GET / HTTP/1.1\r\nHost: MÜNCHEN.example.:80\r\n\r\n"
        let (_, findings) = parseStream(HTTPRequest.self, Array(text.utf8))
        #expect(findings.names.map(\.name) == ["xn--mnchen-3ya.example"])
        #expect(findings.names.first?.isHost == false)
    }
}
