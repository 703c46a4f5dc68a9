import Bytes
import Protocols
import Wire

/// Urgent data of a client (RFC 6093): a byte that Linux takes out of the stream, and others leave in it.
extension FlowTracker {
    /// Notes the urgent pointer of a segment that begins at `sequence`.
    mutating func noteUrgent(_ pointer: UInt16, after sequence: UInt32, initial: UInt32?, in slot: Int) {
        let detail = madeDetail(slot)
        let position = Self.urgentPosition(pointer, after: sequence)
        madeStream(slot).client.noteUrgent(at: position, initial: initial, into: &detail.findings)
    }

    /// Notes the urgent pointer of a segment that brings no byte which the server lacks. Linux obeys it all the same, if the byte was
    /// not read yet and the segment touches the window (tcp_rcv_established: tcp_urg comes before tcp_data_queue).
    mutating func noteUrgentAlone(_ packet: Packet, pointer: UInt16, at context: PacketContext) {
        let slot = context.slot
        let window = window(context.direction, slot)
        let end = packet.sequence &+ UInt32(truncatingIfNeeded: packet.payloadLength)
        let position = Self.urgentPosition(pointer, after: packet.sequence)
        guard window.touches(packet.sequence, end: end), !window.hasAcknowledged(position &+ 1) else { return }
        let initial = firstByte(of: context.direction, in: slot, at: packet.sequence)
        noteUrgent(pointer, after: packet.sequence, initial: initial, in: slot)
        table[slot].flags.insert(.tracksWindow)
        account(slot)
    }

    /// The number of the urgent byte: Linux takes the one before that which the pointer names (tcp_stdurg 0); RFC 6093 section 3.
    private static func urgentPosition(_ pointer: UInt16, after sequence: UInt32) -> UInt32 {
        sequence &+ UInt32(pointer == 0 ? 0 : pointer &- 1)
    }
}
