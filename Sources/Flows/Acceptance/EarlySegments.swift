import Bytes
import Wire

/// Segments of the client's that came before the server's SYN-ACK: data on the SYN (TCP Fast Open, RFC 7413), and segments
/// that either overtook the SYN-ACK on their way to the sensor or were sent by a client that cannot know the server's
/// numbers yet.
///
/// Held until the SYN-ACK shows which of them the server accepted. At most 64 segments and 64 KiB; those beyond are dropped.
struct EarlySegments {
    /// One segment.
    struct Segment {
        var bytes: [UInt8]
        /// The sequence number of its first byte.
        var sequence: UInt32
        var acknowledgment: UInt32
        /// Whether it is a SYN.
        var isSYN: Bool
        /// The urgent pointer; `nil` without the URG flag.
        var urgentPointer: UInt16?
    }

    private(set) var segments: [Segment] = []
    private var bytes = 0

    /// The most segments that are held.
    static var segmentLimit: Int { 64 }
    /// The most bytes that are held.
    static var byteLimit: Int { 65_536 }

    /// The memory that is held, in bytes.
    var memory: Int { bytes + segments.count * MemoryLayout<Segment>.stride }

    /// Holds a segment; a copy of one that is held costs nothing.
    mutating func hold(
        _ payload: RawSpan, sequence: UInt32, acknowledgment: UInt32, isSYN: Bool, urgentPointer: UInt16?
    ) {
        let isKnown = segments.contains { held in
            held.sequence == sequence && held.acknowledgment == acknowledgment && held.isSYN == isSYN
                && held.urgentPointer == urgentPointer && held.bytes.rawSpan.hasSameBytes(as: payload)
        }
        guard !isKnown, segments.count < Self.segmentLimit, bytes + payload.byteCount <= Self.byteLimit else { return }
        segments.append(
            Segment(
                bytes: payload.copied(), sequence: sequence, acknowledgment: acknowledgment, isSYN: isSYN,
                urgentPointer: urgentPointer))
        bytes += payload.byteCount
    }

    /// Whether a segment at `sequence` with the acknowledgment number `acknowledgment` shows that the server has answered
    /// unseen: it comes after all that is held, and acknowledges more than any of it.
    func isOvertaken(by sequence: UInt32, acknowledgment: UInt32) -> Bool {
        !segments.isEmpty
            && segments.allSatisfy { held in
                Int32(bitPattern: sequence &- held.sequence &- UInt32(held.bytes.count)) >= 0
                    && (held.isSYN || Int32(bitPattern: acknowledgment &- held.acknowledgment) > 0)
            }
    }

    /// Hands out those that the server took by its SYN-ACK, which has the number `sequence` and acknowledges `acknowledgment`,
    /// and forgets all: of a SYN's data what is acknowledged, of the rest what acknowledges this SYN-ACK.
    mutating func taken(bySYNACK sequence: UInt32, acknowledging acknowledgment: UInt32) -> [Segment] {
        defer { self = EarlySegments() }
        return segments.compactMap { held in
            guard held.isSYN else { return held.acknowledgment == sequence &+ 1 ? held : nil }
            let count = Int(Int32(bitPattern: acknowledgment &- held.sequence))
            guard count > 0 else { return nil }
            var part = held
            if count < part.bytes.count { part.bytes.removeLast(part.bytes.count - count) }
            return part
        }
    }

    /// Hands out all that are held, if no SYN-ACK is seen, and forgets them.
    mutating func all() -> [Segment] {
        defer { self = EarlySegments() }
        return segments
    }
}
