import Bytes

/// Segments of the client's that contradict what came before them, kept until the server has acknowledged the bytes.
///
/// At most 64 segments and 64 KiB; those beyond are compared and not kept.
struct RivalSegments {
    /// One segment.
    struct Segment {
        /// The sequence number of its first byte.
        let sequence: UInt32
        let bytes: [UInt8]
    }

    private(set) var segments: [Segment] = []
    private var bytes = 0

    /// The most segments that are kept.
    static var segmentLimit: Int { 64 }
    /// The most bytes that are kept.
    static var byteLimit: Int { 65_536 }

    /// The memory that is held, in bytes.
    var memory: Int { segments.isEmpty ? 0 : bytes + segments.count * MemoryLayout<Segment>.stride }

    /// Keeps a segment; a copy of one that is kept costs nothing.
    mutating func keep(_ payload: RawSpan, sequence: UInt32) {
        guard segments.count < Self.segmentLimit, bytes + payload.byteCount <= Self.byteLimit else { return }
        let isKnown = segments.contains { kept in
            kept.sequence == sequence && kept.bytes.rawSpan.hasSameBytes(as: payload)
        }
        guard !isKnown else { return }
        segments.append(Segment(sequence: sequence, bytes: payload.copied()))
        bytes += payload.byteCount
    }

    /// Forgets all.
    mutating func removeAll() { self = RivalSegments() }
}
