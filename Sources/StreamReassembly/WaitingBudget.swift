/// How many bytes may wait beyond gaps, over all streams of a recording. Shared by its connections.
package final class WaitingBudget {
    /// The most bytes that wait.
    package let limit: Int
    private var used = 0

    /// Creates a budget of `limit` bytes.
    package init(limit: Int = 96 << 20) { self.limit = limit }

    /// Whether more waits than may.
    package var isExceeded: Bool { used > limit }

    /// Notes that `count` more bytes wait, or fewer if it is negative.
    package func add(_ count: Int) { used += count }
}
