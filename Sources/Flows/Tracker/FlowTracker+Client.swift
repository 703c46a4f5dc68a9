import Bytes
import Protocols
import Wire

/// Reads the client's stream of a TCP flow, from segments that the server accepts to the name.
extension FlowTracker {
    /// Has a payload of the client's read, as far as the server can take it.
    mutating func inspectClient(
        _ payload: RawSpan, of packet: Packet, in frame: RawSpan, header: TCPSegment?, at context: PacketContext
    ) {
        // Data on a SYN begins after the number of the SYN (RFC 7413).
        let isSYN = packet.flags.contains(.syn)
        let sequence = isSYN ? packet.sequence &+ 1 : packet.sequence
        let urgentPointer = isSYN ? nil : header?.urgentPointer
        if table[context.slot].flags.contains(.isNamed), urgentPointer == nil,
            let stream = details[context.slot]?.stream, !stream.client.isWanted(payload, sequence: sequence)
        {
            return
        }
        let fault = header.flatMap { self.fault(of: packet, in: frame, header: $0, at: context) }
        if isBeforeAnswer(context.slot) {
            if fault == nil {
                hold(payload, of: packet, urgentPointer: urgentPointer, at: context)
            } else {
                counters.doubtfulSegments &+= 1
            }
            return
        }
        let isHandshakeSeen = table[context.slot].flags.isSuperset(of: [.syn, .synAck])
        var inside: Range<Int>? = 0..<payload.byteCount
        if isHandshakeSeen {
            // A segment with SYN is answered by a challenge, and nothing of it is taken (RFC 5961 section 4).
            let window = window(context.direction, context.slot)
            inside = isSYN ? nil : window.inside(sequence, count: payload.byteCount)
        }
        guard payload.byteCount > 0, let inside else {
            if fault == nil, let urgentPointer { noteUrgentAlone(packet, pointer: urgentPointer, at: context) }
            counters.refusedSegments &+= payload.byteCount > 0 ? 1 : 0
            return
        }
        let taken = payload.clamped(inside)
        let first = sequence &+ UInt32(inside.lowerBound)
        let initial = firstByte(of: context.direction, in: context.slot, at: first)
        table[context.slot].flags.insert(.tracksWindow)
        if isHandshakeSeen, let fault {
            takeDoubtful(taken, of: packet, sequence: first, initial: initial, fault: fault, at: context)
            return
        }
        if let urgentPointer { noteUrgent(urgentPointer, after: sequence, initial: initial, in: context.slot) }
        noteTaken(packet, at: context)
        take(taken, sequence: first, initial: initial, in: context.slot)
    }

    /// Keeps the bytes of a segment that a receiver drops as a rule, for the reading of one that does not.
    private mutating func takeDoubtful(
        _ bytes: RawSpan, of packet: Packet, sequence: UInt32, initial: UInt32?, fault: SegmentFault,
        at context: PacketContext
    ) {
        counters.doubtfulSegments &+= 1
        let stream = madeStream(context.slot)
        stream.client.takeDoubtful(bytes, sequence: sequence, initial: initial, fault: fault)
        if !table[context.slot].flags.contains(.isNamed) { stream.untold.append(packet, at: context.time) }
        account(context.slot)
    }

    /// Notes what a segment that is taken says beside its bytes.
    private mutating func noteTaken(_ packet: Packet, at context: PacketContext) {
        let stream = madeStream(context.slot)
        stream.client.noteAcknowledgment(packet.acknowledgment)
        if !table[context.slot].flags.contains(.isNamed) { stream.untold.append(packet, at: context.time) }
    }

    /// Why the server drops the segment although its number is right; `nil` if it has no reason to.
    private mutating func fault(
        of packet: Packet, in frame: RawSpan, header: TCPSegment, at context: PacketContext
    ) -> SegmentFault? {
        var window = window(context.direction, context.slot)
        let checksum = TCPChecksum(packet, frame, headerLength: header.headerLength)
        let segment = ArrivingSegment(
            flags: packet.flags, length: packet.payloadLength, options: header.options, checksum: checksum)
        let fault = window.fault(of: segment)
        if fault == nil {
            window.note(checksum)
            set(window, of: context.direction, in: context.slot)
        }
        guard fault == nil, table[context.slot].flags.isSuperset(of: [.syn, .synAck]) else { return fault }
        return acknowledgesUnsent(packet, at: context) ? .acknowledgment : nil
    }

    /// Whether a segment acknowledges what the other end did not send, from its SYN on (RFC 5961 section 5).
    private func acknowledgesUnsent(_ packet: Packet, at context: PacketContext) -> Bool {
        guard packet.flags.contains(.ack) else { return false }
        let other = table[context.slot][context.direction.reversed]
        let first = other.initial &+ 1
        let isOld = Int32(bitPattern: packet.acknowledgment &- first) < 0
        // A FIN takes a number of its own.
        return isOld || Int32(bitPattern: packet.acknowledgment &- other.next) > 1
    }

