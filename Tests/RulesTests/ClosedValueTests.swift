import Flows
import Foundation
import Testing
import Text
import Vendors

@testable import Rules

/// A vocabulary as a catalog gives it.
private let vocabulary: RuleVocabulary = {
    var vocabulary: RuleVocabulary = [
        "ai.vendor": ["anthropic", "openai", "alibaba", "github", "podpilot"],
        "ai.product": ["claude-code", "qwen-code", "qwen-chat", "github-copilot"],
        "ai.country": ["US", "CN", "ZZ"], "ai.client": ["Claude Code 2.1.330-2.1.332", "Node.js 20-22", "rustls"],
    ]
    vocabulary.vendorsOfProducts = [
        "claude-code": ["anthropic"], "qwen-code": ["alibaba"], "qwen-chat": ["alibaba"], "github-copilot": ["github"],
    ]
    vocabulary.groups = ["research", "guests"]
    vocabulary.registrableDomain = { host in
        let labels = host.split(separator: ".")
        return labels.count > 1 ? labels.suffix(2).joined(separator: ".") : nil
    }
    return vocabulary
}()

/// What is said of one rule with the condition `match`.
private func said(_ match: String) -> [Diagnostic] {
    let text = "version: 1\nrules:\n- id: one\n  match: \(match)\n"
    return RuleSet.load([RuleSource(name: "a.yaml", text: text)], vocabulary: vocabulary).report.sorted
}

@Suite struct ClosedValueTests {
    /// The fields whose values nothing bounds but their form.
    private static let open = [
        "src.group", "dst.host", "net.iface", "tls.sni", "tls.alpn", "dns.qname", "http.method", "http.path",
        "sensor.id",
    ]

    @Test("Every field of text whose values are known rejects a word that is none of them")
    func everyClosedField() {
        for field in Field.all where !Self.open.contains(field.name) {
            let isText =
                switch field.type {
                case .string, .hostname, .enumeration: true
                default: false
                }
            guard isText else { continue }
            let found = said("{\(field.name): zz-none}")
            #expect(found.first?.level == .error && found.count == 1, "\(field.name): \(found)")
        }
    }

    @Test("Every word of an enumeration is accepted, and in capitals it is an error with the word")
    func everyWord() {
        for field in Field.all {
            guard case .enumeration(let words, _) = field.type else { continue }
            for word in words {
                #expect(said("{\(field.name): \"\(word)\"}").isEmpty, "\(field.name): \(word)")
                guard word != word.uppercased() else { continue }
                let found = said("{\(field.name): \(word.uppercased())}")
                #expect(found.first?.suggestion == word, "\(field.name): \(found)")
            }
        }
    }

