import Testing

@testable import Rules

@Suite struct SourceTests {
    /// The position of the only error of a file.
    private func place(_ text: String) -> String {
        let lines = errors(text)
        #expect(lines.count == 1, "\(lines)")
        return lines.first.map { String($0.prefix { $0 != " " }) } ?? ""
    }

    @Test("Positions hold inside folded and literal scalars")
    func blocks() {
        let head = "version: 1\nrules:\n- id: one\n  match: {src.port: 1}\n  message: "
        #expect(place(head + ">\n    first line\n    second {{src.prt}}\n") == "a.yaml:7:14:")
        #expect(place(head + ">-\n\n    first {{src.ip}}\n\n    second {{ src.prt }}\n") == "a.yaml:9:15:")
        #expect(place(head + "|\n    first\n      second {{src.prt}}\n") == "a.yaml:7:16:")
        #expect(place(head + "\"a\\u00e9 b\\n \\\n     {{src.prt}}\"\n") == "a.yaml:6:8:")
        #expect(place(head + "'it''s {{src.prt}}'\n") == "a.yaml:5:21:")
        #expect(place(head + "plain text\n    over lines {{src.prt}}\n") == "a.yaml:6:18:")
        #expect(place(head + "\"日本 {{src.prt}}\"\n") == "a.yaml:5:18:")
    }

    @Test("The root is a place too, never 0:0")
    func rootPosition() {
        #expect(place("") == "a.yaml:1:1:")
        #expect(place("rules: []\n") == "a.yaml:1:1:")
        #expect(place("- a\n") == "a.yaml:1:1:")
    }

    @Test("Positions hold with CRLF, a byte order mark, lone CRs and signs past ASCII")
    func lineEnds() {
        let text = "version: 1\nrules:\n- id: one\n  match: {src.port: 1}\n  exeptions: []\n"
        #expect(place(text) == "a.yaml:5:3:")
        #expect(place(text.replacing("\n", with: "\r\n")) == "a.yaml:5:3:")
        #expect(place("\u{FEFF}" + text) == "a.yaml:5:3:")
        #expect(place("\u{FEFF}vresion: 2\nversion: 1\n") == "a.yaml:1:1:")
        #expect(place("# a\rversion: 1\n# \u{2028}# b\nruls: []\n") == "a.yaml:3:1:")
        #expect(place("version: 1\nlists: {å日: {type: cidr, items: [x]}}\n").hasPrefix("a.yaml:2:9:"))
    }

    @Test("A tab that indents is named")
    func tabs() {
        let lines = errors("version: 1\nrules:\n\t- id: one\n")
        #expect(lines == ["a.yaml:3:1: error[R001] not YAML: a tab cannot indent; use spaces"])
    }

    @Test("Keys that are twice are errors, all of them in one run")
    func duplicates() {
        let lines = errors(
            "version: 1\nversion: 1\nrules:\n- id: one\n  match: {src.port: 1, src.port: 2}\n  id: two\n  id: three\n")
        #expect(
            lines == [
                "a.yaml:2:1: error[R004] the key 'version' occurs twice in one map; first at a.yaml:1:1",
                "a.yaml:5:24: error[R004] the key 'src.port' occurs twice in one map; first at a.yaml:5:11",
                "a.yaml:6:3: error[R004] the key 'id' occurs twice in one map; first at a.yaml:4:3",
                "a.yaml:7:3: error[R004] the key 'id' occurs twice in one map; first at a.yaml:4:3",
            ])
    }

    @Test("What would cost much is refused: depth, aliases, size")
    func limits() {
        let deep = "version: 1\nx-a: " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        #expect(errors(deep).first?.contains("error[R002]") == true)
        #expect(errors("a: " + String(repeating: "[", count: 100_000)).first?.contains("error[R002]") == true)
        #expect(errors(String(repeating: "- ", count: 100_000)).first?.contains("error[R002]") == true)
        var bomb = "version: 1\nx-0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let uses = (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", ")
            bomb += "x-\(level): &a\(level) [\(uses)]\n"
        }
        #expect(errors(bomb).first?.contains("error[R002]") == true)
        #expect(errors(bomb.replacing(" *a", with: "*a")).first?.contains("error[R002]") == true)
        #expect(errors("# " + String(repeating: "-", count: 300) + "\nversion: 1\n").isEmpty)
    }

    @Test("A few aliases are fine")
    func aliases() {
        let text = "version: 1\nx-who: &who {src.port: 1}\nrules:\n- {id: one, match: *who}\n- {id: two, match: *who}\n"
        #expect(errors(text).isEmpty)
    }

    @Test("Bytes that are no UTF-8 are an error, not a trap")
    func encoding() {
        let load = RuleSet.load([RuleSource(name: "a.yaml", bytes: [0x76, 0xFF, 0xFE])])
        #expect(load.report.sorted.map(\.description) == ["a.yaml:1:1: error[R005] the file is not UTF-8"])
        #expect(load.rules == nil)
    }

    @Test("Errors print as text, JSON and SARIF")
    func formats() {
        let report = RuleSet.load([RuleSource(name: "a \"b\".yaml", text: "version: 1\nruls: []\n")]).report
        #expect(
            report.rendered(as: .text)
                == "a \"b\".yaml:2:1: error[R012] unknown key 'ruls' at the top of the file; did you mean 'rules'?\n"
                + "1 file, 0 rules, 0 tests: 1 error. Nothing was loaded.\n")
        #expect(
            report.rendered(as: .json)
                == #"{"files":1,"rules":0,"tests":0,"omitted":0,"errors":[{"code":"R012","file":"a \"b\".yaml","line":2,"#
                + #""column":1,"message":"unknown key 'ruls' at the top of the file; did you mean 'rules'?","suggestion":"rules"}],"#
                + #""warnings":[]}"# + "\n")
        let sarif = report.rendered(as: .sarif)
        #expect(sarif.contains(#""ruleId":"R012""#) && sarif.contains(#""startLine":2,"startColumn":1"#))
    }
}
