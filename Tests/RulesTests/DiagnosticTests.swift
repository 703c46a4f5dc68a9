import Testing

@testable import Rules

@Suite struct DiagnosticTests {
    /// The text with each of `lines` at its number, blank lines between them.
    private func text(_ lines: [(number: Int, line: String)]) -> String {
        var result: [String] = []
        for (number, line) in lines {
            while result.count < number - 1 { result.append("") }
            result.append(line)
        }
        return result.joined(separator: "\n") + "\n"
    }

    @Test("The errors of the language's description are at their positions, word for word")
    func table() {
        let acme = text([
            (1, "version: 1"), (7, "lists:"), (8, "  legal_team: {type: cidr, items: [10.20.30.0/24]}"),
            (38, "rules:"), (39, "-   id: anthropic-ban"), (40, "    match: {ai.vendor: anthropic}"),
            (41, "    exeptions: []"),
            (42, "- id: legal-only"), (43, "  match:"), (44, "       src.ip: {in: leagal_team}"),
            (49, "- id: long-names"), (50, "  match:"), (51, "    dst.host:"), (52, "           gt: 5"),
            (55, "- id: no-zone"), (56, "  match: {src.port: 1}"), (57, "  valid_from: 2026-07-10"),
            (58, "- {id: never, timezone: Asia/Shanghai, match: {src.port: 1},"),
            (59, "  valid_from: 2026-07-10,"), (60, "  valid_until: 2026-07-01}"),
        ])
        var other = "version: 1\nrules:\n"
        for rule in 0..<4 {
            other += "- id: rule-\(rule)\n  match: {src.port: 1}\n  tests:\n"
            for test in 0..<(rule == 0 ? 7 : 8) {
                other += "  - {name: t\(test), event: {src.port: 1}, expect: alert}\n"
            }
        }
        let load = RuleSet.load([
            RuleSource(name: "rules/other.yaml", text: other), RuleSource(name: "rules/acme.yaml", text: acme),
        ])
        #expect(load.rules == nil)
        let expected = """
            rules/acme.yaml:41:5: error[R012] unknown key 'exeptions' in rule 'anthropic-ban'; did you mean 'exceptions'?
            rules/acme.yaml:44:21: error[R031] unknown list 'leagal_team'; did you mean 'legal_team' (rules/acme.yaml:8:3)?
            rules/acme.yaml:52:12: error[R044] 'gt' cannot be used with dst.host (string); \
            allowed: eq, in, suffix, glob, regex, exists, not
            rules/acme.yaml:57:15: error[R061] '2026-07-10' is a date without a time zone; \
            add 'timezone:' to the rule or to defaults
            rules/acme.yaml:60:3: error[R063] valid_until 2026-07-01 is not after valid_from 2026-07-10: \
            the rule can never match
            2 files, 9 rules, 31 tests: 5 errors. Nothing was loaded.

            """
        #expect(load.report.rendered(as: .text) == expected)
    }

    /// A file with one rule, whose text follows `- id: one` and begins on line 4.
    private static func one(_ text: String) -> String { "version: 1\nrules:\n- id: one\n\(text)" }