    mutating func take(_ bytes: RawSpan, sequence: UInt32, initial: UInt32?, in slot: Int) {
        let detail = madeDetail(slot)
        let stream = madeStream(slot)
        let before = stream.client.conflictingBytes
        detail.findings.preview = preview
        swap(&detail.findings.shapes, &shapes)
        stream.client.take(bytes, sequence: sequence, initial: initial, into: &detail.findings)
        swap(&detail.findings.shapes, &shapes)
        detail.findings.preview = nil
        counters.conflictingBytes &+= UInt64(stream.client.conflictingBytes - before)
        // For eviction a hello counts before it is acknowledged: the flow is more than a bare SYN.
        if detail.findings.tls?.helloState != nil { markSpoken(slot) }
        account(slot)
    }

    /// The reading of the flow's TCP connection, begun if there is none.
    mutating func madeStream(_ slot: Int) -> TCPInspection {
        let detail = madeDetail(slot)
        if let stream = detail.stream { return stream }
        let stream = detail.madeStream()
        stream.client.isListed = policy.isListed
        if !policy.overlaps.isUniform {
            let flow = table[slot]
            let server = flow.flags.contains(.clientIsUpper) ? flow.key.lower : flow.key.upper
            stream.client.policy = policy.overlaps.policy(of: server)
        }
        return stream
    }

    // MARK: Windows

    /// How the receiver of a direction receives.
    func window(_ direction: PacketDirection, _ slot: Int) -> ReceiveWindow {
        direction == .forward ? table[aside: slot].forwardWindow : table[aside: slot].backwardWindow
    }

    /// Replaces how the receiver of a direction receives.
    mutating func set(_ window: ReceiveWindow, of direction: PacketDirection, in slot: Int) {
        if direction == .forward {
            table[aside: slot].forwardWindow = window
        } else {
            table[aside: slot].backwardWindow = window
        }
    }

    /// Takes what a packet says of its sender as a receiver.
    mutating func noteAcknowledgment(_ packet: Packet, header: TCPSegment?, at context: PacketContext) {
        guard packet.flags.contains(.ack), !packet.flags.contains(.rst), let header else { return }
        let sender = table[context.slot][context.direction.reversed]
        guard sender.next != 0 || sender.initial != 0 else { return }
        var window = window(context.direction.reversed, context.slot)
        // A FIN takes a number of its own.
        let hasEnded = table[context.slot].flags.contains(context.isForward ? .finBackward : .finForward)
        window.acknowledge(
            packet.acknowledgment, window: header.window, options: header.options, isSYN: packet.flags.contains(.syn),
            sent: sender.next &+ (hasEnded ? 1 : 0))
        set(window, of: context.direction.reversed, in: context.slot)
    }

    // MARK: The name

    /// Ends the reading, or a part of it, if the server has acknowledged what was read; then the flow has its name.
    mutating func conclude<Observer: FlowObserver & ~Copyable>(
        _ slot: Int, _ packet: Packet, observer: inout Observer
    ) {
        guard let detail = details[slot], let stream = detail.stream else {
            // Nothing was read while the handshake ended: the window alone is followed until there is.
            return
        }
        guard table[slot].flags.contains(.watchesClient) else {
            endServer(slot, detail, observer: &observer)
            return
        }
        let window = window(table[slot].client, slot)
        guard isSettled(stream, window: window, slot: slot, detail: detail) else {
            if stream.acknowledged == nil, awaitsMore(stream, window: window, slot: slot) { beginLapse(stream, slot) }
            return
        }
        let isFollowed = table[slot].flags.contains(.followsTraffic)
        let held = stream.client.held
        defer { endUntold(stream, held: isFollowed ? nil : held, before: packet, slot: slot, observer: &observer) }
        stream.client.settle(into: &detail.findings) { window.hasAcknowledged($0) }
        stream.doubtBegan = nil
        if stream.client.primary.stage == .reading, detail.findings.http != nil {
            // A cleartext connection continues with its next request.
            settleRequest(slot, detail, observer: &observer)
            return
        }
        finishClient(slot, detail)
        // Without a name in the hello, the server's answer may still bring one.
        let mayBeNamed = detail.findings.tls != nil && detail.findings.names.isEmpty
        if mayBeNamed, table[slot].flags.contains(.watchesServer) { return }
        tellName(slot, detail, observer: &observer)
    }

