import Bytes
import Protocols
import TestSupport
import Testing

@Suite struct HTTPRequestTests {
    private func read(_ text: String, step: Int = .max) -> (progress: Progress, findings: Findings) {
        parseStream(HTTPRequest.self, Array(text.utf8), step: step)
    }

    private func host(_ value: String) -> String? {
        read("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n").findings.names.first?.name
    }

    @Test func anOrdinaryRequestIsNamedByItsHost() {
        let text = "POST /v1/chat/completions?key=secret#x HTTP/1.1\r\naccept: */*\r\nhost: API.OpenAI.com:80\r\n\r\n{}"
        let (progress, findings) = read(text)
        // Without a length of the body the next request begins after the head.
        #expect(progress == .done(consumed: text.utf8.count - 2))
        #expect(findings.names == [NameEvidence(name: "api.openai.com", source: .httpHost)])
        #expect(findings.http == HTTPFacts(method: "POST", path: "/v1/chat/completions"))
        #expect(findings.application == .http)
        #expect(!findings.isViaProxy)
    }

    @Test func theTunnelBegetsAnotherProtocolBehindItsHead() {
        let head =
            "CONNECT api.anthropic.com:443 HTTP/1.1\r\nHost: api.anthropic.com:443\r\n"
            + "Proxy-Authorization: Basic dTpw\r\n\r\n"
        let (progress, findings) = read(head + "\u{16}\u{03}\u{01}")
        #expect(progress == .done(consumed: head.utf8.count))
        #expect(findings.names == [NameEvidence(name: "api.anthropic.com", source: .connect)])
        #expect(findings.isViaProxy)
        #expect(findings.http == HTTPFacts(method: "CONNECT", path: ""))
    }

    @Test func anAbsoluteTargetNamesTheHostAndMeansAProxy() {
        let (progress, findings) = read("GET http://u:p@Api.OpenAI.com.:8080/v1/models?x=1 HTTP/1.1\nHost: other\n\n")
        #expect(progress != .skip)
        #expect(findings.names.first == NameEvidence(name: "api.openai.com", source: .httpHost))
        #expect(findings.isViaProxy)
        #expect(findings.http?.path == "/v1/models")
    }

