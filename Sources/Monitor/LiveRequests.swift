import Synchronization

/// What a live run is asked for while it runs, from any thread; answered between two batches of packets.
public final class LiveRequests: Sendable {
    private let reload = Atomic<Bool>(false)
    private let stats = Atomic<Bool>(false)

    /// Nothing asked for yet.
    public init() {}

    /// Asks to read rules and catalog anew and to open output files anew. An atomic store.
    public func requestReload() { reload.store(true, ordering: .relaxed) }

    /// Asks for a `stats` event. An atomic store.
    public func requestStats() { stats.store(true, ordering: .relaxed) }

    /// Whether a reload was asked for since this was last called.
    func takeReload() -> Bool { reload.exchange(false, ordering: .relaxed) }

    /// Whether a `stats` event was asked for since this was last called.
    func takeStats() -> Bool { stats.exchange(false, ordering: .relaxed) }
}
