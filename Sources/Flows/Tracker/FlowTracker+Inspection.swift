public import Bytes
import Protocols
public import Wire

/// How a flow gets its name.
extension FlowTracker {
    /// Looks at the payload of a packet whose direction is still watched.
    @usableFromInline
    mutating func inspect<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, _ frame: RawSpan, _ isForward: Bool, slot: Int, _ time: Timestamp, observer: inout Observer
    ) {
        if packet.isCut { table[slot].flags.insert(.wasCut) }
        let payload = frame.clamped(packet.payload.indices)
        let flags = table[slot].flags
        let isClient = table[slot].isFromClient(forward: isForward)
        if flags.contains(isClient ? .watchesClient : .watchesServer) {
            read(payload, packet, frame, isForward, slot: slot, time, observer: &observer)
            if memory > policy.memory { trim(keeping: slot, observer: &observer) }
        }
        guard table[slot].flags.contains(.followsTraffic) else { return }
        follow(payload, packet, isForward, slot, time, observer: &observer)
    }

    /// Reads on in what names the flow.
    private mutating func read<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, _ packet: Packet, _ frame: RawSpan, _ isForward: Bool, slot: Int, _ time: Timestamp,
        observer: inout Observer
    ) {
        guard packet.transport == .tcp else {
            // After the handshake only short headers come (RFC 9000 section 17.3).
            let isShort = (payload.byte(at: 0) ?? 0) & 0x80 == 0
            if isShort, table[slot].flags.contains(.hasQUICHandshake) { return }
            inspectDatagram(payload, packet, frame, isForward, slot: slot, time, observer: &observer)
            return
        }
        correctClient(payload, isForward, slot)
        if table[slot].isFromClient(forward: isForward) {
            inspectClient(payload, packet, isForward, slot, observer: &observer)
        } else {
            inspectServer(payload, packet, isForward, slot, time, observer: &observer)
        }
    }

    /// Where the beginning was not captured, a hello shows who is the client.
    private mutating func correctClient(_ payload: RawSpan, _ isForward: Bool, _ slot: Int) {
        guard table[slot].flags.contains(.midstream), details[slot]?.findings.tls == nil else { return }
        let isFromClient = table[slot].isFromClient(forward: isForward)
        let contradicts =
            isFromClient ? ServerHelloParser.probe(payload) == .yes : ClientHelloParser.probe(payload) == .yes
        if contradicts { table[slot].flags.formSymmetricDifference(.clientIsUpper) }
    }

    private mutating func inspectClient<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, _ packet: Packet, _ isForward: Bool, _ slot: Int, observer: inout Observer
    ) {
        let detail = madeDetail(slot)
        // Data on a SYN begins behind it (RFC 7413).
        let sequence = packet.flags.contains(.syn) ? packet.sequence &+ 1 : packet.sequence
        detail.findings.preview = preview
        swap(&detail.findings.shapes, &shapes)
        let verdict = detail.madeStream().client.inspect(
            payload, sequence: sequence, initial: firstByte(isForward, slot, sequence), into: &detail.findings)
        swap(&detail.findings.shapes, &shapes)
        detail.findings.preview = nil
        account(slot)
        guard verdict == .finished else { return }
        finishClient(slot, detail)
        // Without a name in the hello, the server's answer may still bring one.
        let mayBeNamed = detail.findings.tls != nil && detail.findings.names.isEmpty
        if mayBeNamed, table[slot].flags.contains(.watchesServer) { return }
        name(slot, observer: &observer)
    }

    private mutating func finishClient(_ slot: Int, _ detail: FlowInspection) {
        table[slot].flags.remove(.watchesClient)
        // What was read is in the findings; a hello that was joined from records would otherwise wait for the server's answer.
        detail.stream?.client.release()
        counters.conflictingBytes &+= UInt64(detail.stream?.client.conflicts ?? 0)
        if let state = detail.findings.tls?.helloState {
            markSpoken(slot)
            count(state)
            judgeHello(slot, detail)
            addCertificateName(detail)
        } else if detail.findings.application == .dns {
            detail.madeStream().dns = DNSInspection()
        } else {
            table[slot].flags.remove(.watchesServer)
            if detail.findings == Findings() { dropDetail(slot) }
        }
        if !table[slot].flags.contains(.watchesServer) { detail.stream = nil }
        account(slot)
    }

    private mutating func inspectServer<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, _ packet: Packet, _ isForward: Bool, _ slot: Int, _ time: Timestamp,
        observer: inout Observer
    ) {
        if var dns = details[slot]?.stream?.dns.take() {
            let first = firstByte(isForward, slot, packet.sequence)
            dns.inspect(payload, sequence: packet.sequence, initial: first) { message in
                learn(message, packet, slot, time, observer: &observer)
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
            if !table[slot].flags.contains(.watchesClient) {
                detail.stream = nil
                addCertificateName(detail)
                account(slot)
                if !table[slot].flags.contains(.isNamed) { name(slot, observer: &observer) }
            }
        }
        account(slot)
    }

    /// The sequence number of the first byte of a direction; nothing where its SYN was not seen, or where the segment
    /// lies so far from it that the SYN was not this stream's. A SYN that nobody answered may be forged: a segment that
    /// does not lie at its number then shows where the stream is.
    private func firstByte(_ isForward: Bool, _ slot: Int, _ sequence: UInt32) -> UInt32? {
        let flow = table[slot]
        guard flow.flags.contains(flow.isFromClient(forward: isForward) ? .syn : .synAck) else { return nil }
        let first = (isForward ? flow.forward.initial : flow.backward.initial) &+ 1
        let distance = Int64(Int32(bitPattern: sequence &- first))
        let isCertain = flow.flags.isSuperset(of: [.syn, .synAck])
        guard isCertain else { return distance == 0 ? first : nil }
        return (-1...Int64(StreamAssembly.limit)).contains(distance) ? first : nil
    }

    /// Takes what is certain of an unfinished reading: the flow is over.
    mutating func abandon(_ slot: Int) {
        guard let detail = details[slot] else { return }
        if table[slot].flags.contains(.watchesClient) {
            detail.stream?.client.abandon(into: &detail.findings)
            abandonQUIC(slot, detail)
            if detail.quic == nil { finishClient(slot, detail) }
        }
        detail.stream?.server.release()
        account(slot)
    }

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
