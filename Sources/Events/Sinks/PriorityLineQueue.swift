/// The two classes of lines that wait for an output, within one bound: alerts and their like, and the rest.
struct PriorityLineQueue: Sendable {
    private let capacity: Int
    private var normal: LineRing
    private var high: LineRing

    init(capacity: Int) {
        self.capacity = capacity
        normal = LineRing(capacity: capacity)
        high = LineRing(capacity: capacity)
    }

    var isEmpty: Bool { normal.count == 0 && high.count == 0 }

    /// The bytes that wait, the frames of their lines included.
    var usedBytes: Int { normal.usedBytes + high.usedBytes }

    /// Whether a line of `length` bytes fits without another giving way.
    func hasRoom(for length: Int) -> Bool {
        length + LineRing.frameSize <= capacity - usedBytes
    }

    /// Takes a line, or refuses it if there is no room.
    mutating func append(_ line: [UInt8], order: UInt64, priority: Event.Priority) -> Bool {
        guard hasRoom(for: line.count) else { return false }
        return priority == .normal
            ? normal.append(line, order: order, priority: priority)
            : high.append(line, order: order, priority: priority)
    }

    /// Gives one line up for one of `priority` that comes, and says of which class it was; `nil` if the one that
    /// comes must give way itself.
    mutating func evict(for priority: Event.Priority, policy: OverflowPolicy) -> Event.Priority? {
        if priority == .normal && policy == .dropNewest { return nil }
        if normal.count > 0 {
            if policy == .dropNewest { normal.dropNewest() } else { normal.dropOldest() }
            return .normal
        }
        guard priority != .normal, policy != .dropNewest, high.count > 0 else { return nil }
        high.dropOldest()
        return .high
    }

    /// Moves lines in the order in which they came to the end of `batch`, until it holds `limit` bytes or all.
    mutating func move(to batch: inout LineBatch, limit: Int) {
        while batch.bytes.count < limit {
            switch (normal.oldestOrder, high.oldestOrder) {
            case (nil, nil): return
            case (let first?, let second?) where second < first: high.moveOldest(to: &batch)
            case (nil, .some): high.moveOldest(to: &batch)
            default: normal.moveOldest(to: &batch)
            }
        }
    }
}

/// What gives way where an output cannot take lines as fast as they come; the words of `on_full`.
public enum OverflowPolicy: String, Sendable, CaseIterable {
    /// The oldest line that waits, flows and counters before alerts.
    case dropOldest = "drop_oldest"
    /// The line that comes; an alert takes the room of the newest flow that waits.
    case dropNewest = "drop_newest"
    /// Nothing: anyone who passes on waits. For capture files only, where the packets can wait too.
    case block
}