    @Test(
        "A value that can never match is an error with the nearest right one",
        arguments: [
            ("{net.tunnel: VXLAN}", "vxlan"), ("{net.tunnel: gtp}", "gtpu"), ("{net.tunnel: vxlan-gpe}", "vxlan_gpe"),
            ("{net.tunnel: \"VXLAN:100\"}", "vxlan:100"), ("{net.tunnel: \"vxlan:x\"}", "vxlan"),
            ("{net.tunnel: [gre, 6in4]}", "ip6"), ("{net.tunnel: {glob: \"VX*\"}}", "vx*"),
            ("{net.tunnel: {regex: \"GRE\"}}", "gre"),
            ("{quic.version: v1}", "1"), ("{quic.version: Q46}", "Q046"), ("{quic.version: q046}", "Q046"),
            ("{quic.version: draft29}", "draft-29"), ("{quic.version: Draft-29}", "draft-29"),
            ("{quic.version: \"0x00000001\"}", "1"), ("{quic.version: \"0xFACEB002\"}", "0xfaceb002"),
            ("{quic.version: \"0xff00001d\"}", "draft-29"),
            ("{dns.qtype: TYPE65}", "HTTPS"), ("{dns.qtype: type731}", "TYPE731"), ("{dns.qtype: 28}", "AAAA"),
            ("{dns.qtype: {regex: \"^https$\"}}", "HTTPS"), ("{dns.qtype: {glob: \"aa*\"}}", "AA*"),
            ("{http.path: v1/messages}", "/v1/messages"), ("{http.path: \"/v1/messages?beta=true\"}", "/v1/messages"),
            ("{http.path: \"https://api.example.com/v1/messages\"}", "/v1/messages"),
            ("{http.path: \"/v1beta/models/some-model:generateContent\"}", "/v1beta/models/*:generateContent"),
            ("{http.path: {glob: \"v1/*\"}}", "/v1/*"), ("{http.path: {regex: \"v1/.*\"}}", "/v1/.*"),
            ("{http.path: {regex: \"^v1/.*\"}}", "^/v1/.*"),
            ("{http.method: \"GET \"}", "GET"),
            ("{dst.port: https}", "443"), ("{dst.port: \"443/tcp\"}", "443"), ("{src.port: dns}", "53"),
            ("{ai.client: Claude Code 2.1.330}", "Claude Code 2.1.330-2.1.332"),
            ("{ai.client: claude-code}", "Claude Code 2.1.330-2.1.332"), ("{ai.client: Node.js 18}", "Node.js 20-22"),
            ("{ai.category: coding}", "coding-agent"), ("{ai.role: api}", "inference"), ("{ai.role: login}", "auth"),
            ("{ai.role: feature-flags}", "feature_flags"), ("{ai.confidence: {at_least: med}}", "medium"),
            ("{dst.host_source: sni}", "tls_sni"), ("{dst.host_source: ip}", "ip_range"),
            ("{net.app: https}", "tls"), ("{net.app: http3}", "quic"), ("{net.app: h2}", "http2"),
            ("{net.direction: egress}", "outbound"), ("{net.direction: out}", "outbound"),
            ("{net.transport: UDP}", "udp"), ("{flow.state: open}", "opening"), ("{flow.end_reason: timeout}", "idle"),
            ("{tls.version: TLSv1.3}", "1.3"), ("{tls.version: tls13}", "1.3"), ("{tls.version: 1.30}", "1.3"),
            ("{tls.version: {at_least: SSLv3}}", "ssl3"), ("{tls.hello.state: partial}", "truncated"),
            ("{tls.ech.state: real}", "likely_real"), ("{dns.encrypted: doh3}", "doh"),
            ("{sensor.health: bad}", "degraded"),
            ("{dst.domain: {glob: api.anthropic.com}}", "anthropic.com"),
            ("{dst.domain: {regex: \"api\\\\.anthropic\\\\.com\"}}", "anthropic.com"),
            ("{tls.ja4: {glob: \"T13*\"}}", "t13*"),
            ("{dst.host: {regex: \"^https://claude\\\\.ai$\"}}", "claude\\.ai"),
        ])
    func nearest(match: String, nearest: String) {
        let found = said(match)
        #expect(found.count == 1 && found.first?.level == .error, "\(match): \(found)")
        #expect(found.first?.suggestion == nearest, "\(match): \(found)")
    }

    @Test(
        "What can match is no error",
        arguments: [
            "{net.tunnel: [vxlan, \"vxlan:100\", gre, ip6]}", "{net.tunnel: {glob: \"vxlan:1*\"}}",
            "{quic.version: [1, 2, draft-29, Q046, T051, \"0xfaceb002\"]}", "{dns.qtype: [TYPE731, TYPE252, A]}",
            "{dns.qtype: {regex: \"TYPE25[0-9]\"}}", "{http.path: [/, \"*\", /v1/chat/completions]}",
            "{http.path: {glob: \"*/messages\"}}", "{http.path: {regex: \"(/v[0-9]+)?/messages\"}}",
            "{http.path: {regex: \".*completions\"}}", "{tls.alpn: [h2, \"http/1.1\", some-other]}",
            "{ai.client: {glob: \"Claude Code *\"}}", "{src.group: research}", "{net.iface: \"Ethernet 2\"}",
            "{dst.host: {regex: \"claude\\\\.ai\"}}",
        ])
    func possible(match: String) {
        #expect(said(match).isEmpty, "\(match): \(said(match))")
    }

