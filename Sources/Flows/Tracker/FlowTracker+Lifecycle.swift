public import Bytes
import Protocols
public import Wire

/// How flows begin, change and end.
extension FlowTracker {
    /// Opens the flow of a packet that has none, and follows SYN, FIN and RST.
    ///
    /// - Returns: the flow's slot, or a negative number where there is no place for it.
    @usableFromInline
    mutating func control<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, _ lookup: FlowLookup, slot: Int, _ time: Timestamp, _ interface: UInt16,
        observer: inout Observer
    ) -> Int {
        let isForward = lookup.isForward
        var slot = slot
        if slot >= 0, packet.flags.contains(.syn), isNewConnection(packet, isForward, slot) {
            end(slot, .reused, observer: &observer)
            slot = -1
        }
        if slot < 0 {
            slot = open(packet, lookup, time, interface, observer: &observer)
            guard slot >= 0 else { return slot }
        }
        if packet.transport == .tcp { follow(packet, isForward, slot, time) }
        return slot
    }

    /// Whether a SYN on a known flow begins another connection between the same ends: not where it is the flow's own
    /// SYN come again, nor the answer to it.
    private func isNewConnection(_ packet: Packet, _ isForward: Bool, _ slot: Int) -> Bool {
        let flow = table[slot]
        if packet.flags.contains(.ack) { return false }
        if flow.flags.contains(.isClosed) { return true }
        let direction = isForward ? flow.forward : flow.backward
        let isFromClient = flow.isFromClient(forward: isForward)
        if isFromClient, flow.flags.contains(.syn) { return direction.initial != packet.sequence }
        // Both ends opening at once (RFC 9293 section 3.5) is one connection; so is a SYN that came late.
        return flow.isTwoWay && !flow.flags.contains(.midstream) && direction.initial != packet.sequence
            && flow.flags.contains(.synAck)
    }

    private mutating func open<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, _ lookup: FlowLookup, _ time: Timestamp, _ interface: UInt16, observer: inout Observer
    ) -> Int {
        evictIfNeeded(observer: &observer)
        var flow = Flow(key: lookup.key, start: time, interface: interface, envelope: packet.envelope)
        flow.flags.insert([.isHalfOpen, .watchesClient, .watchesServer])
        let sourceIsClient = Self.isFromClient(packet)
        if sourceIsClient != lookup.isForward { flow.flags.insert(.clientIsUpper) }
        if packet.transport == .tcp, !packet.flags.contains(.syn) {
            flow.flags.insert(.midstream)
            counters.midstream &+= 1
        }
        let slot = table.insert(flow, hash: lookup.hash)
        guard slot >= 0 else {
            counters.refused &+= 1
            return slot
        }
        counters.new &+= 1
        if slot >= details.count {
            details.append(contentsOf: repeatElement(nil, count: max(slot + 1, details.count * 2) - details.count))
        }
        noteUnanswered(slot, time)
        wheel.schedule(slot, at: deadline(of: slot))
        if observer.wants(.started, ofInterest: false) {
            report(slot, .started, observer: &observer)
        }
        return slot
    }

    /// Who opened the flow of which this is the first packet: by SYN and ACK where they are there, otherwise the end
    /// with the less well-known port.
    private static func isFromClient(_ packet: Packet) -> Bool {
        if packet.flags.contains(.syn) { return !packet.flags.contains(.ack) }
        let source = packet.sourcePort
        let destination = packet.destinationPort
        if source < 1024, destination >= 1024 { return false }
        return true
    }

    /// Follows the connection's state by the packet's flags.
    private mutating func follow(_ packet: Packet, _ isForward: Bool, _ slot: Int, _ time: Timestamp) {
        if packet.flags.contains(.syn) {
            let isClient = table[slot].isFromClient(forward: isForward)
            table[slot].flags.insert(isClient ? .syn : .synAck)
            if isForward {
                table[slot].forward.begin(packet.sequence)
            } else {
                table[slot].backward.begin(packet.sequence)
            }
            if packet.flags.contains(.ack), !isClient { beginClient(at: packet.acknowledgment, isForward, slot) }
        }
        if packet.flags.contains(.rst) { table[slot].flags.insert(.rst) }
        if packet.flags.contains(.fin) { table[slot].flags.insert(isForward ? .finForward : .finBackward) }
        let flags = table[slot].flags
        let isOver = flags.contains(.rst) || flags.isSuperset(of: [.finForward, .finBackward])
        if isOver, !flags.contains(.isClosed) {
            table[slot].flags.insert(.isClosed)
            wheel.schedule(slot, at: time.advanced(byNanoseconds: policy.idle.tcpClosed))
        }
    }

    /// The server's answer says which SYN it took: another that was sent meanwhile, forged or late, does not move the
    /// client's stream. Data on the SYN itself is left alone (RFC 7413).
    private mutating func beginClient(at first: UInt32, _ isServerForward: Bool, _ slot: Int) {
        let client = isServerForward ? table[slot].backward : table[slot].forward
        guard table[slot].flags.contains(.syn), client.next == client.initial &+ 1 else { return }
        if isServerForward {
            table[slot].backward.begin(first &- 1)
        } else {
            table[slot].forward.begin(first &- 1)
        }
    }

    /// Looks at a flow whose moment on the wheel has come: it ends, is reported, or is put back.
    mutating func lookAt<Observer: FlowObserver & ~Copyable>(_ slot: Int, observer: inout Observer) {
        guard table[slot].flags.contains(.isLive) else { return }
        if idleDeadline(of: slot) <= clock {
            let isClosed = table[slot].flags.contains(.isClosed)
            if !isClosed { counters.idle &+= 1 }
            end(slot, .idle, observer: &observer)
            return
        }
        if let active = policy.active, clock.nanoseconds(since: table[aside: slot].reported) >= active {
            table[aside: slot].reported = clock
            let isOfInterest = table[slot].flags.contains(.isOfInterest)
            if observer.wants(.updated, ofInterest: isOfInterest) { report(slot, .updated, observer: &observer) }
        }
        wheel.schedule(slot, at: deadline(of: slot))
    }

    private func deadline(of slot: Int) -> Timestamp {
        let idle = idleDeadline(of: slot)
        guard let active = policy.active else { return idle }
        return min(idle, table[aside: slot].reported.advanced(byNanoseconds: active))
    }

    private func idleDeadline(of slot: Int) -> Timestamp {
        let flow = table[slot]
        let isUnanswered = flow.flags.contains(.isHalfOpen)
        let timeout: Int64
        if flow.key.transport == .tcp {
            timeout =
                flow.flags.contains(.isClosed)
                ? policy.idle.tcpClosed : isUnanswered ? policy.idle.tcpUnanswered : policy.idle.tcp
        } else {
            timeout = isUnanswered ? policy.idle.udpUnanswered : policy.idle.udp
        }
        return flow.end.advanced(byNanoseconds: timeout)
    }

    /// Ends the flow in `slot`: what is unfinished is taken as it is, the observer is told, the place is freed.
    mutating func end<Observer: FlowObserver & ~Copyable>(
        _ slot: Int, _ reason: FlowSnapshot.EndReason, observer: inout Observer
    ) {
        abandon(slot)
        if !table[slot].flags.contains(.isNamed) { name(slot, observer: &observer) }
        countEnded(slot)
        let isOfInterest = table[slot].flags.contains(.isOfInterest)
        if observer.wants(.ended, ofInterest: isOfInterest) {
            var snapshot = snapshot(of: slot)
            snapshot.isFinal = true
            snapshot.endReason = Self.endReason(of: table[slot], reason)
            _ = observer.observe(snapshot, at: .ended)
        }
        if observer.keepsFlows { observer.forget(flow: table[slot].key.identity(start: table[slot].start)) }
        wheel.cancel(slot)
        markAnswered(slot)
        dropDetail(slot)
        table.remove(slot)
    }

    private static func endReason(of flow: Flow, _ reason: FlowSnapshot.EndReason) -> FlowSnapshot.EndReason {
        guard flow.flags.contains(.isClosed) else { return reason }
        return flow.flags.contains(.rst) ? .rst : .fin
    }

    private mutating func countEnded(_ slot: Int) {
        let flow = table[slot]
        if flow.key.transport == .tcp, !flow.isTwoWay, !flow.flags.contains(.isHalfOpen) || detail(of: slot) != nil {
            counters.oneSided &+= 1
        }
        if flow.flags.contains(.hasName) || detail(of: slot)?.findings.names.isEmpty == false {
            counters.named &+= 1
        } else if flow.forward.bytes &+ flow.backward.bytes > Self.bareHandshake {
            counters.unnamed &+= 1
        }
    }

    /// Layer-3 bytes that a flow can have without having said anything: SYN, its answer, and their repetitions.
    private static var bareHandshake: UInt64 { 512 }

    /// Hands a snapshot to the observer, and returns it.
    @discardableResult
    mutating func report<Observer: FlowObserver & ~Copyable>(
        _ slot: Int, _ moment: FlowLifecycleEvent, observer: inout Observer
    ) -> FlowSnapshot {
        let snapshot = snapshot(of: slot)
        let isOfInterest = observer.observe(snapshot, at: moment)
        if moment == .updated { table[slot].parts &+= 1 }
        if isOfInterest { table[slot].flags.insert(.isOfInterest) }
        return snapshot
    }

    /// Tells the observer that the flow has the name it will have.
    mutating func name<Observer: FlowObserver & ~Copyable>(_ slot: Int, observer: inout Observer) {
        table[slot].flags.insert(.isNamed)
        addDNSNames(slot)
        let isOfInterest = table[slot].flags.contains(.isOfInterest)
        if observer.wants(.named, ofInterest: isOfInterest) {
            let snapshot = report(slot, .named, observer: &observer)
            let isOfInterest = table[slot].flags.contains(.isOfInterest)
            beginTraffic(slot, observer.wantsTraffic(of: snapshot, ofInterest: isOfInterest))
        }
        let isOver =
            table[slot].flags.isDisjoint(with: [.isOfInterest, .followsTraffic])
            && !observer.wants(.updated, ofInterest: false)
            && !observer.wants(.ended, ofInterest: false)
        if isOver { forget(slot) }
    }

    /// Lets go of what is known of a named flow that nobody will ask for again: from now on its packets are counted.
    private mutating func forget(_ slot: Int) {
        guard let detail = details[slot], detail.findings.application != .dns else { return }
        if !detail.findings.names.isEmpty { table[slot].flags.insert(.hasName) }
        guard detail.quic == nil else {
            // Another connection may begin between the same ends.
            let application = detail.findings.application
            detail.findings = Findings()
            detail.findings.application = application
            account(slot)
            return
        }
        // One that nobody has answered is counted by whether it said anything.
        guard !table[slot].flags.contains(.isHalfOpen) else { return }
        table[slot].flags.remove([.watchesClient, .watchesServer])
        dropDetail(slot)
    }

    /// The detail of the flow in `slot`, where it has one.
    func detail(of slot: Int) -> FlowInspection? {
        slot < details.count ? details[slot] : nil
    }
}

extension Flow.Direction {
    /// Begins counting at a SYN.
    mutating func begin(_ sequence: UInt32) {
        guard initial != sequence || next == 0 else { return }
        initial = sequence
        next = sequence &+ 1
    }
}
