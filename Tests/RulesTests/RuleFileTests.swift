import Foundation
import Testing

@testable import Rules

/// How rule files load, and what their errors say.
@Suite struct RuleFileTests {
    @Test("All files load or none does, in any order, and the hash and the count say which")
    func wholeSets() {
        let first = RuleSource(name: "a.yaml", text: "version: 1\nrules:\n- {id: one, match: {src.port: 1}}\n")
        let second = RuleSource(
            name: "b.yaml", text: "version: 1\nrules:\n- {id: two, enabled: false, match: {src.port: 1}}\n")
        let both = RuleSet.load([first, second])
        #expect(both.report.files == 2 && both.rules?.rules.map(\.id) == ["one", "two"])
        #expect(both.rules?.hash == RuleSet.load([second, first]).rules?.hash)
        #expect(both.rules?.hash != RuleSet.load([first]).rules?.hash)
        #expect(both.rules?.hash.hasPrefix("sha256:") == true && both.rules?.hash.utf8.count == 71)
        let broken = RuleSource(name: "c.yaml", text: "version: 1\nrules:\n- {id: tre}\n")
        #expect(RuleSet.load([first, second, broken]).rules == nil)
    }

    @Test("A mounted directory with its links is read once, file by file")
    func mountedDirectory() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("rules-\(UUID().uuidString)")
        let data = directory.appendingPathComponent("..2026_08_01")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let text =
            "version: 1\nlists: {nets: {type: cidr, file: nets.txt}}\nrules:\n- {id: one, match: {src.ip: {in: nets}}}\n"
        try text.write(to: data.appendingPathComponent("a.yaml"), atomically: true, encoding: .utf8)
        try "10.0.0.0/8 # all\n".write(to: data.appendingPathComponent("nets.txt"), atomically: true, encoding: .utf8)
        let path = directory.path
        try FileManager.default.createSymbolicLink(atPath: path + "/..data", withDestinationPath: "..2026_08_01")
        for name in ["a.yaml", "nets.txt"] {
            try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: "..data/" + name)
        }
        let load = RuleFiles.load(paths: [path])
        #expect(load.report.rendered(as: .text).hasSuffix("1 file, 1 rule, 0 tests: no errors.\n"))
        #expect(load.rules?.rules.map(\.id) == ["one"])
        #expect(RuleFiles.load(paths: [path + "/none"]).rules == nil)
    }

    @Test(
        "A misspelt key is an error everywhere, with the right one",
        arguments: [
            ("version: 1\nrulse: []\n", "rules"), ("version: 1\nmetadata: {revison: 1}\n", "revision"),
            ("version: 1\ndefaults: {severty: low}\n", "severity"),
            ("version: 1\nlists: {a: {type: exact, item: [x], items: [x]}}\n", "items"),
            (
                "version: 1\nschedules: {a: {timezone: UTC, weekly: {mon: [\"09:00-10:00\"]}, holiday: []}}\n",
                "holidays"
            ),
            ("version: 1\nrules: [{id: one, match: {src.port: 1}, mesage: x}]\n", "message"),
            ("version: 1\nrules: [{id: one, match: {src.port: 1}, dedup: {by: [src.ip], fro: 1h}}]\n", "for"),
            (
                "version: 1\nrules: [{id: one, match: {src.port: 1}, evidence: {require_compleet: true}}]\n",
                "require_complete"
            ),
            (
                "version: 1\nrules: [{id: one, match: {src.port: 1}, exceptions: [{name: x, match: {src.port: 1}, "
                    + "reason: r, owner: o, permanent: true, expire: never}]}]\n", "expires"
            ),
            (
                "version: 1\nrules: [{id: one, match: {src.port: 1}, threshold: {count: flows, op: gt, value: 1, "
                    + "window: 1h, groupby: [src.ip]}}]\n", "group_by"
            ),
            (
                "version: 1\nrules: [{id: one, match: {src.port: 1}, tests: [{name: x, event: {}, expct: none, expect: none}]}]\n",
                "expect"
            ),
        ])
    func misspelt(_ text: String, _ suggestion: String) {
        let report = RuleSet.load([RuleSource(name: "a.yaml", text: text)]).report
        #expect(report.diagnostics.map(\.code) == [.unknownKey], "\(report.rendered(as: .text))")
        #expect(report.diagnostics.first?.suggestion == suggestion)
    }

    @Test("Keys that begin with x- are the author's own")
    func ownKeys() {
        #expect(
            errors("version: 1\nx-team: {a: 1}\nrules:\n- {id: one, x-note: y, match: {src.port: 1, x-why: z}}\n")
                .isEmpty)
    }

    @Test("An entry of the wrong type is an error at its own line, in files too")
    func listEntries() {
        let text = "version: 1\nlists:\n  hosts: {type: suffix, file: lists/hosts.txt}\n"
        let file = "# hosts\nexample.com\r\n\n  https://example.com/path\nok.example # fine\n^ads?\\.\n"
        let load = RuleSet.load([RuleSource(name: "rules/a.yaml", text: text)]) { path in
            path == "rules/lists/hosts.txt" ? Array(file.utf8) : nil
        }
        #expect(
            load.report.sorted.map { $0.description.prefix { $0 != "'" } } == [
                "rules/lists/hosts.txt:4:3: error[R021] this line in list ",
                "rules/lists/hosts.txt:6:1: error[R021] this line in list ",
            ])
    }

    @Test("A list of 200,000 names loads and is searched by label")
    func largeList() {
        let file = (0..<200_000).map { "host-\($0).example\n" }.joined()
        let text =
            "version: 1\nlists: {a: {type: suffix, file: a.txt}}\nrules:\n- {id: one, match: {dst.host: {in: a}}}\n"
        let load = RuleSet.load([RuleSource(name: "a.yaml", text: text)]) { _ in Array(file.utf8) }
        let condition = load.rules?.rules.first?.condition
        #expect(condition?.holds(observe("www.host-199999.example")) == true)
        #expect(condition?.holds(observe("xhost-7.example")) == false)
        #expect(condition?.holds(observe("example")) == false)
    }

    @Test("A date without a zone is an error; the zone of the file or of the rule is enough")
    func dateZones() {
        let rule = "rules:\n- {id: one, match: {src.port: 1}, valid_from: 2026-07-10"
        #expect(errors("version: 1\n" + rule + "}\n").count == 1)
        #expect(errors("version: 1\ndefaults: {timezone: UTC}\n" + rule + "}\n").isEmpty)
        #expect(errors("version: 1\n" + rule + ", timezone: Asia/Shanghai}\n").isEmpty)
    }
}
