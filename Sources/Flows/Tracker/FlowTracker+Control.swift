import Bytes
import Wire

/// Validates SYN, FIN and RST as a receiver does (RFC 9293 section 3.10, RFC 5961).
extension FlowTracker {
    /// Whether a SYN on a known flow begins another connection between the same ends: not if it is the flow's own
    /// SYN come again, nor the answer to it.
    ///
    /// On an established connection a SYN proves nothing: the server answers it with a challenge (RFC 5961 section 4). It is
    /// remembered, and the SYN-ACK that takes it begins the new connection.
    mutating func isNewConnection(_ packet: Packet, at context: PacketContext) -> Bool {
        let flow = table[context.slot]
        if packet.flags.contains(.ack) { return false }
        // A RST or FIN may have been lost: while the server's acknowledgment of the client's bytes is awaited, it proves nothing.
        if flow.flags.contains(.isClosed), !flow.isTwoWay || !isUnsettled(context.slot) { return true }
        let direction = flow[context.direction]
        let isEstablished = flow.flags.contains(.synAck) || flow.flags.contains(.midstream)
        if flow.isTwoWay, isEstablished, direction.initial != packet.sequence {
            guard !isOwnLateSYN(packet, at: context) else { return false }
            table[aside: context.slot].offered = packet.sequence
            table[aside: context.slot].isOfferedForward = context.isForward
            table[context.slot].flags.insert(.offersSYN)
            return false
        }
        // Both ends opening at once (RFC 9293 section 3.5) is one connection; so is a SYN that came late.
        guard flow.isFromClient(context.direction), flow.flags.contains(.syn) else {
            guard followsStrayData(packet, at: context) else { return false }
            // The sender of a SYN is the client, also of what it sent before.
            if !flow.isFromClient(context.direction) {
                table[context.slot].flags.formSymmetricDifference(.clientIsUpper)
            }
            return true
        }
        return direction.initial != packet.sequence
    }

    /// Whether a hello or a request is unfinished, or the server has not acknowledged it.
    func isUnsettled(_ slot: Int) -> Bool {
        let flags = table[slot].flags
        guard flags.contains(.watchesClient), !flags.contains(.isNamed), let stream = detail(of: slot)?.stream,
            stream.client.held?.bytes.isEmpty == false
        else { return false }
        let window = window(table[slot].client, slot)
        return stream.client.isContradicted || !stream.client.hasEnded { window.hasAcknowledged($0) }
    }

    /// Whether a SYN comes after data of its sender's that belongs to no connection: no one answered it, and it does not
    /// follow the SYN.
    private func followsStrayData(_ packet: Packet, at context: PacketContext) -> Bool {
        let flow = table[context.slot]
        let own = flow[context.direction]
        guard !flow.isTwoWay, flow.flags.contains(context.isForward ? .sawForward : .sawBackward) else { return false }
        return own.next != 0 && own.next != own.initial &+ 1 && !isOwnLateSYN(packet, at: context)
    }

    /// Whether a SYN is the flow's own although packets of the flow were seen before it: it is just before what its
    /// sender sent.
    private func isOwnLateSYN(_ packet: Packet, at context: PacketContext) -> Bool {
        let flow = table[context.slot]
        guard !flow.flags.contains(.syn), flow.isFromClient(context.direction) else { return false }
        let direction = flow[context.direction]
        guard direction.next != 0 || direction.initial != 0 else { return true }
        let ahead = Int32(bitPattern: direction.next &- packet.sequence &- 1)
        return ahead >= 0 && ahead <= Int32(StreamAssembly.limit)
    }

    /// Whether the packet is the SYN-ACK to a SYN that was remembered.
    func answersOffer(_ packet: Packet, at context: PacketContext) -> Bool {
        let aside = table[aside: context.slot]
        return table[context.slot].flags.contains(.offersSYN) && packet.flags.isSuperset(of: [.syn, .ack])
            && context.isForward != aside.isOfferedForward && packet.acknowledgment == aside.offered &+ 1
    }

