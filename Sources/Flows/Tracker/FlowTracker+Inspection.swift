import Bytes
import Protocols
public import Wire

/// Finds the name of a flow.
extension FlowTracker {
    /// Looks at a packet of a direction that is still watched.
    @usableFromInline
    mutating func inspect<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, in frame: RawSpan, at context: PacketContext, isRepeat: Bool,
        observer: inout Observer
    ) {
        if isRepeat, isRead(context.slot) { return }
        let flags = table[context.slot].flags
        let isClient = table[context.slot].isFromClient(context.direction)
        // Most of the packets of most UDP flows end here.
        if flags.contains(.readsLongHeaders), !flags.contains(.followsTraffic),
            flags.isDisjoint(with: isClient ? .awaitsClient : .awaitsAnswer),
            (frame.byte(at: packet.payload.indices.lowerBound) ?? 0) & 0x80 == 0
        {
            return
        }
        if !packet.notes.isEmpty { noteDoubts(packet, context.slot) }
        let payload = frame.clamped(packet.payload.indices)
        if packet.transport == .tcp {
            if !flags.isDisjoint(with: [.watchesClient, .watchesServer, .tracksWindow]) {
                readStream(payload, of: packet, in: frame, at: context, observer: &observer)
            }
        } else if flags.contains(isClient ? .watchesClient : .watchesServer) {
            // After the handshake only short headers come (RFC 9000 section 17.3).
            let isShort = (payload.byte(at: 0) ?? 0) & 0x80 == 0
            if !(isShort && flags.contains(.readsLongHeaders)) {
                inspectDatagram(payload, of: packet, in: frame, at: context, observer: &observer)
            }
        }
        if memory > policy.memory { trim(keeping: context.slot, observer: &observer) }
        guard payload.byteCount > 0 else { return }
        // What was read may have shown that the ends are the other way round.
        let isNowClient = table[context.slot].isFromClient(context.direction)
        if !table[context.slot].flags.isDisjoint(with: isNowClient ? .awaitsClient : .awaitsAnswer) {
            noteAnswer(isClient: isNowClient, slot: context.slot, observer: &observer)
        }
        guard table[context.slot].flags.contains(.followsTraffic), !isRepeat else { return }
        follow(payload, of: packet, at: context, observer: &observer)
    }

    /// Whether the second copy of a packet says nothing more: a DNS message was read. Of other flows a copy is read all
    /// the same, since what differs between two copies matters there.
    private func isRead(_ slot: Int) -> Bool { details[slot]?.findings.application == .dns }

    /// Reads on in what names a TCP flow.
    private mutating func readStream<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, of packet: Packet, in frame: RawSpan, at context: PacketContext,
        observer: inout Observer
    ) {
        if payload.byteCount > 0 { correctClient(payload, at: context) }
        let header = TCPSegment(packet, frame)
        noteAcknowledgment(packet, header: header, at: context)
        endTracking(context.slot)
        if table[context.slot].isFromClient(context.direction) {
            let mayBringMore = payload.byteCount > 0 || header?.urgentPointer != nil
            if mayBringMore, table[context.slot].flags.contains(.watchesClient) {
                inspectClient(payload, of: packet, in: frame, header: header, at: context)
                takeQuestions(packet, at: context, observer: &observer)
            }
        } else {
            releaseEarly(packet, context.slot)
            if payload.byteCount > 0, table[context.slot].flags.contains(.watchesServer) {
                inspectServer(payload, of: packet, at: context, observer: &observer)
            }
        }
        conclude(context.slot, packet, observer: &observer)
    }

    /// Follows the windows no longer of a flow whose client says nothing, though its server says much.
    private mutating func endTracking(_ slot: Int) {
        guard details[slot] == nil, table[slot].flags.contains(.tracksWindow),
            table[slot].forward.packets &+ table[slot].backward.packets > Self.silentPacketLimit
        else { return }
        table[slot].flags.remove(.tracksWindow)
        for direction in [PacketDirection.forward, .backward] {
            var lapsed = window(direction, slot)
            lapsed.lapse()
            set(lapsed, of: direction, in: slot)
        }
    }

    /// How many packets without payload of the client's are followed for the windows that they announce.
    private static var silentPacketLimit: UInt64 { 64 }

    /// Where the beginning was not captured, a hello shows who is the client.
    private mutating func correctClient(_ payload: RawSpan, at context: PacketContext) {
        guard table[context.slot].flags.contains(.midstream), details[context.slot]?.findings.tls == nil else { return }
        let isFromClient = table[context.slot].isFromClient(context.direction)
        let contradicts =
            isFromClient ? ServerHelloParser.probe(payload) == .yes : ClientHelloParser.probe(payload) == .yes
        if contradicts { table[context.slot].flags.formSymmetricDifference(.clientIsUpper) }
    }

    private mutating func inspectServer<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, of packet: Packet, at context: PacketContext,
        observer: inout Observer
    ) {
        if var dns = details[context.slot]?.stream?.dns.take() {
            let first = nearFirstByte(at: context, packet.sequence)
            dns.inspect(payload, sequence: packet.sequence, initial: first) { message in
                learn(message, of: packet, at: context, observer: &observer)
            }
            details[context.slot]?.stream?.dns = dns
            account(context.slot)
            return
        }
        let isWorthwhile = details[context.slot] != nil || ServerHelloParser.probe(payload) == .yes
        guard isWorthwhile else { return }
        let detail = madeDetail(context.slot)
        let isDone = detail.madeStream().server.inspect(payload, sequence: packet.sequence, into: &detail.findings)
        if let suite = detail.findings.tls?.cipherSuite { traffic.note(suite: suite, in: table[context.slot].traffic) }
        if isDone {
            detail.stream?.server.release()
            table[context.slot].flags.remove(.watchesServer)
        }
        account(context.slot)
    }

    /// The sequence number of the first byte of a direction; `nil` if its SYN was not seen, or if the SYN was not answered
    /// and the segment is not at its number: such a SYN may be forged, and the segment shows where the stream is.
    func firstByte(of direction: PacketDirection, in slot: Int, at sequence: UInt32) -> UInt32? {
        let flow = table[slot]
        guard flow.flags.contains(flow.isFromClient(direction) ? .syn : .synAck) else { return nil }
        let first = flow[direction].initial &+ 1
        return flow.flags.isSuperset(of: [.syn, .synAck]) || sequence == first ? first : nil
    }

    /// The same, `nil` also if the segment is far from it.
    private func nearFirstByte(at context: PacketContext, _ sequence: UInt32) -> UInt32? {
        guard let first = firstByte(of: context.direction, in: context.slot, at: sequence) else { return nil }
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