    private static let cases: [(text: String, line: String)] = [
        ("version: [\n", "2:1: error[R001] not YAML"),
        ("version: 2\n", "1:10: error[R011] version '2' is unknown"),
        ("version: 1\nrules: {}\n", "2:8: error[R003] 'rules' takes a list, not a map"),
        ("version: 1\nversion: 1\n", "2:1: error[R004]"),
        (one("  title: x\n"), "3:3: error[R010] 'match' is missing in rule 'one'"),
        (one("  match: {src.port: 1}\n  severity: hgih\n"), "5:13: error[R011] 'severity' cannot be 'hgih'"),
        (one("  match: {src.port: 1}\n  enabled: no\n"), "5:12: error[R011] 'enabled' is 'no'; write true or false"),
        ("version: 1\nrules:\n- {id: No, match: {src.port: 1}}\n", "3:8: error[R013]"),
        (
            "version: 1\nrules:\n- {id: one, match: {src.port: 1}}\n- {id: one, match: {src.port: 1}}\n",
            "4:8: error[R014] the rule 'one' occurs twice; first at a.yaml:3:8"
        ),
        ("version: 1\nlists:\n  a: {items: [x]}\n", "3:3: error[R020]"),
        ("version: 1\nlists:\n  a: {type: exact}\n", "3:3: error[R020] list 'a' has neither 'items' nor 'file'"),
        (
            "version: 1\nlists:\n  a: {type: cidr, items: [10.0.0.0/8, example.com]}\n",
            "3:39: error[R021] 'example.com'"
        ),
        ("version: 1\nlists:\n  a: {type: suffix, items: [\"*.example.com\"]}\n", "3:29: error[R021]"),
        ("version: 1\nlists:\n  a: {type: suffix, file: b.txt}\n", "3:27: error[R022] the list's file 'b.txt'"),
        (one("  match: {src.ip: {in: nets}}\n"), "4:24: error[R031] unknown list 'nets'"),
        (one("  match: {macro: any_ai}\n"), "4:18: error[R032] unknown macro 'any_ai'"),
        ("version: 1\nmacros:\n  a: {macro: b}\n  b: {macro: a}\n", "4:14: error[R033] the macro 'a' contains itself"),
        (one("  match: {src.port: 1}\n  schedule: {only: day}\n"), "5:20: error[R034] unknown schedule 'day'"),
        (one("  match: {ai.vendr: x}\n"), "4:11: error[R041] unknown field 'ai.vendr'; did you mean 'ai.vendor'?"),
        (one("  match: {src.ip: 10.0.0.0/8}\n"), "4:19: error[R042] '10.0.0.0/8' is an address block; write {cidr: 10"),
        (one("  match: {ai.role: inferense}\n"), "4:20: error[R042] ai.role cannot be 'inferense'; one of: inference"),
        (one("  match: {src.port: {gr: 5}}\n"), "4:22: error[R043] unknown operator 'gr' on src.port (number)"),
        (
            one("  match: {ai.role: {at_least: web}}\n"),
            "4:21: error[R044] 'at_least' cannot be used with ai.role (enum"
        ),
        (one("  match: {dst.host: {regex: 'a(b'}}\n"), "4:33: error[R045]"),
        (
            "version: 1\nlists:\n  a: {type: cidr, items: [10.0.0.0/8]}\nrules:\n- {id: one, match: {dst.host: {in: a}}}\n",
            "5:36: error[R047] dst.host (string) cannot be in 'a', a list of type cidr"
        ),
        (
            "version: 1\nlists:\n  a: {type: exact, items: [webb]}\nrules:\n- {id: one, match: {ai.role: {in: a}}}\n",
            "5:35: error[R047] the list 'a' holds 'webb', which ai.role cannot be"
        ),
        (one("  match: {}\n"), "4:10: error[R048]"),
        (one("  match: {src.port: []}\n"), "4:21: error[R048]"),
        (one("  match: {src.port: {gt: 5, lt: 5}}\n"), "4:11: error[R048] no number satisfies"),
        (
            one("  match: {src.port: 1}\n  exceptions:\n  - {name: x, match: {src.port: 1}, reason: r, owner: o}\n"),
            "6:5: error[R051] no 'expires' in exception 'x' in rule 'one'"
        ),
        (one("  match: {src.port: 1}\n  valid_from: 2026-07-10\n"), "5:15: error[R061]"),
        (one("  match: {src.port: 1}\n  valid_from: 10 July\n"), "5:15: error[R062]"),
        (
            one("  match: {src.port: 1}\n  timezone: UTC\n  valid_from: 2026-07-10\n  grace: {from: 2026-07-10}\n"),
            "7:11: error[R063] grace begins at 2026-07-10"
        ),
        (
            one("  match: {src.port: 1}\n  timezone: Asia/Shangai\n"),
            "5:13: error[R064] unknown time zone 'Asia/Shangai'"
        ),
        ("version: 1\nschedules:\n  d: {timezone: UTC, weekly: {mon: [\"9-5\"]}}\n", "3:37: error[R065] '9-5'"),
        ("version: 1\nschedules:\n  d: {timezone: UTC, weekly: {mo: [\"09:00-10:00\"]}}\n", "3:31: error[R065] 'mo'"),
        (
            one("  match: {src.port: 1}\n  threshold: {count: flow, op: gt, value: 1, window: 1h}\n"),
            "5:22: error[R071] cannot count 'flow'"
        ),
        (
            one("  match: {src.port: 1}\n  threshold: {count: flows, op: lt, value: 1, window: 1h}\n"),
            "5:29: error[R071] 'lt' is judged at the end of a window"
        ),
        (one("  match: {src.port: 1}\n  message: \"{{src.ip\"\n"), "5:13: error[R081]"),
        (one("  match: {src.port: 1}\n  message: \"{{src.ip|who}}\"\n"), "5:22: error[R082] unknown field 'who'"),
        (one("  match: {src.port: 1}\n  message: \"{{threshold.value}}\"\n"), "5:15: error[R082] 'threshold.value'"),
        (one("  match: {src.port: 1}\n  tags: [attack.1567]\n"), "5:10: error[R083]"),
        (
            one("  match: {src.port: 1}\n  tests: [{name: x, event: {src.port: 1}, expect: alrt}]\n"),
            "5:51: error[R091]"
        ),
        (
            one("  match: {src.port: 1}\n  tests: [{name: x, event: {src.port: 1}, expect: {suppressed_by: y}}]\n"),
            "5:67: error[R091] rule 'one' has no exception 'y'"
        ),
        (one("  match: {dst.host: x}\n  on: flow_start\n"), "5:7: error[R011] dst.host is not known at flow_start"),
        (one("  match: {dns.qname: x, flow.part: 1}\n"), "4:10: error[R011] flow.part is not known at dns"),
    ]

