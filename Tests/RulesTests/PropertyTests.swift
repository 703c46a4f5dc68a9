import Foundation
import Testing
import Text

@testable import Rules

/// Files that no one wrote: whatever is in them, reading ends with rules or with errors.
@Suite struct PropertyTests {
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// 10,000 in an ordinary run, an eighth of them of each pack; the environment may ask for more.
    private static let mutations = ProcessInfo.processInfo.environment["EGRET_MUTATIONS"].flatMap { Int($0) } ?? 10_000
    /// Where the numbers begin; it is in what a failure says, with the number of the file.
    private static let seed = ProcessInfo.processInfo.environment["EGRET_SEED"].flatMap { UInt64($0) } ?? 2_026
    private static let packs = RuleFiles.files(at: root + "/rules/policies")

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

    @Test(
        "Ten thousand rule files, mutated from those that ship, load or give errors with a place, in bounded time",
        .timeLimit(.minutes(15)), arguments: packs.indices)
    func mutation(pack: Int) throws {
        #expect(Self.packs.count == 10)
        let shipped = try #require(RuleFiles.read(Self.packs[pack]))
        var dice = Dice(state: Self.seed &+ UInt64(pack))
        print("mutation: \(Self.packs[pack]), EGRET_SEED=\(Self.seed), EGRET_MUTATIONS=\(Self.mutations)")
        var loaded = 0
        var refused = 0
        var longest = Duration.zero
        for number in 0..<Self.mutations / Self.packs.count {
            let bytes = Self.mutate(shipped, &dice)
            var report = DiagnosticReport()
            let time = ContinuousClock().measure {
                let load = RuleSet.load([RuleSource(name: "m.yaml", bytes: bytes)]) { _ in
                    Array("api.example.com\nexample.org\n".utf8)
                }
                if load.rules != nil { loaded += 1 } else { refused += 1 }
                #expect((load.rules == nil) != load.report.isClean, "seed \(Self.seed), file \(number)")
                report = load.report
            }
            longest = max(longest, time)
            #expect(
                report.diagnostics.allSatisfy { $0.position.line >= 1 && $0.position.column >= 1 },
                "seed \(Self.seed), file \(number)")
        }
        #expect(longest < .seconds(20), "one file took \(longest), seed \(Self.seed)")
        #expect(loaded > 5 && refused > 5, "\(loaded) loaded, \(refused) refused")
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
