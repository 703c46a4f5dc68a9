import Testing
import Text

private func makeTable(_ rows: [[String]]) -> TextTable {
    var table = TextTable(heads: ["name", "count"], isNumber: [false, true])
    for row in rows { table.add(row) }
    return table
}

@Suite struct TextTableTests {
    @Test("Columns are as wide as their widest cell, numbers to the right, no blanks at a line's end")
    func layout() {
        let table = makeTable([["a", "1"], ["longer name", "12,345"]])
        #expect(
            table.text == """
                  name          count
                  a                 1
                  longer name  12,345

                """)
        #expect(!table.isEmpty)
        #expect(makeTable([]).isEmpty)
    }

    @Test("Missing cells are empty, further ones are not shown")
    func ragged() {
        #expect(makeTable([[], ["b"], ["c", "2", "more"]]).text == "  name  count\n\n  b\n  c         2\n")
    }

    @Test("A narrow terminal cuts the widest texts, never numbers, and shows the cut")
    func narrow() {
        let table = makeTable([["a name of forty characters, or nearly so", "123456789"]])
        let lines = table.text(indent: "", width: 30).split(separator: "\n").map(String.init)
        #expect(lines == ["name                     count", "a name of forty ch…  123456789"])
        for width in [0, 1, 10, 19, 25, 40] {
            let text = table.text(indent: " ", width: width)
            #expect(text.contains("123456789"))
            let longest = text.split(separator: "\n").map(\.count).max() ?? 0
            // A text column keeps eight characters, and two blanks are between the columns.
            #expect(longest <= max(width, 1 + 8 + 2 + 9), "\(width): \(text)")
        }
    }

    @Test("Of several texts the widest is cut first")
    func fairness() {
        var table = TextTable(heads: ["a", "b"], isNumber: [false, false])
        table.add([String(repeating: "x", count: 40), String(repeating: "y", count: 12)])
        let line = table.text(indent: "", width: 34).split(separator: "\n").last.map(String.init) ?? ""
        #expect(line == String(repeating: "x", count: 19) + "…  " + String(repeating: "y", count: 12))
    }

    @Test("What a terminal would obey is made visible, and a cell is bounded")
    func hostile() {
        let text = makeTable([["\u{1B}[31mred\n\u{202E}", "1"], [String(repeating: "z", count: 300), "2"]]).text
        #expect(text.contains("\\u{1b}[31mred\\u{a}\\u{202e}"))
        #expect(text.split(separator: "\n").count == 3)
        #expect(text.contains(String(repeating: "z", count: 256) + "…"))
        #expect(!text.contains(String(repeating: "z", count: 257)))
    }

    @Test(
        "Counts have a comma every three digits",
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_000_000, "1,000,000"),
            (UInt64.max, "18,446,744,073,709,551,615"),
        ] as [(UInt64, String)])
    func counts(value: UInt64, text: String) {
        #expect(TextTable.count(value) == text)
    }

    @Test(
        "Bytes are in decimal units with one digit, rounded down",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (1_049, "1.0 kB"), (1_999, "1.9 kB"), (999_999, "999.9 kB"),
            (1_000_000, "1.0 MB"), (6_345_678, "6.3 MB"), (1_000_000_000, "1.0 GB"), (5_200_000_000_000, "5.2 TB"),
            (1_000_000_000_000_000, "1.0 PB"), (UInt64.max, "18.4 EB"),
        ] as [(UInt64, String)])
    func bytes(value: UInt64, text: String) {
        #expect(TextTable.bytes(value) == text)
    }
}
