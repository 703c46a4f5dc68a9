import Bytes
import Flows
import Protocols
import Testing
import Vendors

@testable import Rules

/// Every operator on every type that takes it: what holds, and what does not.
@Suite struct OperatorTests {
    @Test(
        "Operators on host names go by label and ignore case",
        arguments: [
            ("{dst.host: api.anthropic.com}", true), ("{dst.host: API.Anthropic.COM.}", true),
            ("{dst.host: anthropic.com}", false), ("{dst.host: {eq: api.anthropic.com}}", true),
            ("{dst.host: [claude.ai, api.anthropic.com]}", true), ("{dst.host: [claude.ai]}", false),
            ("{dst.host: {suffix: anthropic.com}}", true), ("{dst.host: {suffix: .anthropic.com}}", true),
            ("{dst.host: {suffix: api.anthropic.com}}", true), ("{dst.host: {suffix: ropic.com}}", false),
            ("{dst.host: {suffix: [claude.ai, com]}}", true), ("{dst.host: {glob: \"api.*.com\"}}", true),
            ("{dst.host: {glob: \"api.????.com\"}}", false), ("{dst.host: {glob: \"API.*\"}}", true),
            ("{dst.host: {regex: \"api\\\\.[a-z]+\\\\.com\"}}", true), ("{dst.host: {regex: anthropic}}", false),
            ("{dst.host: {exists: true}}", true), ("{dst.host: {exists: false}}", false),
            ("{dst.host: {not: claude.ai}}", true), ("{dst.host: {not: [claude.ai, api.anthropic.com]}}", false),
            ("{dst.host: {not: {suffix: anthropic.com}}}", false),
            ("{dst.host: {suffix: com, not: {suffix: anthropic.com}}}", false),
        ])
    func hosts(_ match: String, _ expected: Bool) {
        #expect(holds(match, observe("api.anthropic.com")) == expected, "\(match)")
    }

    @Test("A suffix never matches a look-alike")
    func lookAlikes() {
        for host in ["notanthropic.com", "api.anthropic.com.evil.example", "anthropic.com-evil.example", "com"] {
            #expect(!holds("{dst.host: {suffix: anthropic.com}}", observe(host)), "\(host)")
        }
        #expect(holds("{dst.host: {suffix: anthropic.com}}", observe("anthropic.com")))
    }

    @Test(
        "Operators on addresses",
        arguments: [
            ("{src.ip: 10.1.2.3}", true), ("{src.ip: 10.1.2.4}", false), ("{src.ip: [10.1.2.4, 10.1.2.3]}", true),
            ("{src.ip: {cidr: 10.0.0.0/8}}", true), ("{src.ip: {cidr: [192.168.0.0/16, 10.1.2.0/30]}}", true),
            ("{src.ip: {cidr: 10.1.2.4/30}}", false), ("{src.ip: {cidr: \"::/0\"}}", false),
            ("{src.ip: {cidr: 0.0.0.0/0}}", true), ("{src.ip: {not: 10.1.2.3}}", false),
            ("{src.ip: {exists: true}}", true), ("{src.ip: \"::ffff:10.1.2.3\"}", true),
        ])
    func addresses(_ match: String, _ expected: Bool) {
        #expect(holds(match, observe("claude.ai")) == expected, "\(match)")
    }

    @Test(
        "Operators on numbers, sizes and durations, to the unit",
        arguments: [
            ("{src.port: 50000}", true), ("{src.port: [1, 50000]}", true), ("{src.port: {gt: 49999}}", true),
            ("{src.port: {gt: 50000}}", false), ("{src.port: {gte: 50000}}", true), ("{src.port: {lt: 50000}}", false),
            ("{src.port: {lt: 50001}}", true), ("{src.port: {lte: 50000}}", true),
            ("{src.port: {between: [50000, 50000]}}", true), ("{src.port: {between: [1, 49999]}}", false),
            ("{src.port: {not: {between: [1, 49999]}}}", true), ("{flow.bytes_up: 5MB}", true),
            ("{flow.bytes_up: {gt: 4999999}}", true), ("{flow.bytes_up: {gt: 5MB}}", false),
            ("{flow.bytes_up: {lt: 5MiB}}", true), ("{flow.bytes_up: {gte: 0.005GB}}", true),
            ("{flow.duration: 90s}", true), ("{flow.duration: {gt: 1m, lt: 2m}}", true),
            ("{flow.duration: {gte: 90001ms}}", false), ("{flow.duration: {lte: 1d}}", true),
        ])
    func numbers(_ match: String, _ expected: Bool) {
        let observation = observe("claude.ai") {
            $0.flow.bytesUp = 5_000_000
            $0.flow.end = $0.flow.start.advanced(byNanoseconds: 90_000_000_000)
        }
        #expect(holds(match, observation) == expected, "\(match)")
    }

