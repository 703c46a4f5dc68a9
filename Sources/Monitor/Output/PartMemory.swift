import Flows
import Rules

/// The last reported totals of open flows, so that each further report can state its increment.
///
/// Bounded: past `capacity` flows the oldest is evicted. Later reports of an evicted flow have no increment, because a wrong
/// one would be worse than none; that is counted.
struct PartMemory: Sendable {
    private var totals: [UInt64: FlowTotals] = [:]
    /// The flows in the order in which they came, with those forgotten before `oldest`.
    private var order: [UInt64] = []
    private var oldest = 0
    private let capacity: Int
    private var hasForgotten = false
    /// How many reports did not say what they add.
    private(set) var omitted: UInt64 = 0

    /// A memory of no flow.
    init(capacity: Int = 65_536) {
        self.capacity = max(1, capacity)
    }

    /// What was reported of the flow of `observation` before; notes what it reports now. To be called for each report that is
    /// written, and for no other, so that the increments of all written reports add up to the last totals.
    mutating func take(_ observation: Observation) -> FlowTotals.Earlier {
        let flow = observation.flow
        let known = totals[flow.id]
        if flow.isFinal {
            totals[flow.id] = nil
        } else {
            note(FlowTotals(observation), of: flow.id, isNew: known == nil)
        }
        if let known { return .reported(known) }
        guard hasForgotten, flow.part > 1 else { return .nothing }
        omitted &+= 1
        return .forgotten
    }

    private mutating func note(_ sum: FlowTotals, of flow: UInt64, isNew: Bool) {
        totals[flow] = sum
        guard isNew else { return }
        order.append(flow)
        while totals.count > capacity, oldest < order.count {
            if totals.removeValue(forKey: order[oldest]) != nil { hasForgotten = true }
            oldest += 1
        }
        guard order.count > 2 * capacity + 1_024 else { return }
        order = order[oldest...].filter { totals[$0] != nil }
        oldest = 0
    }
}
