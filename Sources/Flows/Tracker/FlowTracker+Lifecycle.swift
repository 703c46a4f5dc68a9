public import Bytes
import Protocols
public import Wire

/// Begins, updates and ends flows.
extension FlowTracker {
    /// Opens the flow of a packet that has none, and follows SYN, FIN and RST.
    ///
    /// - Returns: the flow's slot, or a negative number if there is no place for it.
    @usableFromInline
    mutating func control<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, in frame: RawSpan, lookup: FlowLookup, slot: Int, time: Timestamp, interface: UInt16,
        observer: inout Observer
    ) -> Int {
        var context = PacketContext(slot: slot, direction: lookup.direction, time: time)
        var isReuse = false
        if slot >= 0, packet.transport == .tcp, packet.flags.contains(.syn) {
            isReuse = answersOffer(packet, at: context)
            if isReuse || isNewConnection(packet, at: context) {
                end(slot, .reused, observer: &observer)
                context.slot = -1
            }
        }
        if context.slot < 0 {
            context.slot = open(packet, lookup: lookup, time: time, interface: interface, observer: &observer)
            guard context.slot >= 0 else { return context.slot }
            // The SYN of this connection was counted with the one before it.
            if isReuse { beginUnseenClient(at: packet.acknowledgment, beside: context) }
        }
        if packet.transport == .tcp { follow(packet, in: frame, at: context) }
        return context.slot
    }

    private mutating func open<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, lookup: FlowLookup, time: Timestamp, interface: UInt16, observer: inout Observer
    ) -> Int {
        evictIfNeeded(observer: &observer)
        var flow = Flow(key: lookup.key, start: time, interface: interface)
        flow.flags.insert([.isHalfOpen, .watchesClient, .watchesServer, .awaitsAnswer])
        if isUntrusted(packet) { flow.flags.insert(.isUntrusted) }
        let sourceIsClient = Self.isFromClient(packet)
        if sourceIsClient != (lookup.direction == .forward) { flow.flags.insert(.clientIsUpper) }
        let earlier = earlierPart(of: packet, lookup)
        if let earlier {
            flow.resume(earlier)
        } else if packet.transport == .tcp {
            flow.flags.insert(.tracksWindow)
            if !packet.flags.contains(.syn) {
                flow.flags.insert(.midstream)
                counters.midstream &+= 1
            }
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
        if let earlier { adopt(earlier, slot) }
        if observer.wants(.started, ofInterest: false) {
            report(slot, .started, observer: &observer)
        }
        if earlier != nil { name(slot, observer: &observer) }
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
            if table[slot].flags.contains(.isNamed) { tellAnswer(slot, observer: &observer) }
            let isOfInterest = table[slot].flags.contains(.isOfInterest)
            if observer.wants(.updated, ofInterest: isOfInterest) { report(slot, .updated, observer: &observer) }
        }
        endLapse(slot, observer: &observer)
        let next = lapse(of: slot).map { min($0, deadline(of: slot)) } ?? deadline(of: slot)
        guard table[aside: slot].isGlancedAt else { return wheel.schedule(slot, at: next) }
        glance(slot, observer: &observer)
        wheel.schedule(slot, at: min(next, clock.advanced(byNanoseconds: Self.glanceInterval)))
    }

    func deadline(of slot: Int) -> Timestamp {
        let idle = idleDeadline(of: slot)
        guard let active = policy.active else { return idle }
        return min(idle, table[aside: slot].reported.advanced(byNanoseconds: active))
    }

    private func idleDeadline(of slot: Int) -> Timestamp {
        let flow = table[slot]
        let isUnanswered = flow.flags.contains(.isHalfOpen)
        let timeout: Int64
        if flow.key.transport == .tcp {
            // What closed it may have died on its way, while a hello is unfinished.
            let isClosed = flow.flags.contains(.isClosed) && !isUnsettled(slot)
            let isUnfinished = isUnanswered || flow.flags.contains(.isClosed)
            timeout =
                isClosed ? policy.idle.tcpClosed : isUnfinished ? policy.idle.tcpUnanswered : policy.idle.tcp
        } else {
            timeout = isUnanswered ? policy.idle.udpUnanswered : policy.idle.udp
        }
        return flow.end.advanced(byNanoseconds: timeout)
    }

    /// Ends the flow in `slot`: what is unfinished is taken as it is, the observer is notified, the place is freed.
    mutating func end<Observer: FlowObserver & ~Copyable>(
        _ slot: Int, _ reason: FlowSnapshot.EndReason, observer: inout Observer
    ) {
        abandon(slot)
        if !table[slot].flags.contains(.isNamed) || hasUntoldNames(slot) { name(slot, observer: &observer) }
        tellAnswer(slot, observer: &observer)
        countEnded(slot)
        let isOfInterest = table[slot].flags.contains(.isOfInterest)
        if observer.wants(.ended, ofInterest: isOfInterest) {
            var snapshot = snapshot(of: slot)
            snapshot.isFinal = true
            snapshot.endReason = Self.endReason(of: table[slot], reason)
            _ = observer.observe(snapshot, at: .ended)
        } else {
            observer.count(ended(slot))
        }
        if observer.keepsFlows { observer.forget(flow: table[slot].key.identity(start: table[slot].start)) }
        wheel.cancel(slot)
        markAnswered(slot)
        if reason == .idle || reason == .evicted { remember(slot) }
        dropDetail(slot)
        table.remove(slot)
    }

    /// Whether later requests of a connection named hosts that the observer was not told.
    private func hasUntoldNames(_ slot: Int) -> Bool {
        guard table[slot].key.transport == .tcp, let detail = detail(of: slot) else { return false }
        return detail.findings.names.count > detail.toldNames
    }

    private static func endReason(of flow: Flow, _ reason: FlowSnapshot.EndReason) -> FlowSnapshot.EndReason {
        guard flow.flags.contains(.isClosed) else { return reason }
        return flow.flags.contains(.rst) ? .rst : .fin
    }

    /// The counts of the flow in `slot`.
    private func ended(_ slot: Int) -> EndedFlow {
        let flow = table[slot]
        let isUpper = flow.flags.contains(.clientIsUpper)
        return EndedFlow(
            kind: table[aside: slot].kind, isNamed: hasName(slot),
            bytesUp: isUpper ? flow.backward.bytes : flow.forward.bytes,
            bytesDown: isUpper ? flow.forward.bytes : flow.backward.bytes)
    }

    /// Whether a name of the flow in `slot` was found, kept or not.
    private func hasName(_ slot: Int) -> Bool {
        table[slot].flags.contains(.hasName) || detail(of: slot)?.findings.hasHost == true
    }

    private mutating func countEnded(_ slot: Int) {
        let flow = table[slot]
        if flow.key.transport == .tcp, !flow.isTwoWay, !flow.flags.contains(.isHalfOpen) || detail(of: slot) != nil {
            counters.oneSided &+= 1
        }
        if hasName(slot) {
            counters.named &+= 1
        } else if flow.forward.bytes &+ flow.backward.bytes > EndedFlow.bareHandshake {
            counters.unnamed &+= 1
        }
    }

    /// Passes a snapshot to the observer, and returns it.
    @discardableResult
    mutating func report<Observer: FlowObserver & ~Copyable>(
        _ slot: Int, _ moment: FlowLifecycleEvent, isAgain: Bool = false, observer: inout Observer
    ) -> FlowSnapshot {
        var snapshot = snapshot(of: slot)
        snapshot.isNamedAgain = isAgain
        let isOfInterest = observer.observe(snapshot, at: moment)
        if moment == .updated { table[slot].parts &+= 1 }
        if isOfInterest { table[slot].flags.insert(.isOfInterest) }
        return snapshot
    }

    /// Notifies the observer that the flow has the name it will have, or one more.
    mutating func name<Observer: FlowObserver & ~Copyable>(_ slot: Int, observer: inout Observer) {
        let isAgain = table[slot].flags.contains(.isNamed)
        table[slot].flags.insert(.isNamed)
        addDNSNames(slot)
        if let detail = details[slot] { detail.toldNames = detail.findings.names.count }
        let isOfInterest = table[slot].flags.contains(.isOfInterest)
        if observer.wants(.named, ofInterest: isOfInterest) {
            let snapshot = report(slot, .named, isAgain: isAgain, observer: &observer)
            let isOfInterest = table[slot].flags.contains(.isOfInterest)
            table[aside: slot].kind = observer.kind
            beginTraffic(slot, observer.wantsTraffic(of: snapshot, ofInterest: isOfInterest))
            if observer.wantsGlances { beginGlances(slot) }
        }
        if table[slot].flags.contains(.isAnswered) { tellAnswer(slot, observer: &observer) }
        if isOver(slot, observer: &observer) { forget(slot) }
    }

    /// Whether no one will ask for the flow again.
    func isOver<Observer: FlowObserver & ~Copyable>(_ slot: Int, observer: inout Observer) -> Bool {
        let flags = table[slot].flags
        return flags.contains(.isNamed) && flags.isDisjoint(with: [.isOfInterest, .followsTraffic])
            && !observer.wants(.updated, ofInterest: false)
            && !observer.wants(.ended, ofInterest: false)
            && (flags.contains(.hasToldAnswer) || !observer.wants(.answered, ofInterest: false))
    }

    /// Lets go of what is known of a named flow that no one will ask for again: from now on its packets are counted.
    mutating func forget(_ slot: Int) {
        guard let detail = details[slot], detail.findings.application != .dns else { return }
        if detail.findings.hasHost { table[slot].flags.insert(.hasName) }
        // Its later requests may name other hosts.
        if table[slot].flags.contains(.watchesClient), detail.stream != nil { return }
        if let quic = detail.quic {
            // Until the server answers, what contradicts the name may still come.
            guard quic.connection.isAnswered || detail.findings.tls == nil else { return }
            // Another connection may begin between the same ends.
            let application = detail.findings.application
            detail.findings = Findings()
            detail.findings.application = application
            account(slot)
            return
        }
        // One that no one has answered is counted by whether it said anything.
        guard !table[slot].flags.contains(.isHalfOpen) else { return }
        if table[slot].key.transport == .udp {
            // A QUIC connection may begin between the same ends.
            table[slot].flags.insert(.readsLongHeaders)
        } else {
            table[slot].flags.remove([.watchesClient, .watchesServer])
        }
        dropDetail(slot)
    }

    /// The detail of the flow in `slot`, if it has one.
    func detail(of slot: Int) -> FlowInspection? {
        slot < details.count ? details[slot] : nil
    }
}
