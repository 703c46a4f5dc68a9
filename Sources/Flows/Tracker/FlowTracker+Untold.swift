import Bytes
import Wire

/// The client's segments that came before the flow's name was reported.
extension FlowTracker {
    /// Forgets the client's segments that came before the name was told; those in `held` are counted first if the flow's
    /// requests are.
    mutating func endUntold<Observer: FlowObserver & ~Copyable>(
        _ stream: TCPInspection, _ held: StreamAssembly?, before packet: Packet?, _ slot: Int,
        observer: inout Observer
    ) {
        if let held, table[slot].flags.contains(.followsTraffic) {
            followUntold(stream, held, before: packet, slot, observer: &observer)
        }
        guard table[slot].flags.contains(.isNamed) else { return }
        stream.untold.removeAll()
        account(slot)
    }

    /// Counts the client's segments that came before the name was told, but for `packet`, which is counted if it is
    /// received.
    private mutating func followUntold<Observer: FlowObserver & ~Copyable>(
        _ stream: TCPInspection, _ held: StreamAssembly, before packet: Packet?, _ slot: Int, observer: inout Observer
    ) {
        let isForward = !table[slot].flags.contains(.clientIsUpper)
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
            follow(payload, segment.packet, isForward, slot, segment.time, observer: &observer)
        }
    }
}
