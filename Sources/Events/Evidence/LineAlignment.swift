/// Where the lines of a file differ from those that were vouched for, by the marks of both.
///
/// What is the same at the beginning and at the end is put aside; what remains is named by its kind if it is of one
/// kind alone. A verdict that there is a difference never rests on this: marks are short, and the chain has decided.
struct LineAlignment {
    /// The kind of the difference.
    let kind: LogVerdict.Finding.Kind
    /// The lines concerned, from 0: of the file, or, where lines are gone, of what was written.
    let lines: Range<Int>

    /// The differences of `found` from `written`; `nil` if the marks are the same.
    static func differences(written: [UInt32], found: [UInt32]) -> [LineAlignment] {
        let head = zip(written, found).prefix { $0 == $1 }.count
        let tail = zip(written.dropFirst(head).reversed(), found.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let old = written[head..<(written.count - tail)]
        let new = found[head..<(found.count - tail)]
        if old.isEmpty && new.isEmpty { return [] }
        if old.sorted() == new.sorted() { return [LineAlignment(kind: .reordered, lines: new.indices)] }
        if let gone = rest(of: old, without: new) { return runs(gone).map { LineAlignment(kind: .removed, lines: $0) } }
        if let more = rest(of: new, without: old) {
            return runs(more).map { LineAlignment(kind: .inserted, lines: $0) }
        }
        if old.count == new.count {
            let changed = zip(new.indices, zip(old, new)).filter { $0.1.0 != $0.1.1 }.map(\.0)
            return runs(changed).map { LineAlignment(kind: .changed, lines: $0) }
        }
        return [LineAlignment(kind: .different, lines: new.isEmpty ? old.indices : new.indices)]
    }

    /// The places in `long` that are left where `short` is a part of it in the same order; `nil` if it is not.
    private static func rest(of long: ArraySlice<UInt32>, without short: ArraySlice<UInt32>) -> [Int]? {
        var rest: [Int] = []
        var next = short.startIndex
        for index in long.indices {
            if next < short.endIndex, short[next] == long[index] { next += 1 } else { rest.append(index) }
        }
        return next == short.endIndex ? rest : nil
    }

    /// Ascending numbers as runs of neighbors.
    private static func runs(_ numbers: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for number in numbers {
            if let last = runs.last, last.upperBound == number {
                runs[runs.count - 1] = last.lowerBound..<(number + 1)
            } else {
                runs.append(number..<(number + 1))
            }
        }
        return runs
    }
}
