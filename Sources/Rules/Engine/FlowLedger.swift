/// What each rule has counted of each flow that goes on, so that a flow reported many times counts once.
///
/// Bounded: past its capacity the flow that came first is forgotten, and would count again; that is counted.
struct FlowLedger: Sendable {
    private var flows: [UInt64: [Entry]] = [:]
    private var order: [UInt64] = []
    private var oldest = 0
    private let capacity: Int
    /// How many flows were forgotten while they may have gone on.
    private(set) var overflow: UInt64 = 0

    private struct Entry: Sendable {
        let rule: Int
        var total: Int64
    }

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Notes that `rule` sees `flow` with the running total `total`; returns whether it had not yet, and by how much
    /// the total grew.
    mutating func note(_ flow: UInt64, rule: Int, total: Int64) -> (isNew: Bool, growth: Int64) {
        if flows[flow] == nil { add(flow) }
        guard let index = flows[flow]?.firstIndex(where: { $0.rule == rule }) else {
            flows[flow]?.append(Entry(rule: rule, total: total))
            return (true, max(0, total))
        }
        let before = flows[flow]?[index].total ?? 0
        flows[flow]?[index].total = max(before, total)
        return (false, total > before ? total - before : 0)
    }

    /// Forgets a flow that ended.
    mutating func end(_ flow: UInt64) { flows[flow] = nil }

    /// Keeps what `renumber` gives a new number, and forgets the rest.
    mutating func renumber(_ renumber: (Int) -> Int?) {
        flows = flows.mapValues { entries in
            entries.compactMap { entry in renumber(entry.rule).map { Entry(rule: $0, total: entry.total) } }
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
