public import Bytes
import Protocols
public import Wire

/// How a flow gets its name.
extension FlowTracker {
    /// Looks at a packet of a direction that is still watched.
    @usableFromInline
    mutating func inspect<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, _ frame: RawSpan, _ isForward: Bool, slot: Int, isRepeat: Bool, _ time: Timestamp,
        observer: inout Observer
    ) {
        if isRepeat, isRead(slot) { return }
        let flags = table[slot].flags
        let isClient = table[slot].isFromClient(forward: isForward)
        // Most of the packets of most UDP flows end here.
        if flags.contains(.readsLongHeaders), !flags.contains(.followsTraffic),
            flags.isDisjoint(with: isClient ? .awaitsClient : .awaitsAnswer),
            (frame.byte(at: packet.payload.indices.lowerBound) ?? 0) & 0x80 == 0
        {
            return
        }
        if !packet.notes.isEmpty { noteDoubts(packet, slot) }
        let payload = frame.clamped(packet.payload.indices)
        if packet.transport == .tcp {
            if !flags.isDisjoint(with: [.watchesClient, .watchesServer, .tracksWindow]) {
                readStream(payload, packet, frame, isForward, slot: slot, time, observer: &observer)
            }
        } else if flags.contains(isClient ? .watchesClient : .watchesServer) {
            // After the handshake only short headers come (RFC 9000 section 17.3).
            let isShort = (payload.byte(at: 0) ?? 0) & 0x80 == 0
            if !(isShort && flags.contains(.readsLongHeaders)) {
                inspectDatagram(payload, packet, frame, isForward, slot: slot, time, observer: &observer)
            }
        }
        if memory > policy.memory { trim(keeping: slot, observer: &observer) }
        guard payload.byteCount > 0 else { return }
        // What was read may have shown that the ends are the other way round.
        let isNowClient = table[slot].isFromClient(forward: isForward)
        if !table[slot].flags.isDisjoint(with: isNowClient ? .awaitsClient : .awaitsAnswer) {
            noteAnswer(isClient: isNowClient, slot: slot, observer: &observer)
        }
        guard table[slot].flags.contains(.followsTraffic), !isRepeat else { return }
        follow(payload, packet, isForward, slot, time, observer: &observer)
    }

    /// Whether the second copy of a packet says nothing more: a DNS message was read. Of other flows a copy is read all
    /// the same, since what differs between two copies matters there.
    private func isRead(_ slot: Int) -> Bool { details[slot]?.findings.application == .dns }

    /// Reads on in what names a TCP flow.
    private mutating func readStream<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, _ packet: Packet, _ frame: RawSpan, _ isForward: Bool, slot: Int, _ time: Timestamp,
        observer: inout Observer
    ) {
        if payload.byteCount > 0 { correctClient(payload, isForward, slot) }
        let header = TCPSegment(packet, frame)
        noteAcknowledgment(packet, header, isForward, slot)
        endTracking(slot)
        if table[slot].isFromClient(forward: isForward) {
            let mayBringMore = payload.byteCount > 0 || header?.urgentPointer != nil
            if mayBringMore, table[slot].flags.contains(.watchesClient) {
                inspectClient(payload, packet, frame, header, isForward, slot, time)
                takeQuestions(packet, isForward, slot, time, observer: &observer)
            }
        } else {
            releaseEarly(packet, slot)
            if payload.byteCount > 0, table[slot].flags.contains(.watchesServer) {
                inspectServer(payload, packet, isForward, slot, time, observer: &observer)
            }
        }
        conclude(slot, packet, observer: &observer)
    }

    /// Follows the windows no longer of a flow whose client says nothing, though its server says much.
    private mutating func endTracking(_ slot: Int) {
        guard details[slot] == nil, table[slot].flags.contains(.tracksWindow),
            table[slot].forward.packets &+ table[slot].backward.packets > Self.silentPatience
        else { return }
        table[slot].flags.remove(.tracksWindow)
        for isForward in [true, false] {
            var lapsed = window(isForward, slot)
            lapsed.lapse()
            set(lapsed, isForward, slot)
        }
    }

    /// How many packets without payload of the client's are followed for the windows that they announce.
    private static var silentPatience: UInt64 { 64 }

    /// Where the beginning was not captured, a hello shows who is the client.
    private mutating func correctClient(_ payload: RawSpan, _ isForward: Bool, _ slot: Int) {
        guard table[slot].flags.contains(.midstream), details[slot]?.findings.tls == nil else { return }
        let isFromClient = table[slot].isFromClient(forward: isForward)
        let contradicts =
            isFromClient ? ServerHelloParser.probe(payload) == .yes : ClientHelloParser.probe(payload) == .yes
        if contradicts { table[slot].flags.formSymmetricDifference(.clientIsUpper) }
    }

    private mutating func inspectServer<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, _ packet: Packet, _ isForward: Bool, _ slot: Int, _ time: Timestamp,
        observer: inout Observer
    ) {
        if var dns = details[slot]?.stream?.dns.take() {
            let first = nearFirstByte(isForward, slot, packet.sequence)
            dns.inspect(payload, sequence: packet.sequence, initial: first) { message in
                learn(message, packet, isForward, slot, time, observer: &observer)
            }
            details[slot]?.stream?.dns = dns
            account(slot)
            return
        }
        let isWorthwhile = details[slot] != nil || ServerHelloParser.probe(payload) == .yes
        guard isWorthwhile else { return }
        let detail = madeDetail(slot)
        let isDone = detail.madeStream().server.inspect(payload, sequence: packet.sequence, into: &detail.findings)
        if let suite = detail.findings.tls?.cipherSuite { traffic.note(suite: suite, in: table[slot].traffic) }
        if isDone {
            detail.stream?.server.release()
            table[slot].flags.remove(.watchesServer)
        }
        account(slot)
    }

    /// The sequence number of the first byte of a direction; `nil` if its SYN was not seen, or if the SYN was not answered
    /// and the segment is not at its number: such a SYN may be forged, and the segment shows where the stream is.
    func firstByte(_ isForward: Bool, _ slot: Int, _ sequence: UInt32) -> UInt32? {
        let flow = table[slot]
        guard flow.flags.contains(flow.isFromClient(forward: isForward) ? .syn : .synAck) else { return nil }
        let first = (isForward ? flow.forward.initial : flow.backward.initial) &+ 1
        return flow.flags.isSuperset(of: [.syn, .synAck]) || sequence == first ? first : nil
    }

    /// The same, `nil` also if the segment is far from it.
    private func nearFirstByte(_ isForward: Bool, _ slot: Int, _ sequence: UInt32) -> UInt32? {
        guard let first = firstByte(isForward, slot, sequence) else { return nil }
        let distance = Int64(Int32(bitPattern: sequence &- first))
        return (-1...Int64(StreamAssembly.limit)).contains(distance) ? first : nil
    }

    /// The detail of the flow, made if there is none.
    mutating func madeDetail(_ slot: Int) -> FlowInspection {
        if let detail = details[slot] { return detail }
        let detail = FlowInspection()
        details[slot] = detail
        detailCount += 1
        detail.countedKept = detail.kept
        detailBytes += detail.countedKept
        return detail
    }

    /// Lets go of all that is known of the flow but its counters.
    mutating func dropDetail(_ slot: Int) {
        endTraffic(slot)
        guard let detail = details[slot] else { return }
        held -= detail.counted
        detailBytes -= detail.countedKept
        details[slot] = nil
        detailCount -= 1
    }

    mutating func count(_ state: TLSFacts.HelloState) {
        switch state {
        case .complete: counters.hellosComplete &+= 1
        case .truncated: counters.hellosTruncated &+= 1
        case .malformed: counters.hellosMalformed &+= 1
        case .overLimit: counters.hellosOverLimit &+= 1
        }
    }
}
