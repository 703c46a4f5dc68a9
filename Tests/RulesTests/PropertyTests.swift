import Foundation
import Testing
import Text

@testable import Rules

/// Files that nobody wrote: whatever stands in them, reading ends with rules or with errors.
@Suite struct PropertyTests {
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// 1,500 in an ordinary run; the environment asks for more, such as `EGRET_MUTATIONS=10000`.
    private static let mutations = ProcessInfo.processInfo.environment["EGRET_MUTATIONS"].flatMap { Int($0) } ?? 1_500

    private static let fragments = [
        "{", "}", "[", "]", ": ", "- ", "\n", "\t", "\"", "'", "|", ">", "&a ", "*a", "!!x ", "#", "%", "? ", "---\n",
        "...\n",
        "\r", "\u{FEFF}", "\u{85}", "\u{2028}", "日", "{{", "}}", "9999999999999999999", "-1", "0x1F", "1e309", ".inf",
        "any", "macro", "not", "between", "regex", "(((", "{1,1000}", "2026-02-30", "Asia/Shanghai", "1h", "5MB", "~",
        "threshold", "valid_from", "<<", "\u{E000}", "\u{0}", "\u{7F}",
    ]

    private static func mutate(_ text: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...4, using: &dice) {
            guard !text.isEmpty else { return text }
            let at = Int.random(in: 0..<text.count, using: &dice)
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: text[at] = UInt8.random(in: 0...255, using: &dice)
            case 1: text.remove(at: at)
            case 2: text.insert(contentsOf: fragments[Int.random(in: 0..<fragments.count, using: &dice)].utf8, at: at)
            case 3: text.removeSubrange(at..<min(text.count, at + Int.random(in: 1...40, using: &dice)))
            case 4:
                text.insert(contentsOf: text[at..<min(text.count, at + Int.random(in: 1...60, using: &dice))], at: at)
            default: text.swapAt(at, Int.random(in: 0..<text.count, using: &dice))
            }
        }
        return text
    }

    @Test("Mutated rule files load or give errors with a place, and never crash or hang")
    func mutation() {
        var seeds: [[UInt8]] = []
        for path in RuleFiles.files(at: root + "/rules/policies") {
            if let bytes = RuleFiles.read(path) { seeds.append(bytes) }
        }
        #expect(seeds.count == 8)
        var dice = Dice(state: 2_026)
        var loaded = 0
        var refused = 0
        for number in 0..<Self.mutations {
            let bytes = Self.mutate(seeds[number % seeds.count], &dice)
            let load = RuleSet.load([RuleSource(name: "m.yaml", bytes: bytes)]) { _ in
                Array("example.com\n10.0.0.0/8\n".utf8)
            }
            if load.rules != nil { loaded += 1 } else { refused += 1 }
            #expect((load.rules == nil) != load.report.isClean)
            #expect(load.report.diagnostics.allSatisfy { $0.position.line >= 1 && $0.position.column >= 1 })
        }
        #expect(loaded > 50 && refused > 50, "\(loaded) loaded, \(refused) refused")
    }

    @Test("Files of fragments at random never crash or hang")
    func noise() {
        var dice = Dice(state: 99)
        for _ in 0..<2_000 {
            var text = Bool.random(using: &dice) ? "version: 1\nrules:\n- id: one\n  match: " : ""
            for _ in 0..<Int.random(in: 1...30, using: &dice) {
                text += Self.fragments[Int.random(in: 0..<Self.fragments.count, using: &dice)]
            }
            let load = RuleSet.load([RuleSource(name: "n.yaml", text: text)])
            #expect((load.rules == nil) != load.report.isClean)
        }
    }

    @Test("Expressions at random never crash or hang, and match in bounded time")
    func expressions() {
        let signs = Array("ab.*+?()[]{}|^$\\,-0129dws:".unicodeScalars)
        var dice = Dice(state: 5)
        var read = 0
        for _ in 0..<5_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...14, using: &dice) {
                text.unicodeScalars.append(signs[Int.random(in: 0..<signs.count, using: &dice)])
            }
            guard let pattern = try? Pattern(text) else { continue }
            read += 1
            _ = pattern.matches("abababababababababab0129")
            #expect(!pattern.matches("\u{1}") || text.contains { ".[^\\".contains($0) }, "\(text)")
        }
        #expect(read > 200)
    }
}