    /// Begins the client's direction at the number that the SYN-ACK acknowledges: its SYN was counted elsewhere.
    mutating func beginUnseenClient(at first: UInt32, beside context: PacketContext) {
        table[context.slot].flags.insert(.syn)
        table[context.slot][context.direction.reversed].begin(first &- 1)
    }

    /// Follows the connection's state by the packet's flags.
    mutating func follow(
        _ packet: Packet, in frame: RawSpan, at context: PacketContext
    ) {
        if packet.flags.contains(.syn) { followSYN(packet, in: frame, at: context) }
        if packet.flags.contains(.rst) {
            if isBelievable(reset: packet, at: context) {
                table[context.slot].flags.insert(.rst)
            } else {
                counters.refusedResets &+= 1
            }
        }
        if packet.flags.contains(.fin), isBelievable(end: packet, at: context) {
            table[context.slot].flags.insert(context.isForward ? .finForward : .finBackward)
        }
        let flags = table[context.slot].flags
        let isOver = flags.contains(.rst) || flags.isSuperset(of: [.finForward, .finBackward])
        if isOver, !flags.contains(.isClosed) {
            table[context.slot].flags.insert(.isClosed)
            wheel.schedule(context.slot, at: context.time.advanced(byNanoseconds: policy.idle.tcpClosed))
        }
    }

    private mutating func followSYN(_ packet: Packet, in frame: RawSpan, at context: PacketContext) {
        correctOpener(packet, at: context)
        let isClient = table[context.slot].isFromClient(context.direction)
        guard isClient == !packet.flags.contains(.ack) || isSplitHandshake(packet, at: context) else { return }
        guard !isForeign(packet, at: context) else { return }
        table[context.slot].flags.insert(isClient ? .syn : .synAck)
        table[context.slot][context.direction].begin(packet.sequence)
        noteSYN(packet, in: frame, at: context)
        if packet.flags.contains(.ack), !isClient { beginClient(at: packet.acknowledgment, beside: context) }
    }

    /// Whether the server opens too, or the client answers such a SYN (RFC 9293 section 3.5).
    private func isSplitHandshake(_ packet: Packet, at context: PacketContext) -> Bool {
        let direction = table[context.slot][context.direction]
        let isClient = table[context.slot].isFromClient(context.direction)
        // A client answers with its own number; a server opens while it has sent nothing else.
        return isClient ? table[context.slot].flags.contains(.synAck) && direction.initial == packet.sequence : true
    }

    /// Whether a SYN with another number comes on a connection whose data has begun: no receiver takes it.
    private func isForeign(_ packet: Packet, at context: PacketContext) -> Bool {
        let flow = table[context.slot]
        guard flow.flags.isSuperset(of: [.syn, .synAck]) else { return false }
        let own = flow[context.direction]
        let other = flow[context.direction.reversed]
        guard own.initial != packet.sequence else { return false }
        if packet.flags.contains(.ack), !acknowledges(packet, other) { return true }
        // After the handshake another SYN without ACK is answered by a challenge at most (RFC 5961 section 4).
        guard packet.flags.contains(.ack) else { return true }
        return own.next != own.initial &+ 1 || other.next != other.initial &+ 1
    }

    /// Whether a SYN-ACK acknowledges the SYN, or some of its data, of the other direction.
    private func acknowledges(_ packet: Packet, _ other: Flow.Direction) -> Bool {
        packet.acknowledgment &- other.initial &- 1 <= other.next &- other.initial &- 1
    }

    /// Anyone who sends a SYN is the client, whatever else he sent before it: a SYN-ACK that no one asked for, or segments of a
    /// connection that is not there.
    private mutating func correctOpener(_ packet: Packet, at context: PacketContext) {
        let flow = table[context.slot]
        guard !packet.flags.contains(.ack), !flow.flags.contains(.syn) else { return }
        let own = flow[context.direction]
        let other = flow[context.direction.reversed]
        let hasData = { (direction: Flow.Direction) in direction.next != 0 && direction.next != direction.initial &+ 1 }
        guard !hasData(own), !hasData(other) else { return }
        if flow.flags.contains(.midstream) {
            table[context.slot].flags.remove(.midstream)
            counters.midstream &-= min(counters.midstream, 1)
        }
        guard !flow.isFromClient(context.direction) else { return }
        // The other end may have answered before: then it is the client, and this is its peer's SYN.
        guard !(context.isForward ? flow.flags.contains(.sawBackward) : flow.flags.contains(.sawForward)) else {
            return
        }
        table[context.slot].flags.formSymmetricDifference(.clientIsUpper)
        table[context.slot].flags.remove(.synAck)
    }

