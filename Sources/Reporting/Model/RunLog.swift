import Bytes

/// What is known of one run of a sensor: which of its events were read, and its counters.
struct RunLog {
    /// Counters of `stats` events that coverage is made of.
    static let counters: [EventField] = [
        .packets, .bytes, .droppedKernel, .droppedInterface, .damaged, .unsupportedLink, .named,
        .unnamed, .helloTruncated, .helloMalformed, .helloOverLimit, .echReal,
    ]

    let sensor: UInt32
    let boot: UInt32
    var sequence = SequenceRanges()
    var isOffline = false
    var selection: UInt32 = TextPool.none
    var hasFlows = false
    var hasInventory = false
    var hasEvents = false
    private var before = [Int64](repeating: 0, count: RunLog.counters.count)
    private var latest: [Int64]?
    private var beforeJudged = 0.0
    private var latestJudged = 0.0

    init(sensor: UInt32, boot: UInt32) {
        self.sensor = sensor
        self.boot = boot
    }

    /// Takes the totals of a `stats` event: those before the period are what is subtracted from those in it.
    mutating func take(_ line: EventLine, _ bytes: RawSpan, isBefore: Bool) {
        var totals: [Int64] = []
        for field in Self.counters { totals.append(line.integer(field, bytes) ?? 0) }
        let received = totals[0] &+ totals[2] &+ totals[3] &+ totals[4]
        let judged = (line.double(.coverage, bytes) ?? 0) * Double(received)
        if isBefore {
            before = totals
            beforeJudged = judged
        } else {
            latest = totals
            latestJudged = judged
        }
    }

    /// What the counters grew by in the period; `nil` if it contains no `stats` event.
    var growth: Coverage? {
        guard let latest else { return nil }
        var growth = Coverage()
        for (index, field) in Self.counters.enumerated() {
            growth.counts[field, default: 0] += max(0, latest[index] &- before[index])
        }
        growth.judged = max(0, latestJudged - beforeJudged)
        return growth
    }
}

/// What all sensors saw and lost in the period, as their `stats` events count it.
struct Coverage {
    var counts: [EventField: Int64] = [:]
    var judged = 0.0
    /// Runs without a `stats` event in the period.
    var runsWithout = 0

    /// Packets that reached an interface, lost ones included.
    var received: Int64 {
        [EventField.packets, .droppedKernel, .droppedInterface].reduce(0) {
            $0.addingClamped(counts[$1] ?? 0)
        }
    }

    /// The share of packets that could be judged; `nil` before the first.
    var ratio: Double? { received > 0 ? min(1, judged / Double(received)) : nil }

    mutating func add(_ other: Coverage) {
        for (field, count) in other.counts { counts[field] = (counts[field] ?? 0).addingClamped(count) }
        judged += other.judged
    }
}
