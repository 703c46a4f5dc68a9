public import Bytes

/// An estimated number with its bounds; sums of them are bounded by the sums of the bounds.
public struct Estimate: Hashable, Sendable {
    /// The estimate.
    public var value: Int64 = 0
    /// The lower bound.
    public var low: Int64 = 0
    /// The upper bound.
    public var high: Int64 = 0

    /// Adds `other`; a sum that would pass the largest number stays there.
    mutating func add(_ other: Estimate) {
        value = value.addingClamped(other.value)
        low = low.addingClamped(other.low)
        high = high.addingClamped(other.high)
    }

    /// What `self` is more than `earlier`. Estimates may fall; the sum of all growths is the last estimate.
    func growth(since earlier: Estimate) -> Estimate {
        Estimate(value: value &- earlier.value, low: low &- earlier.low, high: high &- earlier.high)
    }
}

/// What a row of a table of usage adds up.
public struct UsageTotals: Sendable {
    /// Flows, each counted once in a row.
    public internal(set) var flows: Int64 = 0
    /// Layer-3 bytes from the clients.
    public internal(set) var bytesUp: Int64 = 0
    /// Layer-3 bytes to the clients.
    public internal(set) var bytesDown: Int64 = 0
    /// Reports of flows in which requests were counted; 0 means that the estimates say nothing.
    public internal(set) var counted: Int64 = 0
    /// Requests, estimated.
    public internal(set) var requests = Estimate()
    /// Requests that went to a model, estimated.
    public internal(set) var interactions = Estimate()
    /// Sources that are distinguished.
    public internal(set) var sources: Int64 = 0
    /// The first packet of any flow, not before the period.
    public internal(set) var first: Timestamp?
    /// The last packet.
    public internal(set) var last: Timestamp?
    /// Flows whose attribution is of high, medium, and low or no confidence.
    public internal(set) var high: Int64 = 0, medium: Int64 = 0, low: Int64 = 0
    /// Flows of which something was lost that a judgement could need.
    public internal(set) var incomplete: Int64 = 0

    /// All bytes.
    public var bytes: Int64 { bytesUp.addingClamped(bytesDown) }

    /// Adds what a report of a flow brought.
    mutating func add(_ use: FlowUse) {
        if use.isFirst {
            flows &+= 1
            if !use.isComplete { incomplete &+= 1 }
            switch use.confidence {
            case .high: high &+= 1
            case .medium: medium &+= 1
            case .low: low &+= 1
            }
        }
        add(use.growth)
        first = min(first ?? use.start, use.start)
        last = max(last ?? use.end, use.end)
    }

    private mutating func add(_ growth: FlowGrowth) {
        bytesUp = bytesUp.addingClamped(growth.bytesUp)
        bytesDown = bytesDown.addingClamped(growth.bytesDown)
        guard growth.isCounted else { return }
        counted &+= 1
        requests.add(growth.requests)
        interactions.add(growth.interactions)
    }
}

/// What a report of a flow adds to those before it.
struct FlowGrowth {
    var bytesUp: Int64 = 0
    var bytesDown: Int64 = 0
    var requests = Estimate()
    var interactions = Estimate()
    /// Whether requests of the flow are counted at all.
    var isCounted = false
}

/// What a report of a flow brings to a row.
struct FlowUse {
    enum Confidence { case high, medium, low }

    var growth = FlowGrowth()
    /// Whether it is the first report of the flow in the period, by the same attribution.
    var isFirst = true
    var start = Timestamp(nanoseconds: 0)
    var end = Timestamp(nanoseconds: 0)
    var confidence = Confidence.low
    var isComplete = true
}

extension Int64 {
    /// The sum, clamped to the range of the type.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
