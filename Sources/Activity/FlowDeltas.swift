/// What was charged before for flows that continue, so that each byte is charged once, to the day in which it was reported.
///
/// Bounded: a flow that does not fit is charged as a whole when it ends; that is counted.
struct FlowDeltas: Sendable {
    private var reported: [UInt64: Totals] = [:]
    private let capacity: Int
    /// Flows that did not fit.
    private(set) var overflow: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// How much the flow's totals grew since they were last reported, and whether this is the first time; `nil` for a
    /// flow that continues and does not fit.
    mutating func note(_ flow: UInt64, _ totals: Totals, isFinal: Bool) -> (growth: Totals, isFirst: Bool)? {
        // Most flows are reported once, at their end.
        if isFinal, reported.isEmpty { return (totals, true) }
        let before = reported[flow]
        if isFinal {
            reported[flow] = nil
        } else if before != nil || reported.count < capacity {
            reported[flow] = totals
        } else {
            overflow &+= 1
            return nil
        }
        return (totals.growth(since: before ?? Totals()), before == nil)
    }
}

/// The counters of a flow that an inventory adds up.
struct Totals: Equatable, Sendable {
    var up: UInt64 = 0
    var down: UInt64 = 0
    var requests: UInt64 = 0
    var interactions: UInt64 = 0

    /// What came since `before`; a counter that fell, as an estimate may, has not grown.
    func growth(since before: Totals) -> Totals {
        func more(_ now: UInt64, _ then: UInt64) -> UInt64 { now > then ? now - then : 0 }
        return Totals(
            up: more(up, before.up), down: more(down, before.down), requests: more(requests, before.requests),
            interactions: more(interactions, before.interactions))
    }

    /// Adds `other`.
    mutating func add(_ other: Totals) {
        up &+= other.up
        down &+= other.down
        requests &+= other.requests
        interactions &+= other.interactions
    }
}
