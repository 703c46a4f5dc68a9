/// Partial packets in the order in which they began; one that has ended leaves a stale entry, told by its serial number.
struct PartialPacketOrder {
    /// A packet's key and serial number.
    struct Entry {
        let key: PartialPacket.Key
        let serial: UInt64
    }

    private var entries: [Entry] = []
    private var head = 0

    /// The number of entries, stale ones included.
    var count: Int { entries.count - head }

    /// The oldest entry.
    var first: Entry? { head < entries.count ? entries[head] : nil }

    /// Adds a packet that has begun.
    mutating func append(_ key: PartialPacket.Key, _ serial: UInt64) {
        entries.append(Entry(key: key, serial: serial))
    }

    /// Removes the oldest entry.
    mutating func removeFirst() {
        head += 1
        if head >= 1024, head > entries.count / 2 {
            entries.removeFirst(head)
            head = 0
        }
    }
}
