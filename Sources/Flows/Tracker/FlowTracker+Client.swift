import Bytes
import Protocols
import Wire

/// How the client's stream of a TCP flow is read, from segments that the server takes to the name.
extension FlowTracker {
    /// Has a payload of the client's read, as far as the server can take it.
    mutating func inspectClient(
        _ payload: RawSpan, _ packet: Packet, _ frame: RawSpan, _ header: TCPSegment?, _ isForward: Bool, _ slot: Int,
        _ time: Timestamp
    ) {
        // Data on a SYN begins after the number of the SYN (RFC 7413).
        let isSYN = packet.flags.contains(.syn)
        let sequence = isSYN ? packet.sequence &+ 1 : packet.sequence
        let urgentPointer = isSYN ? nil : header?.urgentPointer
        if table[slot].flags.contains(.isNamed), urgentPointer == nil, let stream = details[slot]?.stream,
            !stream.client.isWanted(payload, sequence: sequence)
        {
            return
        }
        var fault: SegmentFault?
        if let header { fault = self.fault(of: packet, frame, header, isForward, slot) }
        if isBeforeAnswer(slot) {
            if fault == nil {
                hold(payload, packet, urgentPointer, isForward, slot)
            } else {
                counters.doubtfulSegments &+= 1
            }
            return
        }
        let window = window(isForward, slot)
        let isHandshakeSeen = table[slot].flags.isSuperset(of: [.syn, .synAck])
        // After the handshake a segment with SYN is answered by a challenge, and nothing of it is taken (RFC 5961 section 4).
        guard !isSYN || !isHandshakeSeen else {
            counters.refusedSegments &+= 1
            return
        }
        let inside = isHandshakeSeen ? window.inside(sequence, count: payload.byteCount) : 0..<payload.byteCount
        guard payload.byteCount > 0, let inside else {
            if fault == nil, let urgentPointer { noteUrgentAlone(packet, urgentPointer, isForward, slot) }
            if payload.byteCount > 0 { counters.refusedSegments &+= 1 }
            return
        }
        let taken = payload.clamped(inside)
        let first = sequence &+ UInt32(inside.lowerBound)
        let initial = firstByte(isForward, slot, first)
        table[slot].flags.insert(.tracksWindow)
        guard fault == nil || !isHandshakeSeen else {
            takeDoubtful(taken, packet, (first, initial), fault, slot, time)
            return
        }
        if let urgentPointer { noteUrgent(urgentPointer, after: sequence, initial, slot) }
        noteTaken(packet, slot: slot, at: time)
        take(taken, sequence: first, initial, slot)
    }

    /// Reads bytes of a segment that the server drops as a rule. `place` is its number and that of the stream's first byte.
    private mutating func takeDoubtful(
        _ bytes: RawSpan, _ packet: Packet, _ place: (sequence: UInt32, initial: UInt32?), _ fault: SegmentFault?,
        _ slot: Int, _ time: Timestamp
    ) {
        counters.doubtfulSegments &+= 1
        let stream = madeStream(slot)
        stream.client.takeDoubtful(bytes, sequence: place.sequence, initial: place.initial, fault: fault)
        if !table[slot].flags.contains(.isNamed) { stream.untold.append(packet, at: time) }
        account(slot)
    }

    /// Notes what a segment that is taken says beside its bytes.
    private mutating func noteTaken(_ packet: Packet, slot: Int, at time: Timestamp) {
        let stream = madeStream(slot)
        stream.client.noteAcknowledgment(packet.acknowledgment)
        if !table[slot].flags.contains(.isNamed) { stream.untold.append(packet, at: time) }
    }

    /// Why the server drops the segment although its number is right; `nil` if it has no reason to.
    private mutating func fault(
        of packet: Packet, _ frame: RawSpan, _ header: TCPSegment, _ isForward: Bool, _ slot: Int
    ) -> SegmentFault? {
        var window = window(isForward, slot)
        let checksum = TCPChecksum(packet, frame, headerLength: header.headerLength)
        let segment = ArrivingSegment(
            flags: packet.flags, length: packet.payloadLength, options: header.options, checksum: checksum)
        let fault = window.fault(of: segment)
        if fault == nil {
            window.note(checksum)
            set(window, isForward, slot)
        }
        guard fault == nil, table[slot].flags.isSuperset(of: [.syn, .synAck]) else { return fault }
        return acknowledgesUnsent(packet, isForward, slot) ? .acknowledgment : nil
    }

    /// Whether a segment acknowledges what the other end did not send, from its SYN on (RFC 5961 section 5).
    private func acknowledgesUnsent(_ packet: Packet, _ isForward: Bool, _ slot: Int) -> Bool {
        guard packet.flags.contains(.ack) else { return false }
        let other = isForward ? table[slot].backward : table[slot].forward
        let first = other.initial &+ 1
        let isOld = Int32(bitPattern: packet.acknowledgment &- first) < 0
        // A FIN takes a number of its own.
        return isOld || Int32(bitPattern: packet.acknowledgment &- other.next) > 1
    }

