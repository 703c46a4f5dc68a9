import Bytes
import Foundation
import Vendors

/// A table of many host names, asked for each of them in random order.
struct NameBench {
    private let count: Int
    private let table: HostTable

    init(_ count: Int) {
        self.count = count
        table = HostTable(
            (0..<count).compactMap { number in
                let kind: HostPattern.Kind = number % 2 == 0 ? .exact : .suffix
                return (try? HostPattern(kind, Self.name(number))).map { (pattern: $0, value: UInt32(number)) }
            })
    }

    /// A name of 24 to 34 bytes with four labels, as hosts of tenants have.
    private static func name(_ number: Int) -> String { "host\(number).tenant\(number % 9_973).example.net" }

    /// Questions in random order, in one buffer that is read from front to end: the names of the table, or such as are
    /// beside them.
    private func questions(
        _ count: Int, listed: Bool, of choose: (inout Dice) -> Int
    ) -> (bytes: [UInt8], ends: [Int]) {
        var dice = Dice(7)
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for _ in 0..<count {
            let number = choose(&dice)
            let isBelow = number % 2 == 1 && dice.below(2) == 0
            bytes += (listed ? isBelow ? "www." : "" : "un").utf8
            bytes += Self.name(number).utf8
            ends.append(bytes.count)
        }
        return (bytes, ends)
    }

    /// Each name as likely as any other.
    private func anyone(_ dice: inout Dice) -> Int { dice.below(count) }

    /// A name of the rank that people ask for: by a power law with the exponent 0.91 that was found for names in DNS (J. Jung
    /// and others, "DNS Performance and the Effectiveness of Caching", 2002), with popular names anywhere in the table.
    private func popular(_ dice: inout Dice) -> Int {
        let rest = 1 - 0.91
        let share = Double(dice.below(1 << 30)) / Double(1 << 30)
        let rank = pow(share * (pow(Double(count), rest) - 1) + 1, 1 / rest)
        return min(Int(rank), count) &* 611_953 % count
    }

    private func ask(_ questions: (bytes: [UInt8], ends: [Int])) -> Int {
        var found = 0
        var start = 0
        for end in questions.ends {
            if table.match(questions.bytes.rawSpan.clamped(start..<end)) != nil { found += 1 }
            start = end
        }
        return found
    }

    /// Asks the first `count` of 40,000 questions for names that are listed.
    func ask(_ count: Int) -> Int {
        var questions = questions(40_000, listed: true, of: anyone)
        questions.ends.removeLast(max(0, questions.ends.count - count))
        return ask(questions)
    }

    /// The bytes of the table, and the shortest of some rounds of look-ups: of any name of the table, of names as they are
    /// popular, and of such as are not there; beside as many reads of one line each in a buffer of 80 MB, of which each must
    /// wait for the one before.
    func timed() -> [String: Double] {
        let listed = questions(count, listed: true, of: anyone)
        let asked = questions(count, listed: true, of: popular)
        let unlisted = questions(count, listed: false, of: anyone)
        let chain = FarMemory(bytes: 80_000_000)
        var (hit, usual, miss, far) = (Double.infinity, Double.infinity, Double.infinity, Double.infinity)
        for _ in 0..<5 {
            hit = min(hit, nanoseconds(each: count) { precondition(ask(listed) == count) })
            usual = min(usual, nanoseconds(each: count) { precondition(ask(asked) == count) })
            miss = min(miss, nanoseconds(each: count) { precondition(ask(unlisted) == 0) })
            far = min(far, nanoseconds(each: 500_000) { chain.walk(500_000) })
        }
        return [
            "bytes": Double(table.byteCount), "hit_nanoseconds": hit, "popular_nanoseconds": usual,
            "miss_nanoseconds": miss,
            "far_memory_nanoseconds": far, "hit_ratio": hit / far,
        ]
    }

    private func nanoseconds(each count: Int, _ work: () -> Void) -> Double {
        let time = ContinuousClock().measure(work)
        return (Double(time.components.seconds) * 1e9 + Double(time.components.attoseconds) / 1e9) / Double(count)
    }
}

/// One round trip through all lines of a buffer in random order.
struct FarMemory {
    private let lines: [UInt32]
    private static let wordsPerLine = 16

    init(bytes: Int) {
        let count = bytes / 64
        var order = (0..<count).map { UInt32($0) }
        var dice = Dice(11)
        for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, dice.below(index + 1)) }
        var lines = [UInt32](repeating: 0, count: count * Self.wordsPerLine)
        for index in 0..<count { lines[Int(order[index]) * Self.wordsPerLine] = order[(index + 1) % count] }
        self.lines = lines
    }

    /// Reads `steps` lines, each at the place that the one before names.
    func walk(_ steps: Int) {
        var place: UInt32 = 0
        for _ in 0..<steps { place = lines[Int(place) * Self.wordsPerLine] }
        precondition(Int(place) < lines.count)
    }
}
