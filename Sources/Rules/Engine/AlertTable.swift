import Bytes

/// The alerts that are open, of all rules, and when each closes.
///
/// Each has one entry in a heap by its deadline; a hit moves the deadline, and the entry is put right when it comes up.
/// Bounded: past its capacity the alert whose entry is next closes early, and is counted.
struct AlertTable: Sendable {
    /// Which alert.
    struct Key: Hashable, Sendable {
        var rule: Int
        /// The place of the exception that holds the hits back; nothing where none does.
        var exception: Int?
        let group: GroupKey
    }

    /// One open alert.
    struct Entry: Sendable {
        /// The alert as it stands.
        var alert: Alert
        /// When it was last reported.
        var reported: Timestamp
        /// The count that was reported then.
        var reportedCount: Int
        /// When it closes, unless there is another hit.
        var deadline: Timestamp
        /// Its number in the order of opening.
        let sequence: UInt64

        /// The last report of the alert; nothing where hits were held back and all of them are reported.
        var last: Alert? {
            guard alert.status == .suppressed else { return alert.closed }
            return alert.count > reportedCount ? alert : nil
        }
    }

    private struct Due: Sendable {
        var deadline: Timestamp
        let sequence: UInt64
        var key: Key
    }

    private var entries: [Key: Entry] = [:]
    private var heap: [Due] = []
    private var sequence: UInt64 = 0
    /// How many alerts closed early.
    private(set) var overflow: UInt64 = 0

    /// How many alerts are open.
    var count: Int { entries.count }

    /// The open alert of `key`.
    subscript(key: Key) -> Entry? { entries[key] }

    /// Opens an alert.
    mutating func open(_ alert: Alert, _ key: Key, deadline: Timestamp) {
        sequence &+= 1
        entries[key] = Entry(
            alert: alert, reported: alert.lastSeen, reportedCount: alert.count, deadline: deadline, sequence: sequence)
        heap.append(Due(deadline: deadline, sequence: sequence, key: key))
        siftUp(heap.count - 1)
    }

    /// Puts a changed alert back.
    mutating func update(_ entry: Entry, _ key: Key) { entries[key] = entry }

    /// Takes out the alert that closes next at or before `time`.
    mutating func popClosed(at time: Timestamp) -> Entry? {
        while let first = nextDeadline, first <= time {
            if let closed = popFirst() { return closed }
        }
        return nil
    }

    /// When the alert that closes next does so, if there is no further hit.
    var nextDeadline: Timestamp? { heap.first?.deadline }

    /// Takes out the alert that is next, whatever the time.
    mutating func popEarly() -> Entry? {
        overflow &+= 1
        while !heap.isEmpty {
            if let closed = popFirst() { return closed }
        }
        return nil
    }

    /// Takes out every alert, in the order in which they would close.
    mutating func removeAll(where isRemoved: (Key) -> Bool = { _ in true }) -> [Entry] {
        let removed = entries.filter { isRemoved($0.key) }
        for key in removed.keys { entries[key] = nil }
        heap = heap.filter { !isRemoved($0.key) }
        for index in heap.indices.reversed() { siftDown(index) }
        return removed.values.sorted { ($0.deadline, $0.sequence) < ($1.deadline, $1.sequence) }
    }

    /// Gives the alerts of each rule its new number; those without one must be gone.
    mutating func renumber(_ renumber: (Int) -> Int?) {
        entries = Dictionary(
            uniqueKeysWithValues: entries.compactMap { key, entry in
                renumber(key.rule).map { (Key(rule: $0, exception: key.exception, group: key.group), entry) }
            })
        heap = heap.compactMap { due in
            var due = due
            guard let rule = renumber(due.key.rule) else { return nil }
            due.key.rule = rule
            return due
        }
    }

    /// Takes the first entry of the heap; the alert where it is due, nothing where hits moved its deadline.
    private mutating func popFirst() -> Entry? {
        guard let first = heap.first else { return nil }
        if let entry = entries[first.key], entry.sequence == first.sequence, entry.deadline > first.deadline {
            heap[0].deadline = entry.deadline
            siftDown(0)
            return nil
        }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(0)
        guard let entry = entries[first.key], entry.sequence == first.sequence else { return nil }
        entries[first.key] = nil
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
    /// Takes a hit into the alert of `key`, which opens where there is none; `emit` is called for what is to be reported:
    /// first an alert that closes early because `capacity` alerts are open, then the hit's own. A hit that is not counted is
    /// a later report of a flow that was. Returns whether the alert was open already.
    mutating func take(
        _ match: RuleMatch, _ key: Key, isCounted: Bool, capacity: Int, hash: String, emit: (Alert) -> Void
    ) -> Bool {
        let dedup = match.rule.dedup
        let deadline = match.time.advanced(byNanoseconds: dedup.closeInterval)
        guard var entry = self[key] else {
            if count >= capacity, let last = popEarly()?.last { emit(last) }
            let alert = match.opened(group: key.group, hash: hash)
            open(alert, key, deadline: deadline)
            emit(alert)
            return false
        }
        let isWorse = match.severity > entry.alert.severity
        match.update(&entry.alert, isCounted: isCounted)
        entry.deadline = deadline
        let isDue = match.time.nanoseconds(since: entry.reported) >= dedup.updateInterval
        if isWorse || (isDue && isCounted) {
            entry.reported = match.time
            entry.reportedCount = entry.alert.count
            if entry.alert.status != .suppressed { entry.alert.status = .update }
            emit(entry.alert)
        }
        update(entry, key)
        return true
    }
}
