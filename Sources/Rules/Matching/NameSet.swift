/// A set of names in one buffer, for lists of a million: some 30 bytes a name beside its own.
///
/// Open addressing over the index of each name; the hash is seeded for each process, and nothing that leaves the set
/// depends on it. Cost of a look-up: one hash and one comparison of bytes, no allocation.
struct NameSet: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = [0]
    private var slots: [UInt32] = []

    /// The number of names.
    var count: Int { ends.count - 1 }

    /// An empty set.
    init() {}

    /// The names of `names`.
    init(_ names: some Sequence<String>) {
        for name in names { insert(name) }
    }

    /// Adds `name`; false where it is in already, or where the set holds 4 GiB.
    @discardableResult
    mutating func insert(_ name: String) -> Bool {
        let new = Array(name.utf8)
        guard bytes.count + new.count < Int(UInt32.max) else { return false }
        if (count + 1) * 2 > slots.count { grow() }
        let slot = find(new[...])
        guard slots[slot] == 0 else { return false }
        bytes += new
        ends.append(UInt32(truncatingIfNeeded: bytes.count))
        slots[slot] = UInt32(truncatingIfNeeded: count)
        return true
    }

    /// Every name, in the order in which they came.
    var members: [String] {
        (1..<max(1, ends.count)).map { String(decoding: bytes[Int(ends[$0 - 1])..<Int(ends[$0])], as: UTF8.self) }
    }

    /// Whether `name` is in the set.
    func contains(_ name: String) -> Bool { contains(Array(name.utf8)[...]) }

    /// Whether `name` or one of its suffixes by label is in the set: `a.b.example` is where `b.example` is.
    func containsSuffix(of name: String) -> Bool {
        let name = Array(name.utf8)
        if contains(name[...]) { return true }
        for index in name.indices where name[index] == UInt8(ascii: ".") {
            if contains(name[(index + 1)...]) { return true }
        }
        return false
    }

    private func contains(_ name: ArraySlice<UInt8>) -> Bool {
        !slots.isEmpty && slots[find(name)] != 0
    }

    /// The slot of `name`, or the free one where it would go; at least half of the slots are free.
    private func find(_ name: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        for byte in name { hasher.combine(byte) }
        let mask = slots.count - 1
        var slot = hasher.finalize() & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot])
            let start = Int(ends[index - 1])
            let end = Int(ends[index])
            if end - start == name.count, bytes[start..<end] == name { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(16, slots.count * 2))
        for index in 1..<max(1, ends.count) {
            let name = bytes[Int(ends[index - 1])..<Int(ends[index])]
            slots[find(name)] = UInt32(truncatingIfNeeded: index)
        }
    }
}
