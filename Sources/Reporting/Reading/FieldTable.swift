import Bytes

/// Which member of which object is which field: an open-addressing table over the paths of `EventField`.
///
/// A look-up compares the whole name, so that no name from a log is taken for another. It holds some 110 entries and never grows.
struct FieldTable {
    /// What a member means.
    struct Entry {
        /// The object that it is a member of: 0 for the event itself.
        var parent: UInt8
        /// The field, if its value is wanted.
        var field: EventField?
        /// The number of the object that it holds, if any of its members is wanted; otherwise 0.
        var object: UInt8
        var nameStart: Int
        var nameCount: Int
    }

    private var entries: [Entry] = []
    private var slots = [UInt8](repeating: 0, count: 512)
    private var names: [UInt8] = []

    /// The table of all fields.
    init() {
        var objects: UInt8 = 0
        for field in EventField.allCases {
            var parent: UInt8 = 0
            let parts = field.path.split(separator: ".").map(String.init)
            for (index, part) in parts.enumerated() {
                let isLast = index + 1 == parts.count
                let place = place(of: Array(part.utf8), in: parent)
                if isLast { entries[place].field = field }
                guard !isLast else { continue }
                if entries[place].object == 0 {
                    objects += 1
                    entries[place].object = objects
                }
                parent = entries[place].object
            }
        }
    }

    /// The entry of the member of `parent` whose name is `range` of `bytes`; `nil` if none is wanted.
    @inline(__always)
    func entry(_ bytes: RawSpan, _ range: Range<Int>, in parent: UInt8) -> Entry? {
        var slot = Self.hash(
            first: bytes.byte(at: range.lowerBound) ?? 0, last: bytes.byte(at: range.upperBound &- 1) ?? 0,
            count: range.count, parent: parent)
        while slots[slot] > 0 {
            let entry = entries[Int(slots[slot]) &- 1]
            if entry.parent == parent, entry.nameCount == range.count, isName(of: entry, bytes, range) { return entry }
            slot = (slot &+ 1) & 511
        }
        return nil
    }

    private func isName(of entry: Entry, _ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        for offset in 0..<entry.nameCount
        where names[entry.nameStart &+ offset] != bytes.byte(at: range.lowerBound &+ offset) {
            return false
        }
        return true
    }

    private mutating func place(of name: [UInt8], in parent: UInt8) -> Int {
        if let entry = entries.firstIndex(where: { entry in
            entry.parent == parent && Array(names[entry.nameStart..<entry.nameStart + entry.nameCount]) == name
        }) {
            return entry
        }
        entries.append(Entry(parent: parent, object: 0, nameStart: names.count, nameCount: name.count))
        var slot = Self.hash(
            first: name.first ?? 0, last: name.last ?? 0, count: name.count, parent: parent)
        names += name
        while slots[slot] > 0 { slot = (slot + 1) & 511 }
        slots[slot] = UInt8(clamping: entries.count)
        return entries.count - 1
    }

    @inline(__always)
    private static func hash(first: UInt8, last: UInt8, count: Int, parent: UInt8) -> Int {
        let mixed = UInt32(first) &* 31 &+ UInt32(last) &* 131 &+ UInt32(truncatingIfNeeded: count) &* 17
        return Int((mixed &+ UInt32(parent) &* 61) & 511)
    }
}
