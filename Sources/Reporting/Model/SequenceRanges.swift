/// The numbers of the events of one run that were read, as ranges: it finds events that are read twice, and gaps.
///
/// Bounded by `limit` ranges; past it numbers are no longer kept, and `isCut` says so.
struct SequenceRanges {
    static var limit: Int { 65_536 }

    private var ranges: [ClosedRange<Int64>] = []
    /// Whether some numbers are not known.
    private(set) var isCut = false

    /// Adds `number`; false if it was there. One comparison if it follows the last.
    mutating func insert(_ number: Int64) -> Bool {
        guard let last = ranges.last else {
            ranges.append(number...number)
            return true
        }
        if number > last.upperBound {
            if number == last.upperBound &+ 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                append(number...number, at: ranges.count)
            }
            return true
        }
        return insertBefore(number)
    }

    private mutating func insertBefore(_ number: Int64) -> Bool {
        // The first range that does not end before the number.
        var low = 0
        var high = ranges.count - 1
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        if ranges[low].contains(number) { return false }
        let joinsBefore = low > 0 && ranges[low - 1].upperBound &+ 1 == number
        let joinsAfter = ranges[low].lowerBound == number &+ 1
        switch (joinsBefore, joinsAfter) {
        case (true, true):
            ranges[low - 1] = ranges[low - 1].lowerBound...ranges[low].upperBound
            ranges.remove(at: low)
        case (true, false): ranges[low - 1] = ranges[low - 1].lowerBound...number
        case (false, true): ranges[low] = number...ranges[low].upperBound
        case (false, false): append(number...number, at: low)
        }
        return true
    }

    private mutating func append(_ range: ClosedRange<Int64>, at place: Int) {
        guard ranges.count < Self.limit else {
            isCut = true
            return
        }
        ranges.insert(range, at: place)
    }

    /// The numbers between the first and the last that were not read.
    var missing: Int64 {
        var count: Int64 = 0
        for (before, after) in zip(ranges, ranges.dropFirst()) {
            count = count.addingClamped(after.lowerBound &- before.upperBound &- 1)
        }
        return count
    }
}