    @Test("Each kind of error has its position and says what is wrong", arguments: cases)
    func each(_ text: String, _ line: String) {
        let lines = errors(text)
        #expect(lines.count == 1 && lines[0].hasPrefix("a.yaml:" + line), "\(lines) is not \(line)")
    }

    @Test("No kind of error is without a test")
    func coverage() {
        let elsewhere: Set<DiagnosticCode> = [.limit, .unreadable, .unknownKey, .emptyWindow, .ambiguousName]
        let tested = Self.cases.compactMap { entry in
            DiagnosticCode.allCases.first { entry.line.contains("[\($0.rawValue)]") }
        }
        #expect(Set(tested).union(elsewhere) == Set(DiagnosticCode.allCases))
    }

    @Test("A name that two other files define is ambiguous; one of the own file is not")
    func ambiguity() {
        let list = "version: 1\nlists:\n  nets: {type: cidr, items: [10.0.0.0/8]}\n"
        let use = "rules:\n- {id: one, match: {src.ip: {in: nets}}}\n"
        let sources = [RuleSource(name: "a.yaml", text: list), RuleSource(name: "b.yaml", text: list)]
        let third = RuleSet.load(sources + [RuleSource(name: "c.yaml", text: "version: 1\n" + use)])
        #expect(
            third.report.sorted.map(\.description) == [
                "c.yaml:3:34: error[R035] list 'nets' is defined in several files: a.yaml:3:3, b.yaml:3:3"
            ])
        #expect(RuleSet.load(sources + [RuleSource(name: "c.yaml", text: list + use)]).report.isClean)
        #expect(RuleSet.load([sources[0], RuleSource(name: "c.yaml", text: "version: 1\n" + use)]).report.isClean)
    }

    @Test("A vendor that the catalog does not have is an error, where the catalog is known")
    func vocabulary() {
        let text =
            "version: 1\nlists: {gone: {type: exact, items: [anthropic, acme]}}\nrules:\n"
            + "- {id: one, match: {ai.vendor: antropic}}\n- {id: two, match: {ai.vendor: {not: {in: gone}}}}\n"
        let source = RuleSource(name: "a.yaml", text: text)
        #expect(RuleSet.load([source]).report.isClean)
        let load = RuleSet.load([source], vocabulary: ["ai.vendor": ["anthropic", "openai"]])
        #expect(
            load.report.sorted.map(\.description) == [
                "a.yaml:4:32: error[R042] the catalog has no ai.vendor 'antropic'; did you mean 'anthropic'?",
                "a.yaml:5:43: error[R047] the list 'gone' holds 'acme', which ai.vendor cannot be: "
                    + "the catalog has no ai.vendor 'acme'",
            ])
    }

    @Test("A run reports 1,000 errors and counts the rest")
    func bounded() {
        let text = "version: 1\n" + (0..<1_500).map { "key\($0): 1\n" }.joined()
        let report = RuleSet.load([RuleSource(name: "a.yaml", text: text)]).report
        #expect(report.sorted.count == 1_000 && report.omitted == 500)
        #expect(report.summary == "1 file, 0 rules, 0 tests: 1500 errors. Nothing was loaded.")
    }
}
