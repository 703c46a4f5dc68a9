import Bytes
import Protocols
import Wire

/// Counts the requests of a flow, if the observer asks for it.
extension FlowTracker {
    /// Begins to count the requests of a flow that was just named, as far as the observer wants it.
    mutating func beginTraffic(_ slot: Int, _ interest: TrafficInterest) {
        guard interest != .none, table[slot].traffic == .none else { return }
        let flow = table[slot]
        let findings = details[slot]?.findings ?? Findings()
        if findings.application == .unknown, flow.key.transport != .tcp { return }
        let continued = details[slot]?.continuedMethod
        let opened = flow.flags.isSuperset(of: [.syn, .synAck]) ? flow.start : nil
        switch traffic.begin(findings, opened: opened, time: flow.end, continued: continued) {
        case .ofNoUse: return
        case .full: counters.unfollowed &+= 1
        case .place(let place):
            counters.followed &+= 1
            _ = madeDetail(slot)
            table[slot].traffic = place
            table[slot].flags.insert(interest == .trial ? [.followsTraffic, .isOnTrial] : .followsTraffic)
        }
    }

    /// Counts a payload; a flow on trial that shows nothing is let go now and then.
    mutating func follow<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, of packet: borrowing Packet, at context: PacketContext,
        observer: inout Observer
    ) {
        let place = table[context.slot].traffic
        let isUp = table[context.slot].isFromClient(context.direction)
        guard table[context.slot].flags.contains(.isOnTrial) else {
            traffic.take(payload, packet, isUp: isUp, at: context.time, in: place)
            return
        }
        let stage = traffic.trialStage(place)
        traffic.take(payload, packet, isUp: isUp, at: context.time, in: place)
        guard traffic.trialStage(place) != stage else { return }
        if !observer.isWorthFollowing(traffic.summary(place)) { endTraffic(context.slot) }
    }

    /// Begins to look at a flow now and then for what it may show, where its requests are counted.
    mutating func beginGlances(_ slot: Int) {
        guard table[slot].traffic != .none else { return }
        table[aside: slot].isGlancedAt = true
        wheel.schedule(slot, at: clock.advanced(byNanoseconds: Self.glanceInterval))
    }

    /// Notifies the observer of a flow whose counts show something, until it has seen enough or they can show no more.
    mutating func glance<Observer: FlowObserver & ~Copyable>(_ slot: Int, observer: inout Observer) {
        guard table[slot].flags.contains(.followsTraffic) else {
            table[aside: slot].isGlancedAt = false
            return
        }
        guard observer.isWorthFollowing(traffic.summary(table[slot].traffic)) else { return }
        report(slot, .glanced, observer: &observer)
        if !observer.wantsGlances { table[aside: slot].isGlancedAt = false }
    }

    /// Between two looks at what a flow has shown, in nanoseconds.
    static var glanceInterval: Int64 { 2_000_000_000 }

    /// Ends the counting of a flow's requests, if they are counted.
    mutating func endTraffic(_ slot: Int) {
        traffic.end(table[slot].traffic)
        table[slot].traffic = .none
        table[slot].flags.remove([.followsTraffic, .isOnTrial])
    }
}
