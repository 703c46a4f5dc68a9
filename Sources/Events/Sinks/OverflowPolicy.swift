/// What gives way where an output cannot take lines as fast as they come; the words of `on_full`.
public enum OverflowPolicy: String, Sendable, CaseIterable {
    /// The oldest line that waits, flows and counters before alerts.
    case dropOldest = "drop_oldest"
    /// The line that comes; an alert takes the room of the newest flow that waits.
    case dropNewest = "drop_newest"
    /// Nothing: whoever hands over waits. For capture files only, where the packets can wait too.
    case block
}
