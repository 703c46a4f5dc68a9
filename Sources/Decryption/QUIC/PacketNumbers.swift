/// Packet numbers of one direction, as ranges in order: those that were recorded, or those that the other end has acknowledged.
///
/// A packet that was acknowledged and is not in the recording was lost by the recording: with it whole streams may be missing,
/// of which nothing else shows a trace. Numbers that the sender skips on purpose are never acknowledged (RFC 9000 section 21.4).
/// Memory: at most `limit` ranges; beyond that nothing is claimed.
struct PacketNumbers {
    /// The most ranges that are kept.
    static let limit = 4_096

    private(set) var ranges: [ClosedRange<UInt64>] = []
    /// Whether a range had no room.
    private(set) var isFull = false

    /// Adds the numbers of `range`, each below 2^62. Cost: constant at the end, otherwise a bisection and a move.
    mutating func insert(_ range: ClosedRange<UInt64>) {
        if let last = ranges.last, last.lowerBound <= range.lowerBound, range.lowerBound <= last.upperBound &+ 1 {
            ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            return
        }
        let first = index(endingAtOrAfter: range.lowerBound)
        var (merged, end) = (range, first)
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound &+ 1 {
            merged = min(merged.lowerBound, ranges[end].lowerBound)...max(merged.upperBound, ranges[end].upperBound)
            end += 1
        }
        guard end > first || ranges.count < Self.limit else {
            isFull = true
            return
        }
        ranges.replaceSubrange(first..<end, with: [merged])
    }

    /// How many of these numbers are not in `other`; zero if one of both had no room for a range.
    func count(without other: PacketNumbers) -> UInt64 {
        guard !isFull, !other.isFull else { return 0 }
        var missing: UInt64 = 0
        var index = 0
        for range in ranges {
            var next = range.lowerBound
            while index < other.ranges.count, other.ranges[index].upperBound < next { index += 1 }
            var position = index
            while position < other.ranges.count, other.ranges[position].lowerBound <= range.upperBound {
                let known = other.ranges[position]
                if known.lowerBound > next { missing &+= known.lowerBound &- next }
                next = known.upperBound &+ 1
                position += 1
            }
            if next <= range.upperBound { missing &+= range.upperBound &- next &+ 1 }
        }
        return missing
    }

    /// The index of the first range that ends at the number before `number` or later.
    private func index(endingAtOrAfter number: UInt64) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound &+ 1 < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
