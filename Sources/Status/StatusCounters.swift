import Synchronization

/// What became of the connections to a server for status.
public final class StatusCounters: Sendable {
    private let answers = Atomic<UInt64>(0)
    private let refusals = Atomic<UInt64>(0)
    private let failures = Atomic<UInt64>(0)

    /// Nothing counted yet.
    public init() {}

    /// Connections that were answered, whatever the answer.
    public var answered: UInt64 { answers.load(ordering: .relaxed) }
    /// Connections that were closed as they came, for there were too many.
    public var refused: UInt64 { refusals.load(ordering: .relaxed) }
    /// Connections that were closed without an answer: too slow, too long, or gone.
    public var failed: UInt64 { failures.load(ordering: .relaxed) }

    func countAnswered() { answers.wrappingAdd(1, ordering: .relaxed) }
    func countRefused() { refusals.wrappingAdd(1, ordering: .relaxed) }
    func countFailed() { failures.wrappingAdd(1, ordering: .relaxed) }
}
