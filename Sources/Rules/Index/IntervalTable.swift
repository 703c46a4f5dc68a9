/// Ranges of numbers, each with a value, found by a number that they hold.
///
/// The ranges lie in the order of their lower ends as a balanced tree, of which each knot knows the highest end below it.
/// Cost of a look-up: the ranges that it finds, and for each a way down the tree at most.
struct IntervalTable: Sendable {
    private var intervals: [(low: Int64, high: Int64, value: UInt32)]
    /// For the middle of each part of the tree, the highest end in that part.
    private var highest: [Int64]

    /// The table of `intervals`.
    init(_ intervals: [(low: Int64, high: Int64, value: UInt32)]) {
        self.intervals = intervals.sorted { ($0.low, $0.high, $0.value) < ($1.low, $1.high, $1.value) }
        highest = [Int64](repeating: .min, count: intervals.count)
        _ = fill(0..<intervals.count)
    }

    /// Appends to `values` those of the ranges that hold `number`. No allocation but the array's growth.
    func append(to values: inout [UInt32], holding number: Int64) {
        visit(0..<intervals.count, number, &values)
    }

    private func visit(_ part: Range<Int>, _ number: Int64, _ values: inout [UInt32]) {
        guard !part.isEmpty else { return }
        let middle = Self.middle(of: part)
        guard highest[middle] >= number else { return }
        visit(part.lowerBound..<middle, number, &values)
        let interval = intervals[middle]
        guard interval.low <= number else { return }
        if interval.high >= number { values.append(interval.value) }
        visit(middle + 1..<part.upperBound, number, &values)
    }

    private mutating func fill(_ part: Range<Int>) -> Int64 {
        guard !part.isEmpty else { return .min }
        let middle = Self.middle(of: part)
        let below = max(fill(part.lowerBound..<middle), fill(middle + 1..<part.upperBound))
        highest[middle] = max(intervals[middle].high, below)
        return highest[middle]
    }

    private static func middle(of part: Range<Int>) -> Int { part.lowerBound + part.count / 2 }
}