    @Test(
        "Operators on enumerations, booleans and lists of values",
        arguments: [
            ("{ai.role: inference}", true), ("{ai.role: [web, inference]}", true), ("{ai.role: {not: web}}", true),
            ("{ai.confidence: {at_least: medium}}", true), ("{ai.confidence: {at_least: none}}", true),
            ("{ai.confidence: medium}", false), ("{tls.version: {at_least: \"1.2\"}}", true),
            ("{tls.version: \"1.2\"}", false), ("{tls.pq: true}", false), ("{tls.pq: false}", true),
            ("{tls.pq: {not: true}}", true), ("{net.via_proxy: {eq: false}}", true), ("{tls.alpn: h2}", true),
            ("{tls.alpn: [h3]}", false), ("{tls.alpn: {glob: \"http/*\"}}", true), ("{net.vlan: 7}", true),
            ("{net.vlan: {gt: 7}}", false), ("{net.tunnel: {exists: false}}", true), ("{tls.ech.state: none}", true),
        ])
    func words(_ match: String, _ expected: Bool) {
        let observation = observe("api.anthropic.com") {
            var facts = TLSFacts()
            facts.version = 0x0304
            facts.offeredALPN = ["h2", "http/1.1"]
            $0.flow.tls = facts
            $0.flow.vlans = [7]
        }
        #expect(holds(match, observation) == expected, "\(match)")
    }

    @Test("An absent field satisfies 'exists: false' and 'not' only")
    func absence() {
        let observation = observe(nil)
        for match in [
            "{ai.vendor: x}", "{ai.vendor: {exists: true}}", "{dst.host: {glob: \"*\"}}", "{dst.host: {regex: \".*\"}}",
        ] {
            #expect(!holds(match, observation), "\(match)")
        }
        #expect(holds("{ai.vendor: {exists: false}}", observation))
        #expect(holds("{ai.vendor: {not: anthropic}}", observation))
    }

    @Test("any, all, none and macros join conditions")
    func combinators() {
        let observation = observe("api.anthropic.com")
        #expect(holds("{any: [{ai.vendor: x}, {ai.vendor: anthropic}]}", observation))
        #expect(!holds("{any: [{ai.vendor: x}, {ai.vendor: y}]}", observation))
        #expect(!holds("{all: [{ai.vendor: anthropic}, {src.port: 1}]}", observation))
        #expect(holds("{ai.vendor: anthropic, none: [{src.port: 1}, {src.port: 2}]}", observation))
        #expect(!holds("{none: [{src.port: 50000}]}", observation))
        let set = rules(
            "version: 1\nmacros:\n  inner: {ai.vendor: anthropic}\n  outer: {macro: inner, src.port: 50000}\n"
                + "rules:\n- {id: one, match: {macro: outer}}\n")
        #expect(set.rules.first?.condition.holds(observation) == true)
    }

    @Test("Lists hold by their type, and what is excepted is out")
    func lists() {
        let set = rules(
            """
            version: 1
            lists:
              nets: {type: cidr, items: [10.0.0.0/8, 2001:db8::/32], except: [10.99.0.0/16]}
              names: {type: suffix, items: [anthropic.com, Example.ORG], except: [docs.anthropic.com]}
              words: {type: exact, items: [inference, web]}
              ports: {type: exact, items: [443, 50000]}
            rules:
            - {id: net, match: {src.ip: {in: nets}}}
            - {id: name, match: {dst.host: {in: [names]}}}
            - {id: word, match: {ai.role: {in: words}}}
            - {id: port, match: {src.port: {not: {in: ports}}}}
            """)
        func matching(_ observation: Observation) -> [String] {
            set.rules.filter { $0.condition.holds(observation) }.map(\.id)
        }
        #expect(matching(observe("api.anthropic.com")) == ["name", "net", "word"])
        #expect(matching(observe("x.docs.anthropic.com", from: "10.99.1.1")) == ["word"])
        #expect(matching(observe("sub.example.org", from: "2001:db8::1")) == ["name", "net"])
    }

    @Test("Rules found by the index are those whose condition holds")
    func index() {
        var text = "version: 1\nrules:\n"
        let conditions = [
            "{ai.vendor: anthropic}", "{ai.vendor: [openai, anthropic]}", "{dst.host: {suffix: anthropic.com}}",
            "{dst.host: {suffix: com}}", "{any: [{ai.vendor: openai}, {dst.host: claude.ai}]}", "{src.port: 50000}",
            "{ai.vendor: {not: openai}}", "{all: [{src.port: 50000}, {ai.role: web}]}", "{none: [{ai.role: web}]}",
            "{dst.host: {suffix: anthropic.com, not: {suffix: api.anthropic.com}}}", "{ai.country: US, ai.role: web}",
        ]
        for (number, condition) in conditions.enumerated() {
            text += "- {id: rule-\(number), on: flow_named, match: \(condition)}\n"
        }
        let set = rules(text)
        #expect(set.rules.count == conditions.count)
        for host in ["api.anthropic.com", "claude.ai", "api.openai.com", "anthropic.com", "x.example", nil] {
            let observation = observe(host)
            let found = set.candidates(for: observation, on: .flowNamed)
            let all = set.rules.indices.filter { set.rules[$0].condition.holds(observation) }
            #expect(Set(all).isSubset(of: found), "\(host ?? "-")")
            #expect(found == found.sorted() && Set(found).count == found.count)
        }
        #expect(set.candidates(for: observe("x.example"), on: .flowNamed).count < conditions.count)
    }
}
