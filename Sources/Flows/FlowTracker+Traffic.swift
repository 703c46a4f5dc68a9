import Bytes
import Protocols
import Wire

/// How the requests of a flow are counted, where the observer wants it.
extension FlowTracker {
    /// Begins to count the requests of a flow that was just named.
    mutating func beginTraffic(_ slot: Int) {
        guard details[slot]?.traffic == nil else { return }
        guard trafficCount < policy.trafficMemory / TrafficReading.memory else {
            counters.unfollowed &+= 1
            return
        }
        let flow = table[slot]
        let findings = details[slot]?.findings ?? Findings()
        if findings.application == .unknown, flow.key.transport != .tcp { return }
        let reading = TrafficReading(findings, start: flow.start, time: flow.end)
        guard reading.isOfUse else { return }
        madeDetail(slot).traffic = reading
        trafficCount += 1
        counters.followed &+= 1
        table[slot].marks.insert(.followsTraffic)
    }

    /// Counts a payload.
    mutating func follow(
        _ payload: RawSpan, _ packet: Packet, _ isForward: Bool, _ slot: Int, _ time: Timestamp
    ) {
        let isUp = table[slot].isFromClient(forward: isForward)
        guard let detail = details[slot], let traffic = detail.traffic else { return }
        if traffic.wantsSuite, let suite = detail.findings.tls?.cipherSuite { traffic.note(suite: suite) }
        traffic.take(payload, packet, isUp: isUp, at: time)
    }
}