    private mutating func take(_ bytes: RawSpan, sequence: UInt32, _ initial: UInt32?, _ slot: Int) {
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

    // MARK: Before the server's answer

    /// Whether the client's SYN was seen, and nothing of the server's yet.
    private func isBeforeAnswer(_ slot: Int) -> Bool {
        let flags = table[slot].flags
        return flags.contains(.syn) && flags.isDisjoint(with: [.synAck, .midstream, .isOneSided])
            && !table[slot].isTwoWay
    }

    /// Holds a segment that came before the server's answer; what is held is read once the client shows that there was one.
    private mutating func hold(
        _ payload: RawSpan, _ packet: Packet, _ urgentPointer: UInt16?, _ isForward: Bool, _ slot: Int
    ) {
        let stream = madeStream(slot)
        let isSYN = packet.flags.contains(.syn)
        let sequence = isSYN ? packet.sequence &+ 1 : packet.sequence
        let isOvertaken =
            !isSYN && stream.client.early.isOvertaken(by: sequence, acknowledgment: packet.acknowledgment)
        stream.client.early.hold(
            payload, sequence: sequence, acknowledgment: packet.acknowledgment, isSYN: isSYN,
            urgentPointer: urgentPointer)
        if isOvertaken { readAllEarly(isForward, slot) }
        account(slot)
    }

    /// Reads what came before the server's answer: the answer was not captured.
    private mutating func readAllEarly(_ isForward: Bool, _ slot: Int) {
        guard let stream = details[slot]?.stream else { return }
        table[slot].flags.insert(.isOneSided)
        for segment in stream.client.early.all() { read(segment, isForward, slot) }
    }

    /// Reads what came before the server's answer, now that a packet of the server's is there: of a SYN-ACK what it took,
    /// of any other packet all, since the SYN-ACK was not captured.
    mutating func releaseEarly(_ packet: Packet, _ slot: Int) {
        guard let detail = details[slot], let stream = detail.stream else { return }
        let isClientForward = !table[slot].flags.contains(.clientIsUpper)
        let isAnswer = packet.flags.isSuperset(of: [.syn, .ack])
        if isAnswer, table[slot].flags.contains(.isOneSided) {
            // What was read was not the answer's stream, though the client acted as if it were.
            table[slot].flags.remove(.isOneSided)
            if stream.client.primary.assembly != nil { stream.client.beginAgain(&detail.findings) }
            return
        }
        guard !stream.client.early.segments.isEmpty else { return }
        guard isAnswer else {
            readAllEarly(isClientForward, slot)
            return
        }
        let held = stream.client.early.segments.count
        let taken = stream.client.early.taken(bySYNACK: packet.sequence, acknowledging: packet.acknowledgment)
        counters.refusedSegments &+= UInt64(held - taken.count)
        for segment in taken { read(segment, isClientForward, slot) }
        account(slot)
    }

    /// Reads a segment that was held.
    private mutating func read(_ segment: EarlySegments.Segment, _ isForward: Bool, _ slot: Int) {
        madeStream(slot).client.noteAcknowledgment(segment.acknowledgment)
        let initial = firstByte(isForward, slot, segment.sequence)
        if let pointer = segment.urgentPointer { noteUrgent(pointer, after: segment.sequence, initial, slot) }
        take(segment.bytes.rawSpan, sequence: segment.sequence, initial, slot)
    }

    // MARK: Windows

    /// How the receiver of a direction receives.
    func window(_ isForward: Bool, _ slot: Int) -> ReceiveWindow {
        isForward ? table[aside: slot].forwardWindow : table[aside: slot].backwardWindow
    }

    /// Replaces how the receiver of a direction receives.
    mutating func set(_ window: ReceiveWindow, _ isForward: Bool, _ slot: Int) {
        if isForward { table[aside: slot].forwardWindow = window } else { table[aside: slot].backwardWindow = window }
    }

    /// Takes what a packet says of its sender as a receiver.
    mutating func noteAcknowledgment(_ packet: Packet, _ header: TCPSegment?, _ isForward: Bool, _ slot: Int) {
        guard packet.flags.contains(.ack), !packet.flags.contains(.rst), let header else { return }
        let sender = isForward ? table[slot].backward : table[slot].forward
        guard sender.next != 0 || sender.initial != 0 else { return }
        var window = window(!isForward, slot)
        // A FIN takes a number of its own.
        let hasEnded = table[slot].flags.contains(isForward ? .finBackward : .finForward)
        window.acknowledge(
            packet.acknowledgment, window: header.window, options: header.options, isSYN: packet.flags.contains(.syn),
            sent: sender.next &+ (hasEnded ? 1 : 0))
        set(window, !isForward, slot)
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
        let window = window(!table[slot].flags.contains(.clientIsUpper), slot)
        guard isSettled(stream, window, slot, detail) else {
            if stream.acknowledged == nil, awaitsMore(stream, window, slot) { beginLapse(stream, slot) }
            return
        }
        let isFollowed = table[slot].flags.contains(.followsTraffic)
        let held = stream.client.held
        defer { endUntold(stream, isFollowed ? nil : held, before: packet, slot, observer: &observer) }
        stream.client.settle(into: &detail.findings) { window.hasAcknowledged($0) }
        stream.doubtBegan = nil
        if stream.client.primary.stage == .reading, detail.findings.http != nil {
            // A connection in the clear goes on to its next request.
            settleRequest(slot, detail, stream, observer: &observer)
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
    private func isSettled(_ stream: TCPInspection, _ window: ReceiveWindow, _ slot: Int, _ detail: FlowInspection)
        -> Bool
    {
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
        _ slot: Int, _ detail: FlowInspection, _ stream: TCPInspection, observer: inout Observer
    ) {
        table[slot].flags.remove([.watchesServer, .tracksWindow])
        var window = window(!table[slot].flags.contains(.clientIsUpper), slot)
        window.lapse()
        set(window, !table[slot].flags.contains(.clientIsUpper), slot)
        tellName(slot, detail, observer: &observer)
        account(slot)
    }

    /// Tells the flow's name, unless all of its names were told before.
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
                // Nobody was seen to take what came with the SYN or right after it.
                detail.findings.conflicts += 1
                readAllEarly(!table[slot].flags.contains(.clientIsUpper), slot)
            }
            detail.stream?.client.abandon(into: &detail.findings)
            abandonQUIC(slot, detail)
            if detail.quic == nil { finishClient(slot, detail) }
        }
        detail.stream?.server.release()
        account(slot)
    }
}
