import Foundation
import Testing
import Text
import Vendors

@testable import Rules

/// A vocabulary as a catalog gives it, with the public suffixes that the tests need.
private let vocabulary: RuleVocabulary = {
    var vocabulary: RuleVocabulary = [
        "ai.vendor": ["anthropic", "openai", "alibaba"], "ai.product": ["claude-code", "qoder", "chatgpt"],
        "ai.country": ["US", "CN", "ZZ"], "ai.client": ["Claude Code 2.1", "OpenAI Python 1.0"],
    ]
    vocabulary.vendorsOfProducts = ["qoder": ["alibaba"], "claude-code": ["anthropic"], "chatgpt": ["openai"]]
    vocabulary.registrableDomain = { host in
        let labels = host.split(separator: ".")
        let suffix = host.hasSuffix(".co.uk") || host == "co.uk" ? 2 : 1
        return labels.count > suffix ? labels.suffix(suffix + 1).joined(separator: ".") : nil
    }
    return vocabulary
}()

/// What is said of one rule with the condition `match`.
private func diagnostics(_ match: String, _ more: String = "", lists: String = "") -> [Diagnostic] {
    let text = "version: 1\n\(lists)rules:\n- id: one\n  match: \(match)\n\(more)"
    return RuleSet.load([RuleSource(name: "a.yaml", text: text)], vocabulary: vocabulary).report.sorted
}

@Suite struct PossibleValueTests {
    @Test(
        "A value that can never match is an error with the nearest right one",
        arguments: [
            ("{ai.vendor: antropic}", "anthropic"), ("{ai.vendor: OpenAI}", "openai"),
            ("{ai.product: claude_code}", "claude-code"),
            ("{ai.country: cn}", "CN"), ("{ai.country: UK}", "GB"), ("{ai.country: China}", "CN"),
            ("{ai.category: coding_agent}", "coding-agent"), ("{ai.client: Claude Code 2.2}", "Claude Code 2.1"),
            ("{dst.host_source: ip-range}", "ip_range"), ("{dns.qtype: https}", "HTTPS"), ("{dns.qtype: aaaa}", "AAAA"),
            ("{dst.host: \"claude.ai\\u00A0\"}", "claude.ai"), ("{dst.host: \"cla\\u200Bude.ai\"}", "claude.ai"),
            ("{dst.host: “claude.ai”}", "claude.ai"), ("{dst.host: bücher.example}", "xn--bcher-kva.example"),
            ("{dst.host: [claude.ai, пример.испытание]}", "xn--e1afmkfd.xn--80akhbyknj4f"),
            ("{dst.host: \"https://claude.ai/chat?x=1\"}", "claude.ai"), ("{dst.host: \"claude.ai:443\"}", "claude.ai"),
            ("{dst.host: {suffix: \"claude.ai\\uFEFF\"}}", "claude.ai"),
            ("{dst.host: {glob: \"*.bücher.example\"}}", "*.xn--bcher-kva.example"),
            ("{dst.host: {regex: \"Claude\\\\.AI\"}}", "claude\\.ai"),
            ("{tls.sni: {regex: \".*\\\\.OPENAI\\\\.com\"}}", ".*\\.openai\\.com"),
            ("{dst.domain: api.anthropic.com}", "anthropic.com"), ("{dst.domain: www.example.co.uk}", "example.co.uk"),
            ("{dst.domain: {suffix: api.anthropic.com}}", "anthropic.com"),
            ("{src.ip: {cidr: 10.1.2.3/8}}", "10.0.0.0/8"), ("{src.ip: {cidr: \"2001:db8::1/32\"}}", "2001:db8::/32"),
            ("{src.ip: {cidr: 10.0.*}}", "10.0.0.0/16"),
            ("{tls.ja4: T13D1516H2_8DAAF6152771_D8A2DA3F94CD}", "t13d1516h2_8daaf6152771_d8a2da3f94cd"),
            ("{tls.ja3: 773906B0EFDEFA24A7F2B8EB6985BF37}", "773906b0efdefa24a7f2b8eb6985bf37"),
            ("{ai.relay_reasons: streamed_answer}", "streamed_answers"), ("{net.via_proxy: yes}", "true"),
        ])
    func values(match: String, nearest: String) {
        let found = diagnostics(match)
        #expect(found.count == 1 && found.first?.level == .error, "\(match): \(found)")
        #expect(found.first?.suggestion == nearest, "\(match): \(found)")
        #expect(found.first?.position.line == 4)
    }

    @Test(
        "A number or a name that nothing ever has is an error",
        arguments: [
            "{dst.port: 70000}", "{src.port: [443, 65536]}", "{dst.port: {gt: 65535}}",
            "{dst.port: {between: [70000, 80000]}}",
            "{net.vlan: 4096}", "{ai.relay_score: 101}", "{dst.domain: co.uk}", "{dst.domain: com}", "{tls.ja4: t13d}",
            "{ai.vendor: {glob: \"antrop*\"}}", "{ai.product: {suffix: claude}}", "{dns.qtype: QUAD}",
        ])
    func impossible(match: String) {
        let found = diagnostics(match)
        #expect(found.count == 1 && found.first?.level == .error, "\(match): \(found)")
    }