    /// Whether what was read counts. A server that says hello has taken one; of TLS 1.3 its hello is awaited, since it may
    /// ask for a second one.
    private func isSettled(
        _ stream: TCPInspection, window: ReceiveWindow, slot: Int, detail: FlowInspection
    ) -> Bool {
        let primary = stream.client.primary
        if detail.findings.application == .dns { return primary.stage == .finished }
        let flags = table[slot].flags
        let isUnseen = !flags.contains(flags.contains(.clientIsUpper) ? .sawForward : .sawBackward)
        let hasServerHello = detail.findings.tls?.versionIsChosen == true
        let isAnswered = hasServerHello || isUnseen && stream.client.isAnswered
        let hasEnded = stream.client.hasEnded { window.hasAcknowledged($0) || isAnswered }
        if !isUnseen, stream.client.isContradicted {
            let hasAnswered = hasAnsweredDoubt(stream, slot)
            // A server that answers has all of a hello or of a request; before that the true one may still come.
            guard hasServerHello || hasEnded && hasAnswered else { return false }
        } else if !hasEnded {
            return false
        }
        guard primary.stage == .mayRetry else { return true }
        if detail.findings.tls?.isRetried == true { return false }
        return hasServerHello || !flags.contains(.watchesServer) || hasOtherAnswer(stream, slot)
    }

    /// Whether the server has sent something, and not the beginning of a hello, since the client's bytes contradict each other.
    private func hasAnsweredDoubt(_ stream: TCPInspection, _ slot: Int) -> Bool {
        let server = table[slot].flags.contains(.clientIsUpper) ? table[slot].forward : table[slot].backward
        let began = stream.doubtBegan ?? server.next
        stream.doubtBegan = began
        return stream.server.memory == 0 && server.next != began
    }

    /// Whether the server has sent something that is not the beginning of a hello: an alert, or another protocol.
    private func hasOtherAnswer(_ stream: TCPInspection, _ slot: Int) -> Bool {
        let server = table[slot].flags.contains(.clientIsUpper) ? table[slot].forward : table[slot].backward
        return stream.server.memory == 0 && server.next != 0 && server.next != server.initial &+ 1
    }

    private mutating func settleRequest<Observer: FlowObserver & ~Copyable>(
        _ slot: Int, _ detail: FlowInspection, observer: inout Observer
    ) {
        table[slot].flags.remove([.watchesServer, .tracksWindow])
        var window = window(table[slot].client, slot)
        window.lapse()
        set(window, of: table[slot].client, in: slot)
        tellName(slot, detail, observer: &observer)
        account(slot)
    }

    /// Tells the flow's name, unless all of its names were reported before.
    private mutating func tellName<Observer: FlowObserver & ~Copyable>(
        _ slot: Int, _ detail: FlowInspection, observer: inout Observer
    ) {
        let count = detail.findings.names.count
        let isTold = table[slot].flags.contains(.isNamed)
        guard !isTold || count > detail.toldNames else {
            if isOver(slot, observer: &observer) { forget(slot) }
            return
        }
        name(slot, observer: &observer)
    }

    private mutating func endServer<Observer: FlowObserver & ~Copyable>(
        _ slot: Int, _ detail: FlowInspection, observer: inout Observer
    ) {
        guard detail.stream?.dns == nil, !table[slot].flags.contains(.watchesServer) else { return }
        detail.stream = nil
        addCertificateName(detail)
        account(slot)
        if !table[slot].flags.contains(.isNamed) { name(slot, observer: &observer) }
    }

    /// Ends the reading of the client's stream.
    private mutating func finishClient(_ slot: Int, _ detail: FlowInspection) {
        table[slot].flags.remove([.watchesClient, .tracksWindow])
        // What was read is in the findings; a hello that was joined from records would otherwise wait for the server's answer.
        detail.stream?.client.release()
        if let state = detail.findings.tls?.helloState {
            markSpoken(slot)
            if !detail.isJudged {
                detail.isJudged = true
                count(state)
                judgeHello(slot, detail)
            }
            addCertificateName(detail)
        } else if detail.findings.application == .dns {
            if detail.stream?.dns == nil { detail.madeStream().dns = DNSInspection() }
        } else {
            table[slot].flags.remove(.watchesServer)
            if !detail.findings.hasProtocol, detail.findings.conflicts == 0 { dropDetail(slot) }
        }
        if !table[slot].flags.contains(.watchesServer) { detail.stream = nil }
        account(slot)
    }

    /// Takes what is certain of an unfinished reading: the flow is over.
    mutating func abandon(_ slot: Int) {
        guard let detail = details[slot] else { return }
        if table[slot].flags.contains(.watchesClient) {
            if detail.stream?.client.early.segments.isEmpty == false {
                // No one was seen to take what came with the SYN or right after it.
                detail.findings.conflicts += 1
                readAllEarly(slot)
            }
            detail.stream?.client.abandon(into: &detail.findings)
            abandonQUIC(slot, detail)
            if detail.quic == nil { finishClient(slot, detail) }
        }
        detail.stream?.server.release()
        account(slot)
    }
}
