import Bytes
import Protocols

/// A record's header, where it is in its TCP stream.
struct PlacedRecord: Equatable {
    /// The header.
    let header: RecordHeader
    /// The sequence number of its first byte.
    let sequence: UInt32

    /// The sequence number behind the record.
    var end: UInt32 { sequence &+ UInt32(RecordHeader.size + header.length) }
}

/// Goes from header to header of one stretch of a TCP stream. Bytes between headers are stepped over, so that it is the
/// same whether they were captured, came twice, or were lost. Trivial: what is held of a header has its room here.
struct RecordCursor: Sendable, BitwiseCopyable {
    /// The result of a segment.
    enum Outcome: Equatable {
        /// The next header was found in it; there may be more.
        case found(PlacedRecord)
        /// It brought what there was to read of it.
        case read
        /// It is behind the next header, which was lost or is late.
        case ahead
        /// Where a header had to be is none.
        case lost
        /// The stretch was read to its end.
        case finished
    }

    /// The sequence number of the next header's first byte.
    private(set) var next: UInt32
    /// Where the stretch ends, if it is a hole between others.
    let end: UInt32?
    /// What earlier segments held of the next header, as a number, and how many bytes that is.
    private var held: UInt64 = 0
    private var heldCount = 0

    init(next: UInt32, end: UInt32? = nil) {
        self.next = next
        self.end = end
    }

    /// Whether a segment of `count` bytes whose first one has the number `sequence` is before the next header, so that
    /// there is nothing to read in it: most segments of a long record do.
    @inline(__always)
    func isBeyond(_ count: Int, _ sequence: UInt32) -> Bool {
        Int(Int32(bitPattern: next &+ UInt32(truncatingIfNeeded: heldCount) &- sequence)) >= count
    }

    /// Reads the next header in `segment`, whose first byte has the number `sequence`: to be called again while one is
    /// found, and then no more for this segment.
    mutating func read(_ segment: RawSpan, sequence: UInt32) -> Outcome {
        if let end, Int32(bitPattern: end &- next) <= 0 { return .finished }
        let wanted = next &+ UInt32(truncatingIfNeeded: heldCount)
        let offset = Int(Int32(bitPattern: wanted &- sequence))
        if offset < 0 { return .ahead }
        guard offset < segment.byteCount else { return .read }
        guard let header = header(segment, at: offset) else {
            return heldCount > 0 && heldCount < RecordHeader.size ? .read : .lost
        }
        let record = PlacedRecord(header: header, sequence: next)
        held = 0
        heldCount = 0
        next = record.end
        return .found(record)
    }

    /// Adopts what `other`, which is at the same header, holds of it.
    mutating func adoptPart(of other: RecordCursor) {
        held = other.held
        heldCount = other.heldCount
    }

    /// The header whose next byte is at `offset`; what there is of it is held where a part of it is missing.
    private mutating func header(_ segment: RawSpan, at offset: Int) -> RecordHeader? {
        if heldCount == 0, offset <= segment.byteCount - RecordHeader.size { return RecordHeader(segment, at: offset) }
        var offset = offset
        while heldCount < RecordHeader.size, let byte = segment.byte(at: offset) {
            held = held << 8 | UInt64(byte)
            heldCount += 1
            offset += 1
        }
        guard heldCount == RecordHeader.size else { return nil }
        return RecordHeader(packed: held)
    }
}
