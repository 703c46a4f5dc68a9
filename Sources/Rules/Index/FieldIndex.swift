import Bytes
import Vendors

/// The values of one field by which rules are found; what is found are the numbers of keys.
///
/// A reference, because a look-up must not copy its tables; it never changes.
final class FieldIndex: Sendable {
    /// Index keys that need no table.
    struct Plain: Sendable {
        /// Those that any value is.
        var present: [UInt32] = []
        /// Those that no value at all is.
        var absent: [UInt32] = []
        /// Those that a true value is, and a false one.
        var yes: [UInt32] = []
        var no: [UInt32] = []
    }

    /// The field.
    let field: Field
    /// Texts, and names with all below them, each with the number of a group of keys.
    let names: NameTable
    /// Blocks of addresses, each with the number of a group of keys.
    let prefixes: PrefixTable
    /// Index keys that share a text, a name or a block.
    let groups: [[UInt32]]
    /// Ranges of numbers, each with a key.
    let ranges: IntervalTable
    /// Lists that are asked themselves, each with a key.
    let lists: [(list: NamedList, key: UInt32)]
    /// Index keys that need no table.
    let plain: Plain

    init(
        _ field: Field, names: NameTable, prefixes: PrefixTable, groups: [[UInt32]], ranges: IntervalTable,
        lists: [(list: NamedList, key: UInt32)], plain: Plain
    ) {
        self.field = field
        self.names = names
        self.prefixes = prefixes
        self.groups = groups
        self.ranges = ranges
        self.lists = lists
        self.plain = plain
    }

    /// Appends to the keys of `scratch` those that `observation` has, a key maybe twice.
    func find(_ scratch: inout RuleIndex.Scratch, for observation: Observation) {
        let value = field.read(observation)
        guard value.isPresent else {
            scratch.keys += plain.absent
            return
        }
        scratch.keys += plain.present
        scratch.groups.removeAll(keepingCapacity: true)
        switch value {
        case .absent: break
        case .text(let text): look(for: text, &scratch)
        case .texts(let texts): for text in texts { look(for: text, &scratch) }
        case .address(let address):
            prefixes.append(to: &scratch.groups, holding: address)
            for (list, key) in lists where list.contains(address) { scratch.keys.append(key) }
        case .number(let number): look(for: number, &scratch)
        case .numbers(let numbers): for number in numbers { look(for: number, &scratch) }
        case .boolean(let boolean): scratch.keys += boolean ? plain.yes : plain.no
        }
        for group in scratch.groups { scratch.keys += groups[Int(group)] }
    }

    private func look(for text: String, _ scratch: inout RuleIndex.Scratch) {
        scratch.bytes.removeAll(keepingCapacity: true)
        scratch.bytes += text.utf8
        // Taken out meanwhile, because the bytes beside them are being looked at.
        var groups: [UInt32] = []
        swap(&groups, &scratch.groups)
        names.append(to: &groups, of: scratch.bytes.rawSpan)
        swap(&groups, &scratch.groups)
        for (list, key) in lists where list.contains(text) { scratch.keys.append(key) }
    }

    private func look(for number: Int64, _ scratch: inout RuleIndex.Scratch) {
        ranges.append(to: &scratch.keys, holding: number)
        for (list, key) in lists where list.contains(String(number)) { scratch.keys.append(key) }
    }
}

/// Ranges of numbers, each with a value, found by a number that they hold.
///
/// The ranges are in the order of their lower ends as a balanced tree, of which each knot knows the highest end below it.
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
        visit(0..<intervals.count, number: number, into: &values)
    }

    private func visit(_ part: Range<Int>, number: Int64, into values: inout [UInt32]) {
        guard !part.isEmpty else { return }
        let middle = Self.middle(of: part)
        guard highest[middle] >= number else { return }
        visit(part.lowerBound..<middle, number: number, into: &values)
        let interval = intervals[middle]
        guard interval.low <= number else { return }
        if interval.high >= number { values.append(interval.value) }
        visit(middle + 1..<part.upperBound, number: number, into: &values)
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
