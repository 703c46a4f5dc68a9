public import Flows

/// Holds what must be true of every flow that is reported.
public struct Judge: FlowObserver {
    /// The packets of all flows that have ended.
    public private(set) var packets: UInt64 = 0
    /// A digest of what was reported, in order.
    public private(set) var digest = 0

    /// A judge who has seen nothing.
    public init() {}

    /// Wants everything.
    public func wants(_ moment: FlowLifecycleEvent, ofInterest: Bool) -> Bool { true }

    /// Has the requests of every flow counted.
    public func wantsTraffic(of flow: FlowSnapshot, ofInterest: Bool) -> TrafficInterest {
        flow.id & 1 == 0 ? .whole : .trial
    }

    /// Holds, counts, and calls every other flow one of interest.
    public mutating func observe(_ flow: FlowSnapshot, at moment: FlowLifecycleEvent) -> Bool {
        require(flow.end >= flow.start, "a flow ended before it began")
        require(flow.isFinal == (flow.endReason != nil), "a last report without its reason")
        for name in flow.names { holdName(name) }
        if let traffic = flow.traffic {
            let bounds = traffic.requests
            require(0 <= bounds.low && bounds.low <= bounds.value && bounds.value <= bounds.high, "bounds")
            require(traffic.uploadBursts <= bounds.value, "more runs than requests")
        }
        if flow.isFinal { packets += flow.packetsUp + flow.packetsDown }
        digest = digest &* 31 &+ flow.names.count &+ Int(truncatingIfNeeded: flow.bytesUp ^ flow.bytesDown << 7)
        return flow.packetsUp % 2 == 0
    }
}
