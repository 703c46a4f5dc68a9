import Bytes
import Protocols
public import Wire

/// Finds the name of a UDP flow.
extension FlowTracker {
    /// How many datagrams of an unknown protocol a flow has before the observer is notified that it has no name yet.
    static var unnamedDatagramLimit: UInt8 { 4 }

    /// Reads a datagram of a flow whose direction is still watched.
    ///
    /// No flow is given up: a client may send anything before its first Initial packet, so that long headers are looked at as
    /// long as the flow lives. One is known by its version, in a few nanoseconds; only an Initial packet costs more.
    mutating func inspectDatagram<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, of packet: Packet, in frame: RawSpan, at context: PacketContext,
        observer: inout Observer
    ) {
        if let detail = details[context.slot], let reading = detail.quic {
            inspectQUIC(payload, of: packet, in: frame, at: context, detail: detail, quic: reading, observer: &observer)
        } else if QUICConnection.probe(payload) == .yes {
            guard !table[context.slot].flags.contains(.isNamed) else {
                beginLate(payload, of: packet, in: frame, at: context, observer: &observer)
                return
            }
            let detail = madeDetail(context.slot)
            let reading = QUICInspection()
            reading.rivalName = rivalName
            detail.quic = reading
            inspectQUIC(payload, of: packet, in: frame, at: context, detail: detail, quic: reading, observer: &observer)
        } else if details[context.slot]?.findings.application == .dns {
            learn(payload, of: packet, at: context, observer: &observer)
        } else if table[context.slot].flags.contains(.isNamed) {
            return
        } else if isDNS(payload, packet) {
            madeDetail(context.slot).findings.application = .dns
            learn(payload, of: packet, at: context, observer: &observer)
            name(context.slot, observer: &observer)
        } else {
            passOver(payload, of: packet, slot: context.slot, observer: &observer)
        }
    }

    private func isDNS(_ payload: RawSpan, _ packet: Packet) -> Bool {
        DNSMessage.probe(payload, sourcePort: packet.sourcePort, destinationPort: packet.destinationPort) == .yes
    }

    /// Counts a datagram of no known protocol; after a few the observer is notified that there is no name, and from then on only
    /// long headers are looked at.
    private mutating func passOver<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, of packet: Packet, slot: Int, observer: inout Observer
    ) {
        let packets = table[slot].forward.packets &+ table[slot].backward.packets
        if packets == 1, packet.destinationPort == 443, Self.mayBeShortHeader(payload) {
            counters.shortHeaderFlows &+= 1
        }
        guard packets >= UInt64(Self.unnamedDatagramLimit) else { return }
        table[slot].flags.insert(.readsLongHeaders)
        name(slot, observer: &observer)
    }

    /// Whether a datagram may be a QUIC packet with a short header (RFC 9000 section 17.3.1), which has no shorter form than
    /// 21 bytes (section 10.3).
    private static func mayBeShortHeader(_ payload: RawSpan) -> Bool {
        payload.byteCount >= 21 && (payload.byte(at: 0) ?? 0) & 0xC0 == 0x40
    }

    /// A long header on a flow that was told to have no name, or to be DNS: if it is an Initial packet that opens, a QUIC
    /// connection begins here, and it is a flow of its own.
    private mutating func beginLate<Observer: FlowObserver & ~Copyable>(
        _ payload: RawSpan, of packet: Packet, in frame: RawSpan, at context: PacketContext,
        observer: inout Observer
    ) {
        var connection = QUICConnection()
        quicDecryptor.preview = preview
        defer { quicDecryptor.preview = nil }
        let counted = quicDecryptor.counters
        _ = connection.receive(payload, fromInitiator: context.isForward, with: &quicDecryptor)
        guard connection.state == .open else { return }
        counters.lateConnections &+= 1
        // The new flow opens it again, and counts it then.
        quicDecryptor.counters = counted
        beginAnew(packet, in: frame, at: context, observer: &observer)
    }

    /// Ends the flow, and gives its latest packet to a new one between the same ends.
    mutating func beginAnew<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, in frame: RawSpan, at context: PacketContext,
        observer: inout Observer
    ) {
        let interface = table[context.slot].interface
        uncount(packet, at: context)
        repeats.forgetLatest()
        // No one answered: what it says of itself may be there to be seen, and for nothing else.
        let isUnanswered = !table[context.slot].isTwoWay
        if isUnanswered { details[context.slot]?.findings.conflicts += 1 }
        rivalName = isUnanswered ? details[context.slot]?.findings.tls?.serverName : nil
        end(context.slot, .reused, observer: &observer)
        receive(packet, frame, time: context.time, interface: interface, observer: &observer)
        rivalName = nil
    }

    /// Takes a packet out of its flow's counters: it belongs to another flow, or was counted when it was captured first.
    @usableFromInline
    mutating func uncount(_ packet: Packet, at context: PacketContext) {
        let bytes = UInt64(truncatingIfNeeded: packet.ipLength)
        table[context.slot][context.direction].bytes &-= bytes
        table[context.slot][context.direction].packets &-= 1
    }
}