    @Test("The tunnel's name and the request's Host both stay visible where they differ")
    func bothNamesOfAFrontedTunnelStay() {
        let head = "CONNECT cdn.innocent.example:443 HTTP/1.1\r\nHost: api.anthropic.com\r\n\r\n"
        #expect(
            read(head).findings.names == [
                NameEvidence(name: "cdn.innocent.example", source: .connect),
                NameEvidence(name: "api.anthropic.com", source: .httpHost),
            ])
    }

    @Test("Plain HTTP through a proxy and direct plain HTTP can be told apart, and both are named")
    func plainHTTPIsNotOverlooked() {
        let proxied = read("POST http://telemetry.example/v1 HTTP/1.1\r\nHost: telemetry.example\r\n\r\n").findings
        let direct = read("POST /v1 HTTP/1.1\r\nHost: telemetry.example\r\n\r\n").findings
        #expect(proxied.names == direct.names)
        #expect(proxied.isViaProxy && !direct.isViaProxy)
    }

    @Test(arguments: [
        ("example.com.", "example.com"), ("EXAMPLE.com:", "example.com"), ("a_b.example:8443", "a_b.example"),
        ("[2001:DB8:0:0::1]:443", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"), ("192.0.2.7:80", "192.0.2.7"),
        ("user:pass@example.com:80", "example.com"), ("  example.com\t", "example.com"),
    ])
    func hostsHaveOneForm(value: String, name: String) {
        #expect(host(value) == name)
    }

    @Test(arguments: [
        "", ".", "a..b", "exa mple.com", "example.com:80x", "example.com:123456", "[::1", "[example.com]", "[1.2.3.4]",
        "ex\u{01}previewThreshold.com", "ex%41mple.com", "300.1.1.1", "127.1", "example.com/x",
        "a,b",
        String(repeating: "a", count: 64) + ".com", String(repeating: "a.", count: 127) + "com",
    ])
    func whatIsNoNameIsRefused(value: String) {
        #expect(host(value) == nil)
    }

    @Test func theFirstHostWinsAndAFoldedOneIsRead() {
        #expect(
            read("GET / HTTP/1.1\nHost: a.example\nHost: b.example\n\n").findings.names.map(\.name)
                == ["a.example", "b.example"])
        #expect(read("GET / HTTP/1.1\r\nHost:\r\n\ta.example\r\n\r\n").findings.names.map(\.name) == ["a.example"])
        #expect(read("GET / HTTP/1.1\r\nHost: a\r\n .example\r\n\r\n").findings.names.isEmpty)
        #expect(read("GET / HTTP/1.1\r\nX: 1\r\n Host: a.example\r\n\r\n").findings.names.isEmpty)
    }

    @Test func theNameStandsThoughTheHeadNeverEnds() {
        let (progress, findings) = read(
            "GET / HTTP/1.1\r\nHost: a.example\r\nX-Long: " + String(repeating: "x", count: 70_000))
        #expect(progress == .skip)
        #expect(findings.names.map(\.name) == ["a.example"])
    }

    @Test func emptyLinesBeforeTheRequestAreTolerated() {
        #expect(read("\r\n\r\nGET / HTTP/1.0\r\nHost: a.example\r\n\r\n").findings.names.map(\.name) == ["a.example"])
        #expect(HTTPRequest.probe(Array("\r\nGET /".utf8).rawSpan) == .yes)
        #expect(read(String(repeating: "\r\n", count: 20)).progress == .skip)
    }

    @Test func moreBlanksThanOneHideNothing() {
        let text = "GET " + String(repeating: " ", count: 40) + "/x   HTTP/1.1\r\nHost: a.example\r\n\r\n"
        #expect(read(text).findings.names.map(\.name) == ["a.example"])
        #expect(read(text, step: 1).findings == read(text).findings)
        #expect(HTTPRequest.probe(Array(("GET" + String(repeating: " ", count: 100)).utf8).rawSpan) == .no)
    }

    @Test func probingIsStrictOnTheShape() {
        let expected: [(String, Probe)] = [
            ("GET /", .yes), ("GET", .unsure), ("", .unsure), ("GETX", .no), ("get /", .no), ("GET  /", .yes),
            ("CONNECT [::1]:443", .yes), ("OPTIONS *", .yes), ("M-SEARCH *", .yes), ("EHLO x", .no),
            ("POST \u{01}", .no),
        ]
        for (text, probe) in expected {
            #expect(HTTPRequest.probe(Array(text.utf8).rawSpan) == probe, "\(text)")
        }
    }

    @Test func otherProtocolsOfTheSameShapeAreLeftAlone() {
        for line in ["OPTIONS sip:a@b SIP/2.0", "OPTIONS rtsp://h/ RTSP/1.0", "GET /", "GET / HTTP/2.0"] {
            let (progress, findings) = read(line + "\r\nHost: a.example\r\n\r\n")
            #expect(progress == .skip)
            #expect(findings == Findings())
        }
    }

    @Test func aPathIsCutAndNamesNoModel() {
        func path(_ target: String) -> String? { read("GET \(target) HTTP/1.1\r\n\r\n").findings.http?.path }
        #expect(path("/" + String(repeating: "p", count: 400))?.utf8.count == 256)
        #expect(path("/v1beta/models/some-model-2.0:generateContent?key=k") == "/v1beta/models/*:generateContent")
        #expect(path("/openai/deployments/mine/chat/completions") == "/openai/deployments/*/chat/completions")
        #expect(path("/model/vendor.name/invoke") == "/model/*/invoke")
        #expect(path("/v1/models") == "/v1/models")
        #expect(path("*") == "*")
    }

    @Test func tlsFollowsAnUpgradeOnlyWhereItWasTaken() {
        let head = "OPTIONS * HTTP/1.1\r\nHost: a.example\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n"
        let taken = read(head + "\u{16}\u{03}")
        #expect(taken.progress == .done(consumed: head.utf8.count))
        #expect(taken.findings.isOpportunisticTLS)
        let refused = read(head + "GET / HTTP/1.1\r\n")
        #expect(refused.progress == .done(consumed: head.utf8.count))
        #expect(!refused.findings.isOpportunisticTLS)
        #expect(read(head).progress == .more(atLeast: head.utf8.count + 1))
    }

    @Test func theNextRequestBeginsAfterTheBody() {
        let head = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1234\r\n\r\n"
        #expect(read(head + "x").progress == .done(consumed: head.utf8.count + 1234))
        let chunked = "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        #expect(read(chunked).progress == .done(consumed: chunked.utf8.count))
        for odd in ["-1", "12x", "", "99999999999999999999"] {
            let text = "POST / HTTP/1.1\r\nContent-Length: \(odd)\r\n\r\n"
            #expect(read(text).progress == .done(consumed: text.utf8.count), "\(odd)")
        }
    }

    @Test func aBlankInTheTargetHidesNoHost() {
        let (_, findings) = read("GET /a b HTTP/1.1/c HTTP/1.1\r\nHost: a.example\r\n\r\n")
        #expect(findings.names.map(\.name) == ["a.example"])
    }

    @Test func hostileBytesDoNotTrap() {
        let head = "CONNECT u@[2001:db8::1]:443 HTTP/1.1\r\nhost:\r\n a.example\r\nUpgrade: x, TLS/1.2\r\n\r\n\u{16}"
        runStreamParserSuite(HTTPRequest.self, input: Array(head.utf8))
        runStreamParserSuite(HTTPRequest.self, input: Array("\nGET http://a.b/models/x?y HTTP/1.1\nHost: c\n\n".utf8))
    }

    @Test func oneByteATimeFindsTheSame() {
        for text in [
            "CONNECT a.example:443 HTTP/1.1\r\nHost: b.example\r\n\r\n",
            "\r\nGET http://a.example/x?y HTTP/1.1\r\nX: 1\r\n 2\r\nHost: b.example\r\n\r\n",
        ] {
            let whole = read(text)
            let slow = read(text, step: 1)
            #expect(whole.findings == slow.findings)
            #expect(whole.progress == slow.progress)
        }
    }

    /// A rescan from the start on each of 60,000 calls would read some two thousand million bytes.
    @Test(.timeLimit(.minutes(15))) func aSlowHeadCostsOnePass() {
        let stream = Array(("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 60_000) + "\r\n\r\n").utf8)
        var parser = HTTPRequest()
        var findings = Findings()
        var calls = 0
        var progress = Progress.more(atLeast: 1)
        for length in 1...stream.count {
            progress = parser.parse(stream.rawSpan.clamped(0..<length), into: &findings)
            calls += 1
            guard case .more(let needed) = progress else { break }
            #expect(needed == length + 1)
        }
        #expect(calls == stream.count)
        #expect(progress == .done(consumed: stream.count))
    }
}
