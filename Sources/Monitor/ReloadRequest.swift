import Synchronization

/// A request to read rules and catalogue anew and to open output files anew, which any thread can make.
public final class ReloadRequest: Sendable {
    private let isMade = Atomic<Bool>(false)

    /// A request not made yet.
    public init() {}

    /// Makes the request; it is answered between two batches of packets. An atomic store.
    public func request() { isMade.store(true, ordering: .relaxed) }

    /// Whether the request was made since it was last asked.
    func take() -> Bool { isMade.exchange(false, ordering: .relaxed) }
}