    /// Remembers what a SYN announces.
    private mutating func noteSYN(_ packet: Packet, in frame: RawSpan, at context: PacketContext) {
        guard let header = TCPSegment(packet, frame) else { return }
        var own = window(context.direction, context.slot)
        own.beginSender(header.options, TCPChecksum(packet, frame, headerLength: header.headerLength))
        set(own, of: context.direction, in: context.slot)
        var other = window(context.direction.reversed, context.slot)
        other.beginReceiver(header.options)
        set(other, of: context.direction.reversed, in: context.slot)
    }

    /// The server's answer says which SYN it took: another that was sent meanwhile, forged or late, does not move the
    /// client's stream. Data on the SYN counts as far as it is acknowledged (RFC 7413); what came after the SYN and before
    /// the answer does not.
    private mutating func beginClient(at first: UInt32, beside context: PacketContext) {
        let (slot, direction) = (context.slot, context.direction.reversed)
        guard table[slot].flags.contains(.syn) else { return }
        let client = table[slot][direction]
        let taken = first &- client.initial &- 1
        let isOwn = taken <= client.next &- client.initial &- 1
        // The client's window says whether it had the server's answer before.
        if isOwn, !window(direction, slot).isKnown {
            table[slot][direction].next = first
        } else if client.next == client.initial &+ 1 {
            table[slot][direction].begin(first &- 1)
            // The answer may be forged. One to the SYN that was seen begins the connection then.
            table[aside: slot].offered = client.initial
            table[aside: slot].isOfferedForward = direction == .forward
            table[slot].flags.insert(.offersSYN)
        }
    }

    /// Whether the receiver believes a RST: only at exactly the number that it expects (RFC 5961 section 3.2), and before the
    /// handshake only if it answers the SYN (RFC 9293 section 3.10.7.3). With nothing known of the sender it is believed.
    private func isBelievable(reset packet: Packet, at context: PacketContext) -> Bool {
        let flow = table[context.slot]
        let own = flow[context.direction]
        let other = flow[context.direction.reversed]
        if own.next == 0, own.initial == 0 {
            guard packet.flags.contains(.ack), other.next != 0 || other.initial != 0 else { return true }
            let unsent = Int32(bitPattern: packet.acknowledgment &- other.next)
            return unsent <= 1 && Int32(bitPattern: packet.acknowledgment &- other.initial) >= 0
                || flow.flags.contains(.midstream)
        }
        // Anyone who has sent his FIN answers what comes late by the number that the late packet acknowledges.
        if flow.flags.contains(context.isForward ? .finForward : .finBackward) { return true }
        return packet.sequence == own.next || window(context.direction, context.slot).isExpected(packet.sequence)
    }

    /// Whether a FIN is at a believable place in its sender's stream: near the last byte seen, or inside the window if that is followed.
    private func isBelievable(end packet: Packet, at context: PacketContext) -> Bool {
        let flow = table[context.slot]
        let own = flow[context.direction]
        guard own.next != 0 || own.initial != 0 else { return true }
        if flow.flags.contains(.tracksWindow), window(context.direction, context.slot).isBeyond(packet.sequence) {
            return false
        }
        let end = packet.sequence &+ UInt32(truncatingIfNeeded: packet.payloadLength)
        let ahead = Int64(Int32(bitPattern: end &- own.next))
        return (0...Self.farthestEnd).contains(ahead)
    }

    /// How many bytes before a FIN may be missing from the capture.
    private static var farthestEnd: Int64 { 1 << 20 }
}

extension Flow.Direction {
    /// Begins counting at a SYN.
    mutating func begin(_ sequence: UInt32) {
        guard initial != sequence || next == 0 else { return }
        initial = sequence
        next = sequence &+ 1
    }
}