    @Test(
        "What can match is no error",
        arguments: [
            "{ai.vendor: [anthropic, openai]}", "{ai.vendor: {not: alibaba}}", "{ai.vendor: {glob: \"a*\"}}",
            "{ai.country: ZZ}",
            "{ai.category: coding-agent}", "{dst.host_source: ip_range}", "{dns.qtype: [HTTPS, TYPE731]}",
            "{dst.port: [0, 65535]}",
            "{dst.port: {lt: 70000}}", "{dst.host: CLAUDE.AI.}", "{dst.host: xn--bcher-kva.example}",
            "{dst.host: 192.0.2.1}",
            "{dst.host: _dmarc.example.com}", "{dst.host: {regex: \"(claude|api)\\\\.(ai|com)\"}}",
            "{dst.host: {regex: \"\\\\D+\\\\.ai\"}}",
            "{dst.host: {regex: \"[A-Za-z]+\\\\.ai\"}}", "{dst.domain: anthropic.com}", "{dst.domain: {suffix: com}}",
            "{src.ip: {cidr: [10.0.0.0/8, 192.0.2.1, \"::/0\"]}}", "{http.path: /v1/Messages}", "{http.method: POST}",
            "{tls.ja4: t13d1516h2_8daaf6152771_d8a2da3f94cd}", "{ai.client: OpenAI Python 1.0}",
            "{dst.host: {suffix: \".claude.ai\"}}",
        ])
    func possible(match: String) {
        let found = diagnostics(match)
        #expect(found.isEmpty, "\(match): \(found)")
    }

    @Test(
        "What could match but is hardly meant is a warning, and the rule is loaded",
        arguments: [
            ("{ai.country: BR}", nil), ("{http.method: get}", "GET"), ("{dst.host: {regex: \"api.openai.com\"}}", nil),
            ("{dst.host: {regex: \"(Claude|claude)\\\\.ai\"}}", "(claude|claude)\\.ai"),
        ] as [(String, String?)])
    func warnings(match: String, nearest: String?) {
        let text = "version: 1\nrules:\n- id: one\n  match: \(match)\n"
        let load = RuleSet.load([RuleSource(name: "a.yaml", text: text)], vocabulary: vocabulary)
        #expect(load.rules?.rules.count == 1)
        #expect(
            load.report.warnings.count == 1 && load.report.warnings.first?.suggestion == nearest,
            "\(load.report.sorted)")
        #expect(load.report.summary == "1 file, 1 rule, 0 tests: no errors, 1 warning.")
    }

    @Test func entriesOfListsAreHeldToTheSame() {
        let lists = [
            ("{type: suffix, items: [claude.ai, \"claude.ai\\u00A0\"]}", "dst.host", "claude.ai"),
            ("{type: exact, items: [\"cla\\u200Bude.ai\"]}", "dst.host", "claude.ai"),
            ("{type: exact, items: [antropic]}", "ai.vendor", "anthropic"),
            ("{type: cidr, items: [10.1.0.0/8]}", "src.ip", "10.0.0.0/8"),
            ("{type: exact, items: [443, 70000]}", "dst.port", nil),
            ("{type: exact, items: [bücher.example]}", "dst.host", "xn--bcher-kva.example"),
            ("{type: suffix, items: [api.anthropic.com]}", "dst.domain", "anthropic.com"),
            ("{type: exact, items: [https]}", "dns.qtype", "HTTPS"),
        ]
        for (list, field, nearest) in lists {
            let found = diagnostics("{\(field): {in: mine}}", lists: "lists:\n  mine: \(list)\n")
            #expect(found.first?.level == .error && found.first?.suggestion == nearest, "\(list): \(found)")
        }
    }

    @Test func anExceptionThatEndsBeforeItsRuleBindsIsAnError() {
        func found(_ expires: String, grace: String = "") -> [Diagnostic] {
            diagnostics(
                "{ai.vendor: anthropic}",
                """
                  timezone: Asia/Shanghai
                  valid_from: 2026-07-10
                \(grace)  exceptions:
                  - {name: legal, match: {src.ip: 10.0.0.1}, reason: r, owner: o, expires: \(expires)}

                """)
        }
        #expect(found("2026-07-01").map(\.code) == [.exceptionExpiry])
        #expect(found("2026-07-10").first?.level == .error)
        #expect(found("2026-07-11").isEmpty)
        let grace = "  grace: {from: 2026-07-03}\n"
        #expect(found("2026-07-05", grace: grace).map(\.level) == [.warning])
        #expect(found("2026-07-02", grace: grace).map(\.level) == [.error])
    }

    @Test func lettersBeyondASCIIHaveTheirFormOnTheWire() {
        // The examples of RFC 3492 section 7.1, in lower case.
        #expect(Punycode.encoded("他们为什么不说中文") == "ihqwcrb4cv8a8dqg056pqjye")
        #expect(Punycode.encoded("почемужеонинеговорятпорусски") == "b1abfaaepdrnnbgefbadotcwatmq2g4l")
        #expect(Punycode.encoded("3年b組金八先生") == "3b-ww4c5e180e575a65lsy2b")
        #expect(Punycode.encoded("bücher") == "bcher-kva")
        #expect(Punycode.encoded("plain") == "plain-")
    }
}

