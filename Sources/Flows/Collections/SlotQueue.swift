/// Slots in the order in which they were added, some of which may have been given to another flow since.
///
/// The owner checks by the flow's identity whether an entry still refers to the flow it was added for.
struct SlotQueue: Sendable {
    /// A slot and the start of the flow that was in it.
    struct Entry: Sendable {
        var slot: Int
        var start: Int64
        /// When the flow's latest packet came, as it was when the entry was last looked at; for owners that ask for it.
        var seen: Int64 = 0
    }

    private var entries: [Entry] = []
    private var head = 0

    /// The number of entries, stale ones included.
    var count: Int { entries.count - head }

    /// The bytes of the queue, by what is in use.
    var memory: Int { entries.count * MemoryLayout<Entry>.stride }

    /// Adds an entry at the end.
    mutating func append(_ entry: Entry) {
        entries.append(entry)
    }

    /// Takes the first entry.
    mutating func popFirst() -> Entry? {
        guard head < entries.count else { return nil }
        defer {
            head += 1
            if head > 4096, head > entries.count / 2 {
                entries.removeFirst(head)
                head = 0
            }
        }
        return entries[head]
    }
}
