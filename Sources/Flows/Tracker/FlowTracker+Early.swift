import Bytes
import Protocols
import Wire

/// What the client sends before the server's answer: it is held, since the answer says which of it the server took.
extension FlowTracker {
    /// Whether the client's SYN was seen, and nothing of the server's yet.
    func isBeforeAnswer(_ slot: Int) -> Bool {
        let flags = table[slot].flags
        return flags.contains(.syn) && flags.isDisjoint(with: [.synAck, .midstream, .isOneSided])
            && !table[slot].isTwoWay
    }

    /// Holds a segment that came before the server's answer; what is held is read once the client shows that there was one.
    mutating func hold(
        _ payload: RawSpan, of packet: Packet, urgentPointer: UInt16?, at context: PacketContext
    ) {
        let stream = madeStream(context.slot)
        let isSYN = packet.flags.contains(.syn)
        let sequence = isSYN ? packet.sequence &+ 1 : packet.sequence
        let isOvertaken =
            !isSYN && stream.client.early.isOvertaken(by: sequence, acknowledgment: packet.acknowledgment)
        stream.client.early.hold(
            payload, sequence: sequence, acknowledgment: packet.acknowledgment, isSYN: isSYN,
            urgentPointer: urgentPointer)
        if isOvertaken { readAllEarly(context.slot) }
        account(context.slot)
    }

    /// Reads what came before the server's answer: the answer was not captured.
    mutating func readAllEarly(_ slot: Int) {
        guard let stream = details[slot]?.stream else { return }
        table[slot].flags.insert(.isOneSided)
        for segment in stream.client.early.all() { read(segment, in: slot) }
    }

    /// Reads what came before the server's answer, now that a packet of the server's is there: of a SYN-ACK what it took,
    /// of any other packet all, since the SYN-ACK was not captured.
    mutating func releaseEarly(_ packet: Packet, _ slot: Int) {
        guard let detail = details[slot], let stream = detail.stream else { return }
        let isAnswer = packet.flags.isSuperset(of: [.syn, .ack])
        if isAnswer, table[slot].flags.contains(.isOneSided) {
            // What was read was not the answer's stream, though the client acted as if it were.
            table[slot].flags.remove(.isOneSided)
            if stream.client.primary.assembly != nil { stream.client.beginAgain(&detail.findings) }
            return
        }
        guard !stream.client.early.segments.isEmpty else { return }
        guard isAnswer else {
            readAllEarly(slot)
            return
        }
        let held = stream.client.early.segments.count
        let taken = stream.client.early.taken(bySYNACK: packet.sequence, acknowledging: packet.acknowledgment)
        counters.refusedSegments &+= UInt64(held - taken.count)
        for segment in taken { read(segment, in: slot) }
        account(slot)
    }

    /// Reads a segment that was held.
    private mutating func read(_ segment: EarlySegments.Segment, in slot: Int) {
        madeStream(slot).client.noteAcknowledgment(segment.acknowledgment)
        let initial = firstByte(of: table[slot].client, in: slot, at: segment.sequence)
        if let pointer = segment.urgentPointer {
            noteUrgent(pointer, after: segment.sequence, initial: initial, in: slot)
        }
        take(segment.bytes.rawSpan, sequence: segment.sequence, initial: initial, in: slot)
    }
}
