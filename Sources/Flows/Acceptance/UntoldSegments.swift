import Bytes
import Wire

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