    @Test(
        "What is hardly meant is a warning with what is",
        arguments: [
            ("{tls.alpn: H2}", "h2"), ("{tls.alpn: http2}", "h2"), ("{tls.alpn: HTTP/1.1}", "http/1.1"),
            ("{src.group: Research}", "research"), ("{http.method: POTS}", "POST"),
            ("{dst.host: {regex: \"(api|www).claude\\\\.ai\"}}", nil),
        ] as [(String, String?)])
    func warned(match: String, nearest: String?) {
        let found = said(match)
        #expect(
            found.count == 1 && found.first?.level == .warning && found.first?.suggestion == nearest,
            "\(match): \(found)")
    }

    @Test(
        "An empty text is never there", arguments: ["net.iface", "src.group", "sensor.id", "tls.alpn", "http.method"])
    func empty(field: String) {
        #expect(said("{\(field): \"\"}").first?.level == .error, "\(said("{\(field): \"\"}"))")
    }

    @Test("An encapsulation that is named without its id matches any id")
    func tunnelIDs() {
        func matches(_ match: String, _ tunnels: [String]) -> Bool {
            let text = "version: 1\nrules:\n- id: one\n  on: flow_start\n  match: \(match)\n"
            let rules = rules(text)
            let seen = observe("claude.ai") { $0.flow.tunnels = tunnels }
            return rules.rules.first?.condition.holds(seen) == true
        }
        #expect(matches("{net.tunnel: vxlan}", ["vxlan:100"]) && matches("{net.tunnel: vxlan}", ["vxlan"]))
        #expect(matches("{net.tunnel: [gre, vxlan]}", ["gre", "ipip"]))
        #expect(matches("{net.tunnel: \"vxlan:100\"}", ["vxlan:100"]))
        #expect(!matches("{net.tunnel: \"vxlan:100\"}", ["vxlan:101"]))
        #expect(!matches("{net.tunnel: vxlan}", ["vxlan_gpe:100"]) && !matches("{net.tunnel: vxlan}", []))
        #expect(!matches("{net.tunnel: {not: vxlan}}", ["vxlan:7"]) && matches("{net.tunnel: {not: vxlan}}", ["gre:7"]))
    }
}

@Suite struct ForeignNameTests {
    @Test(
        "A field is told by what other tools call it",
        arguments: [
            ("destination.ip", "dst.ip"), ("source_ip", "src.ip"), ("dest_port", "dst.port"), ("host", "dst.host"),
            ("sni", "tls.sni"), ("vendor", "ai.vendor"), ("dns.question.name", "dns.qname"),
            ("net.tunnels", "net.tunnel"),
            ("url.path", "http.path"), ("user.agent", "ai.client"), ("dst.ja4", "tls.ja4"), ("dst.hots", "dst.host"),
        ])
    func fields(name: String, field: String) {
        let found = said("{\(name): 10.0.0.1}")
        #expect(found.first?.code == .unknownField && found.first?.suggestion == field, "\(found)")
    }

    @Test("Every foreign name maps to a field that exists")
    func targets() {
        for name in [
            "source.ip", "proto", "vlan", "upload", "download", "requests", "observer.name", "country", "alpn",
        ] {
            let field = ForeignNames.field(name, among: Field.all.map(\.name))
            #expect(field.flatMap { Field.named($0) } != nil, "\(name)")
        }
    }

    @Test(
        "An operator is told by what other tools call it",
        arguments: [
            ("dst.host", "contains", "glob"), ("dst.host", "ends_with", "suffix"), ("dst.host", "equals", "eq"),
            ("http.path", "endswith", "glob"), ("dst.host", "regexp", "regex"), ("flow.requests_est", "min", "gte"),
            ("flow.requests_est", "\">\"", "gt"), ("flow.requests_est", "le", "lte"), ("src.ip", "subnet", "cidr"),
            ("ai.confidence", "min", "at_least"), ("dst.port", "range", "between"), ("dst.port", "ne", "not"),
        ])
    func operators(field: String, name: String, meant: String) {
        let found = said("{\(field): {\(name): 1}}")
        #expect(found.first?.code == .unknownOperator && found.first?.suggestion == meant, "\(found)")
    }

    @Test(
        "Hints say what to write",
        arguments: [
            ("{ai.vendor: qwen}", "qwen-chat, qwen-code are products of alibaba; write ai.vendor: alibaba"),
            ("{ai.vendor: Copilot}", "github-copilot is a product of github"),
            ("{ai.client: claude}", "write {glob: \"Claude *\"} for any version"),
            ("{flow.requests_est: \"≥ 50\"}", "write {gte: 50}"), ("{flow.requests_est: 50+}", "write {gte: 50}"),
            ("{flow.requests_est: more than 50}", "write {gt: 50}"),
            ("{dst.ip: claude.ai}", "write dst.host for a name"),
            ("{http.path: {suffix: messages}}", "write {glob: \"*messages\"}"),
            ("{dst.host: \"claude.*\"}", "write {glob: \"claude.*\"}"),
            ("{dst.host: /claude/}", "write {regex: claude}"),
        ])
    func hints(match: String, words: String) {
        let found = said(match)
        #expect(found.count == 1 && found.first?.message.contains(words) == true, "\(match): \(found)")
    }
}