@Suite struct HintTests {
    @Test(
        "What comes from elsewhere is told what it is called here",
        arguments: [
            ("{ai.vendor: qoder}", "", "qoder is a product of alibaba; write ai.vendor: alibaba, or ai.product: qoder"),
            ("{ai.product: anthropic}", "", "it is a vendor; write ai.vendor: anthropic"),
            ("{src.port: 1}", "  timezone: Asia/Beijing\n", "did you mean 'Asia/Shanghai'?"),
            ("{src.port: 1}", "  timezone: America/San Francisco\n", "did you mean 'America/Los_Angeles'?"),
            ("{src.port: 1}", "  timezone: Europe/Shanghai\n", "did you mean 'Asia/Shanghai'?"),
            ("{src.port: 1}", "  timezone: UTC+8\n", "did you mean 'Etc/GMT-8'?"),
            ("{src.port: 1}", "  action: block\n", "egret never blocks: a rule raises an alert, and nothing else"),
            ("{src.port: 1}", "  severity: block\n", "egret never blocks"),
            ("{src.port: 1}", "  severity: warning\n", "write medium"),
            ("{src.port: 1}", "  level: high\n", "write 'severity'"),
            ("{flow.requests_est: \"> 50\"}", "", "write {gt: 50}"),
            ("{flow.bytes_up: \">= 5MB\"}", "", "write {gte: 5MB}"),
            ("{flow.duration: \"<90s\"}", "", "write {lt: 90s}"), ("{dst.port: \"!=443\"}", "", "write {not: 443}"),
            ("{dst.port: \"443,8443\"}", "", "write [443, 8443]"),
            ("{dst.port: 8000-9000}", "", "write {between: [8000, 9000]}"),
            ("{dst.host: \"*.claude.ai\"}", "", "write {suffix: claude.ai}"),
            ("{src.ip: 10.0.0.*}", "", "write {cidr: 10.0.0.0/24}"),
            ("{dst.host: {regex: \".*\\\\.api.openai.com\"}}", "", "{suffix: api.openai.com} matches that name"),
        ])
    func hints(match: String, more: String, words: String) {
        let found = diagnostics(match, more)
        #expect(found.count == 1 && found.first?.message.contains(words) == true, "\(match) \(more): \(found)")
    }

    @Test(
        "Errors of YAML are in words, at the line that causes them",
        arguments: [
            ("version: 1\nrules:\n- id one\n  match: {src.port: 1}\n", 3, "no 'key: value'"),
            ("version: 1\nrules:\n- id: one\n  match:\n    src.port 1\n    net.app: tls\n", 5, "no 'key: value'"),
            ("version: 1\nrules:\n- id: one\n  title: a\n    b\n    c: d\n", 6, "indent the line as its neighbors are"),
            (
                "version: 1\nrules:\n- id: \"one\n  match: {src.port: 1}\n", 3,
                "quotation mark that begins here is never closed"
            ),
            ("version: 1\nrules:\n- id: one\n  match: {src.port: 1\n  title: x\n", 4, "the '{' here is not closed"),
            ("version: 1\nrules:\n- id: one\n  match: {dst.port: [1, 2}\n", 4, "the '[' here is not closed"),
            (
                "version: 1\nrules:\n- id: one\n  title: a: b\n  match: {src.port: 1}\n", 4,
                "put a text that holds ': ' in quotes"
            ),
            (
                "version: 1\nrules:\n- id: one\n  match: {dst.host: {regex: \"\\d+\"}}\n", 4,
                "write the text in single quotes"
            ),
            ("version: 1\nrules:\n- id: one\n  title: @me\n", 4, "put the value in quotes"),
            ("version: 1\nrules:\n- id: one\n   title: x\n", 4, "indent the line as its neighbors are"),
            ("version: 1\nrules: - id: one\n", 2, "lines of its own"),
        ])
    func yaml(text: String, line: Int, words: String) {
        let report = RuleSet.load([RuleSource(name: "a.yaml", text: text)]).report
        let first = report.sorted.first
        #expect(first?.code == .syntax && first?.position.line == line, "\(report.sorted)")
        #expect(first?.message.contains(words) == true, "\(report.sorted)")
    }
}
