/// What each rule has counted of each flow that continues, so that a flow reported many times counts once.
///
/// Bounded: past its capacity the flow that came first is forgotten, and would count again; that is counted.
struct PerFlowRuleState: Sendable {
    private var flows: [UInt64: [Entry]] = [:]
    private var order: [UInt64] = []
    private var oldest = 0
    private let capacity: Int
    /// How many flows were forgotten while they may have gone on.
    private(set) var overflow: UInt64 = 0

    private struct Entry: Sendable {
        let rule: Int
        var total: Int64
        var isCounted: Bool
    }

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether it holds no flow.
    var isEmpty: Bool { flows.isEmpty }

    /// Notes that `rule` sees `flow` with the running total `total`; returns whether it had not yet counted the flow, and
    /// by how much the total grew. If it is not `counting`, only the total is noted: what passed while the rule was
    /// out of its hours is not charged to the hours that follow.
    mutating func note(_ flow: UInt64, rule: Int, total: Int64, counting: Bool = true) -> (isNew: Bool, growth: Int64) {
        if flows[flow] == nil { add(flow) }
        guard let index = flows[flow]?.firstIndex(where: { $0.rule == rule }), let entry = flows[flow]?[index] else {
            flows[flow]?.append(Entry(rule: rule, total: total, isCounted: counting))
            return (counting, max(0, total))
        }
        flows[flow]?[index].total = max(entry.total, total)
        flows[flow]?[index].isCounted = entry.isCounted || counting
        return (counting && !entry.isCounted, total > entry.total ? total - entry.total : 0)
    }

    /// Forgets a flow that ended.
    mutating func end(_ flow: UInt64) { flows[flow] = nil }

    /// Keeps what `renumber` gives a new number, and forgets the rest.
    mutating func renumber(_ renumber: (Int) -> Int?) {
        flows = flows.mapValues { entries in
            entries.compactMap { entry in
                renumber(entry.rule).map { Entry(rule: $0, total: entry.total, isCounted: entry.isCounted) }
            }
        }
    }

    private mutating func add(_ flow: UInt64) {
        while flows.count >= capacity, oldest < order.count {
            if flows.removeValue(forKey: order[oldest]) != nil { overflow &+= 1 }
            oldest += 1
        }
        flows[flow] = []
        order.append(flow)
        guard order.count > 2 * capacity + 1_024 else { return }
        order = order[oldest...].filter { flows[$0] != nil }
        oldest = 0
    }
}
