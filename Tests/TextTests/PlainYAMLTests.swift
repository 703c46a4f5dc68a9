import Foundation
import TestSupport
import Testing

@testable import Text

/// Whatever the reader of plain files takes, the YAML reader takes as well, and makes the same of it.
@Suite struct PlainYAMLTests {
    /// The tree that `PlainYAML` makes of `text`, a line a node; `nil` if it leaves the file to the YAML reader.
    private func plain(_ text: String, limits: YAMLLimits = YAMLLimits()) -> [String]? {
        SourceText(name: "a", bytes: Array(text.utf8)).flatMap { PlainYAML.root(of: $0, limits: limits) }
            .map { lines(of: $0) }
    }

    /// The tree that the YAML reader makes of `text`, a line a node; `nil` if it finds a fault.
    private func composed(_ text: String) -> [String]? {
        guard let source = SourceText(name: "a", bytes: Array(text.utf8)) else { return nil }
        var faults: [YAMLError] = []
        let root = YAMLDocument.composedRoot(of: source, limits: YAMLLimits(), faults: &faults)
        return faults.isEmpty ? root.map { lines(of: $0) } : nil
    }

    private func lines(of node: YAMLNode) -> [String] {
        let place = "\(node.position) \(node.offset)"
        switch node.content {
        case .scalar(let text, let style): return ["\(place) \(style) '\(text)'"]
        case .sequence(let items): return ["\(place) list"] + items.flatMap { lines(of: $0) }
        case .mapping(let entries):
            return ["\(place) map"] + entries.flatMap { ["\($0.position) key '\($0.key)'"] + lines(of: $0.value) }
        }
    }

    private static let shipped: [String] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "rules")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "yaml" }
            .sorted { $0.path < $1.path }.compactMap { try? String(contentsOf: $0, encoding: .utf8) }
    }()

    /// What plain files are made of, and what none is made of.
    private static let pieces = [
        "a", "b: ", "key:", "c-d", "- ", "-", "\n", "\n  ", "\n    ", "\n- ", "{", "}", "[", "]", ", ", ",", ": ", ":",
        "#",
        " # c", "'", "\"", "\"x\"", "'y'", "|", ">", "&a ", "*a", "!t ", "? ", "%", "@", "`", "\\", "\t", "\r", "é",
        "\u{85}",
        "\u{2028}", "---", "...", "--- ", " ", "  ", "1", "~", "<<", "=", "/", "x: y", "\n\n", "a: {b: c}", "\u{FEFF}",
        "\0",
    ]

    @Test func whatShipsIsPlainAndTheSame() {
        #expect(Self.shipped.count > 300)
        var left = 0
        for text in Self.shipped {
            if let tree = plain(text) { #expect(tree == composed(text)) } else { left += 1 }
        }
        // The packs of rules that have texts over several lines.
        #expect(left <= 8)
    }

    @Test func whatIsTakenOfMutatedFilesIsTheSame() throws {
        var random = Xorshift(seed: 41)
        var taken = 0
        for _ in 0..<6_000 {
            let text = try #require(Self.shipped.randomElement(using: &random))
            var bytes = Array(text.utf8.prefix(1_500))
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let piece = try #require(Self.pieces.randomElement(using: &random)).utf8
                let place = Int.random(in: 0...bytes.count, using: &random)
                let end = min(bytes.count, place + [0, 0, 1, 1, 3, 12, 60][Int.random(in: 0..<7, using: &random)])
                bytes.replaceSubrange(place..<end, with: piece)
            }
            let mutated = String(decoding: bytes, as: UTF8.self)
            guard let tree = plain(mutated) else { continue }
            taken += 1
            #expect(tree == composed(mutated), "\(mutated)")
        }
        #expect(taken > 500)
    }

    @Test func whatIsTakenOfHeapsOfPiecesIsTheSame() throws {
        var random = Xorshift(seed: 42)
        var taken = 0
        for _ in 0..<60_000 {
            var text = "a: "
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                text += try #require(Self.pieces.randomElement(using: &random))
            }
            guard let tree = plain(text) else { continue }
            taken += 1
            #expect(tree == composed(text), "\(text)")
        }
        #expect(taken > 1_000)
    }

    @Test(
        "What is not plain is left to the YAML reader",
        arguments: [
            "a: 1\na: 2\n", "a: {b: 1, b: 2}\n", "a: b\n  c\n", "a: 'it''s'\n", "a: \"\\n\"\n", "a: |\n  b\n", "a:\n",
            "a: é\n",
            "a: &b c\n", "a: *b\n", "a:\tb\n", "? a\n", "- - a\n", "--- a\n", "a: b: c\n", "a: [b: c]\n", "a: {b}\n",
            "a: [b\n",
            "[a]\n", "a: -1\n", "", "# nothing\n", "a: b\r\n",
        ])
    func leaves(_ text: String) {
        #expect(plain(text) == nil)
    }

    @Test func limitsLeaveTheFileToTheReaderThatNamesThem() {
        var limits = YAMLLimits()
        limits.depth = 3
        #expect(plain("a: {b: [c]}\n", limits: limits) == nil)
        #expect(plain("a: {b: c}\n", limits: limits) != nil)
        limits.nodes = 2
        #expect(plain("a: {b: c}\n", limits: limits) == nil)
    }
}
