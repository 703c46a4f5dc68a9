import Bytes

/// The alerts that are open, of all rules, and when each closes.
///
/// Each has one entry in a heap by its deadline; a hit moves the deadline, and the entry is put right when it comes up.
/// Bounded by a number of alerts and by bytes: past either, the alert whose entry is next closes early, and is counted. Alerts are in
/// blocks, so that one that opens moves no other, and an open one is held without its message and without the lists of its handshake.
struct AlertTable: Sendable {
    /// Which alert.
    struct Key: Hashable, Sendable {
        var rule: Int
        /// The place of the exception that holds the hits back; `nil` if none does.
        var exception: Int?
        let group: GroupKey
    }

    private struct Due: Sendable {
        var deadline: Timestamp
        let sequence: UInt64
        let slot: Int
    }

    private var slots: [Key: Int] = [:]
    private var entries = BlockArray<OpenAlert>()
    private var heap: [Due] = []
    private var sequence: UInt64 = 0
    /// How many alerts closed early.
    private(set) var overflow: UInt64 = 0
    /// The bytes of all open alerts.
    private(set) var memory = 0

    /// How many alerts are open.
    var count: Int { slots.count }

    /// Whether the alert of `key` is open.
    func isOpen(_ key: Key) -> Bool { slots[key] != nil }

    /// Opens an alert.
    private mutating func open(_ alert: Alert, match: RuleMatch, key: Key, deadline: Timestamp) {
        sequence &+= 1
        let entry = OpenAlert(alert, match: match, key: key, deadline: deadline, sequence: sequence)
        memory += entry.bytes
        let slot = entries.insert(entry)
        slots[key] = slot
        heap.append(Due(deadline: deadline, sequence: sequence, slot: slot))
        siftUp(heap.count - 1)
    }

    /// Takes out the alert that closes next at or before `time`.
    mutating func popClosed(at time: Timestamp) -> OpenAlert? {
        while let first = nextDeadline, first <= time {
            if let closed = popFirst() { return closed }
        }
        return nil
    }

    /// When the alert that closes next does so, if there is no further hit.
    var nextDeadline: Timestamp? { heap.first?.deadline }

    /// Takes out the alert that is next, whatever the time.
    private mutating func popEarly() -> OpenAlert? {
        while !heap.isEmpty {
            if let closed = popFirst() {
                overflow &+= 1
                return closed
            }
        }
        return nil
    }

    /// Takes out every alert that `isRemoved` holds for, in the order in which they would close.
    mutating func removeAll(where isRemoved: (Key) -> Bool = { _ in true }) -> [OpenAlert] {
        var removed: [OpenAlert] = []
        for (key, slot) in slots where isRemoved(key) {
            if let entry = remove(slot) { removed.append(entry) }
        }
        heap = heap.filter { entries[$0.slot]?.sequence == $0.sequence }
        for index in heap.indices.reversed() { siftDown(index) }
        return removed.sorted { ($0.deadline, $0.sequence) < ($1.deadline, $1.sequence) }
    }

    /// Gives the alerts of each rule its new number; those without one must be gone.
    mutating func renumber(_ renumber: (Int) -> Int?) {
        var renumbered: [Key: Int] = [:]
        for (key, slot) in slots {
            guard let rule = renumber(key.rule) else { continue }
            let key = Key(rule: rule, exception: key.exception, group: key.group)
            renumbered[key] = slot
            entries[slot]?.key = key
        }
        slots = renumbered
    }

    /// Takes the first entry of the heap; the alert if it is due, `nil` if hits moved its deadline.
    private mutating func popFirst() -> OpenAlert? {
        guard let first = heap.first else { return nil }
        let (isSame, deadline) = (entries[first.slot]?.sequence == first.sequence, entries[first.slot]?.deadline)
        if isSame, let deadline, deadline > first.deadline {
            heap[0].deadline = deadline
            siftDown(0)
            return nil
        }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
        return isSame ? remove(first.slot) : nil
    }

    private mutating func remove(_ slot: Int) -> OpenAlert? {
        guard let entry = entries.remove(slot) else { return nil }
        slots[entry.key] = nil
        memory -= entry.bytes
        return entry
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].deadline, heap[left].sequence) < (heap[right].deadline, heap[right].sequence)
    }

    private mutating func siftUp(_ index: Int) {
        var index = index
        while index > 0, isBefore(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown(_ index: Int) {
        var index = index
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

extension AlertTable {
    /// How much may be held.
    struct Limits: Sendable {
        /// The most alerts.
        var alerts: Int
        /// The most bytes.
        var memory: Int
    }

    /// Takes a hit into the alert of `key`, which opens if there is none; `emit` is called for what is to be reported:
    /// first alerts that close early because of `limits`, then the hit's own. A hit that is not counted is
    /// a later report of a flow that was. Returns whether the alert was open already.
    mutating func take(
        _ match: RuleMatch, _ key: Key, isCounted: Bool, limits: Limits, hash: String, emit: (Alert) -> Void
    ) -> Bool {
        let dedup = match.rule.dedup
        let deadline = match.time.advanced(byNanoseconds: dedup.closeInterval)
        guard let slot = slots[key], var entry = entries.take(slot) else {
            while count >= limits.alerts || memory >= limits.memory, let early = popEarly() {
                if let last = early.last { emit(last) }
            }
            let alert = match.opened(group: key.group, hash: hash)
            open(alert, match: match, key: key, deadline: deadline)
            emit(alert)
            return false
        }
        memory -= entry.bytes
        let isWorse = match.severity > entry.severity
        entry.add(match, isCounted: isCounted, deadline: deadline)
        let isDue = match.time.nanoseconds(since: entry.reported) >= dedup.updateInterval
        if isWorse || (isDue && isCounted) { emit(entry.report(match)) }
        memory += entry.bytes
        entries.putBack(entry, slot)
        return true
    }
}
