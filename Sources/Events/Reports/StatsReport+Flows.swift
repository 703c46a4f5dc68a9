public import Flows
import Protocols

extension StatsReport {
    /// Takes over what the flow tracker counted: members of `flows` and `attribution`, and `capture.ignored.no_room`.
    public mutating func take(_ counters: FlowCounters) {
        flows.new = counters.new
        flows.evicted[.idle] = counters.idle
        flows.evicted[.capacity] = counters.evicted
        flows.evicted[.synFlood] = counters.evictedUnanswered
        flows.oneSided = counters.oneSided
        flows.midstream = counters.midstream
        flows.conflictBytes = counters.conflictingBytes
        flows.released = counters.released
        flows.followed = counters.followed
        flows.unfollowed = counters.unfollowed
        capture.ignored[.noRoom] = counters.refused
        attribution.named = counters.named
        attribution.unnamed = counters.unnamed
        attribution.tlsHellos[.complete] = counters.hellosComplete
        attribution.tlsHellos[.truncated] = counters.hellosTruncated
        attribution.tlsHellos[.malformed] = counters.hellosMalformed
        attribution.tlsHellos[.overLimit] = counters.hellosOverLimit
    }
}
