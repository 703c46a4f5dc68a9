import Testing

@testable import Text

@Suite struct SourceTextTests {
    @Test("Positions and offsets are those of a count from the beginning")
    func positions() throws {
        let text = String(repeating: "aé日𝔸", count: 40) + "\n" + String(repeating: "x", count: 200) + "\r\n日\u{2028}b"
        let source = try #require(SourceText(name: "a", bytes: Array(text.utf8)))
        var (offset, line, column) = (0, 1, 1)
        for (index, scalar) in text.unicodeScalars.enumerated() {
            #expect(source.position(at: offset) == SourcePosition(file: "a", line: line, column: column))
            #expect(source.advance(from: 0, scalars: index) == offset)
            #expect(source.advance(from: offset, scalars: 1) == offset + scalar.utf8.count)
            offset += scalar.utf8.count
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        #expect(source.advance(from: 3, scalars: 10_000) == source.bytes.count)
        #expect(source.position(at: 10_000) == SourcePosition(file: "a", line: line, column: column))
        #expect(source.offset(readerLine: 4, column: 2) == source.bytes.count)
    }

    @Test("A byte order mark is no column, and what is no UTF-8 is no text")
    func encoding() {
        let marked = SourceText(name: "a", bytes: [0xEF, 0xBB, 0xBF, 0x61])
        #expect(marked?.string == "a" && marked?.position(at: 1).column == 2)
        #expect(SourceText(name: "a", bytes: [0x76, 0xFF, 0xFE]) == nil)
        #expect(SourceText(name: "a", bytes: [])?.position(at: 0) == SourcePosition(file: "a", line: 1, column: 1))
    }

    @Test("Nearest names: a third of the letters may differ, capitals count as small ones")
    func spelling() {
        let names = ["exceptions", "expires", "match", "legal_team", "Asia/Shanghai"]
        #expect(Spelling.nearest(to: "exeptions", among: names) == "exceptions")
        #expect(Spelling.nearest(to: "mathc", among: names) == "match")
        #expect(Spelling.nearest(to: "MATCH", among: names) == "match")
        #expect(Spelling.nearest(to: "asia/shanghai", among: names) == "Asia/Shanghai")
        #expect(Spelling.nearest(to: "leagal_team", among: names) == "legal_team")
        #expect(Spelling.nearest(to: "quite-else", among: names) == nil)
        #expect(Spelling.nearest(to: String(repeating: "x", count: 10_000), among: names) == nil)
    }

    @Test("What comes from the wire cannot move a cursor or a line")
    func escaping() {
        #expect("a\u{1B}[2Jb\nc\u{202E}d".escapedForDisplay() == "a\\u{1b}[2Jb\\u{a}c\\u{202e}d")
        #expect(String(repeating: "x", count: 2_000).escapedForDisplay().count == 1_001)
        #expect(JSONText.quoted("a\"\\\u{1}日") == #""a\"\\\u0001日""#)
    }
}
