import Bytes

/// The latest totals of flows that go on, so that each report brings what it adds.
///
/// Bounded: two generations of `generation` flows; if the younger is full, the older is given up, and what was in it is counted.
struct OpenFlows {
    /// A flow of a run.
    struct Key: Hashable {
        var run: UInt32
        var flow: UInt64
    }

    /// What was reported of a flow so far.
    struct Totals {
        var bytesUp: Int64 = 0
        var bytesDown: Int64 = 0
        var requests = Estimate()
        var interactions = Estimate()
        /// Vendor and product under which it was counted in the period; 0 if it was not.
        var countedAs: UInt64 = 0
    }

    static var generation: Int { 1 << 16 }

    private var young: [Key: Totals] = [:]
    private var old: [Key: Totals] = [:]
    /// Flows that were given up before their last report.
    private(set) var evicted: UInt64 = 0

    /// Takes what is known of a flow out.
    mutating func take(_ key: Key) -> Totals? {
        if let totals = young.removeValue(forKey: key) { return totals }
        return old.removeValue(forKey: key)
    }

    /// Keeps what is known of a flow that is still open.
    mutating func put(_ totals: Totals, _ key: Key) {
        if young.count >= Self.generation {
            evicted &+= UInt64(old.count)
            old = young
            young = [:]
        }
        young[key] = totals
    }
}
