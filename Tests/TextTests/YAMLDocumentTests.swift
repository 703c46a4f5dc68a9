import Testing

@testable import Text

@Suite struct YAMLDocumentTests {
    /// The document of `text`, and what is wrong with it, a line a fault.
    private func read(
        _ text: String, limits: YAMLLimits = YAMLLimits()
    ) -> (document: YAMLDocument?, faults: [String]) {
        var faults: [YAMLError] = []
        let document = YAMLDocument(name: "a", bytes: Array(text.utf8), limits: limits, faults: &faults)
        return (document, faults.map { "\($0.position) \($0.kind) \($0.message)" })
    }

    @Test("Scalars stay text: 18:30 is no number and no is not false")
    func scalars() {
        let (document, faults) = read("a: 18:30\nb: no\nc: 0x10\nd: 2026-07-10\ne:\n")
        #expect(document?.root.entries?.map(\.value.text) == ["18:30", "no", "0x10", "2026-07-10", ""])
        #expect(document?.root["e"]?.isEmpty == true)
        #expect(faults.isEmpty)
    }

    @Test("A file is refused at its limits, with the limit's name")
    func limits() {
        var limits = YAMLLimits()
        limits.bytes = 10
        #expect(
            read("version: 1234", limits: limits).faults == [
                "a:1:1 limit the file has 13 bytes; at most 10 are read"
            ])
        limits = YAMLLimits()
        limits.depth = 3
        #expect(read("a: {b: {c: {d: 1}}}", limits: limits).faults == ["a:1:12 limit nested more than 3 deep"])
        limits.nodes = 3
        #expect(read("[a, b, c]", limits: limits).faults == ["a:1:8 limit the file holds more than 3 values"])
    }

    @Test("A file that takes no anchors says where the first is")
    func anchors() {
        var limits = YAMLLimits()
        limits.aliases = 0
        let (document, faults) = read("a: R & D, AT&T\nb: \"&x\"\nc: &who {d: 1}\n", limits: limits)
        #expect(document == nil)
        #expect(faults == ["a:3:4 anchor anchors ('&name') are not read; write the value out"])
        #expect(read("a: R & D, AT&T\nb: \"&x\"\n", limits: limits).document != nil)
        #expect(read("c: &who {d: 1}\ne: *who\n").document?.root["e"]?["d"]?.text == "1")
    }

    @Test("A key that occurs twice is a fault, and the rest of the file is there")
    func duplicates() {
        let (document, faults) = read("a: 1\nb: {c: 1, c: 2}\na: 3\n")
        #expect(
            faults == [
                "a:2:11 duplicateKey the key 'c' occurs twice in one map; first at a:2:5",
                "a:3:1 duplicateKey the key 'a' occurs twice in one map; first at a:1:1",
            ])
        #expect(document?.root["a"]?.text == "3" && document?.root["b"]?["c"]?.text == "2")
    }

    @Test("Unknown keys come with the known one that was meant; x- is the author's own")
    func unknownKeys() throws {
        let (document, _) = read("mathc: 1\nx-mine: 2\nmatch: 3\n")
        let unknown = try #require(document?.root.unknownEntries(besides: ["match"]))
        #expect(unknown.map(\.entry.key) == ["mathc"] && unknown.map(\.suggestion) == ["match"])
    }

    /// One line of many values: where each position costs the way to it, 40,000 of them take minutes.
    @Test("A long line costs what its values cost, not their square", .timeLimit(.minutes(15)))
    func longLine() throws {
        for word in ["a", "日本"] {
            let (document, _) = read("[" + String(repeating: "\(word), ", count: 40_000) + "]")
            let items = try #require(document?.root.items)
            #expect(items.count == 40_000)
            #expect(items.last?.position.column == 2 + 39_999 * (word.unicodeScalars.count + 2))
        }
    }
}
