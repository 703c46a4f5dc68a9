import Bytes
import Wire

/// The client's segments that came before the flow's name was reported.
extension FlowTracker {
    /// Forgets the client's segments that came before the name was told; those in `held` are counted first if the flow's
    /// requests are.
    mutating func endUntold<Observer: FlowObserver & ~Copyable>(
        _ stream: TCPInspection, held: StreamAssembly?, before packet: Packet?, slot: Int,
        observer: inout Observer
    ) {
        if let held, table[slot].flags.contains(.followsTraffic) {
            followUntold(stream, held: held, before: packet, slot: slot, observer: &observer)
        }
        guard table[slot].flags.contains(.isNamed) else { return }
        stream.untold.removeAll()
        account(slot)
    }

    /// Counts the client's segments that came before the name was told, but for `packet`, which is counted if it is
    /// received.
    private mutating func followUntold<Observer: FlowObserver & ~Copyable>(
        _ stream: TCPInspection, held: StreamAssembly, before packet: Packet?, slot: Int, observer: inout Observer
    ) {
        let client = table[slot].client
        var segments = stream.untold.segments
        if let packet, let last = segments.last?.packet, last.sequence == packet.sequence,
            last.payload == packet.payload, last.sourcePort == packet.sourcePort
        {
            segments.removeLast()
        }
        var acknowledged: UInt32?
        for segment in segments {
            let start = Int(Int32(bitPattern: segment.packet.sequence &- held.base))
            guard start >= 0 else { continue }
            let payload = held.bytes.rawSpan.clamped(start..<start + Int(segment.packet.payload.count))
            guard payload.byteCount > 0, table[slot].flags.contains(.followsTraffic) else { continue }
            // What the server sent between two of them was not counted.
            if let acknowledged, Int32(bitPattern: segment.packet.acknowledgment &- acknowledged) > 0 {
                traffic.noteUnseenAnswer(in: table[slot].traffic)
            }
            acknowledged = segment.packet.acknowledgment
            let context = PacketContext(slot: slot, direction: client, time: segment.time)
            follow(payload, of: segment.packet, at: context, observer: &observer)
        }
    }
}

/// The client's segments that came before the flow had its name, for counting its requests from their beginning once it has
/// one. Their bytes are those that the reading holds.
///
/// At most 64 segments; a flow that sends more before its name is known is counted from there on.
struct UntoldSegments {
    /// One segment.
    struct Segment {
        var packet: Packet
        var time: Timestamp
    }

    private(set) var segments: [Segment] = []

    /// The most segments that are remembered.
    static var limit: Int { 64 }

    /// The memory that is held, in bytes.
    var memory: Int { segments.count * MemoryLayout<Segment>.stride }

    /// Remembers a segment.
    mutating func append(_ packet: Packet, at time: Timestamp) {
        if segments.count < Self.limit { segments.append(Segment(packet: packet, time: time)) }
    }

    /// Forgets all.
    mutating func removeAll() { segments.removeAll() }
}
