import Bytes
import Flows
import Rules

/// One threshold by source, with as many groups as there are sources, and one more than it keeps.
struct GroupBench {
    private let count: Int

    init(_ count: Int) {
        self.count = count
    }

    /// The bytes of the engine's state when each group has been seen once, and when each has been seen in every one of
    /// the 60 steps of its window; what gave way for one group more.
    func size() -> [String: Double] {
        let load = RuleSet.load([
            RuleSource(
                name: "bench.yaml",
                text: """
                    version: 1
                    rules:
                    - id: many
                      match: {dst.port: 443}
                      on: dns
                      threshold: {count: matches, op: gt, value: 1000000, window: 1h, group_by: [src.ip], max_groups: \(count)}
                    """)
        ])
        guard let rules = load.rules else { preconditionFailure(load.report.rendered(as: .text)) }
        let before = residentBytes()
        var engine = RuleEngine(rules: rules)
        add(to: &engine, at: 0, count)
        let once = residentBytes() - before
        for step in 1..<60 { add(to: &engine, at: step, count) }
        let full = residentBytes() - before
        add(to: &engine, at: 59, count + 1)
        return [
            "bytes_once": Double(once), "bytes_full": Double(full), "overflow": Double(engine.counters.stateOverflow),
        ]
    }

    /// An event of each of `count` sources in the step `step` of an hour. The trigger is one that keeps nothing of flows.
    private func add(to engine: inout RuleEngine, at step: Int, _ count: Int) {
        for number in 0..<count {
            let flow = FlowSnapshot(
                client: .init(address: IPAddress(ipv4: 0x0A00_0000 | UInt32(number)), port: 50_000),
                server: .init(address: IPAddress(ipv4: 0xC633_6401), port: 443))
            let time = Timestamp(seconds: 1_767_225_600 + Int64(step) * 60, nanoseconds: 0)
            let observation = Observation(time: time, flow: flow, attribution: nil, sensor: "s")
            engine.evaluate(observation, on: .dns) { _ in }
        }
    }
}
