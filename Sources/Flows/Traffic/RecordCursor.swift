import Bytes
import Protocols

/// A record's header, where it stands in its TCP stream.
struct PlacedRecord: Equatable {
    /// The header.
    let header: RecordHeader
    /// The sequence number of its first byte.
    let sequence: UInt32

    /// The sequence number behind the record.
    var end: UInt32 { sequence &+ UInt32(RecordHeader.size + header.length) }
}

/// Goes from header to header of one stretch of a TCP stream. Bytes between headers are stepped over, so that it is the
/// same whether they were captured, came twice, or were lost.
struct RecordCursor: Sendable {
    /// What came of a segment.
    enum Outcome: Equatable {
        /// It brought what there was to read of it.
        case read
        /// It lies behind the next header, which was lost or is late.
        case ahead
        /// Where a header had to stand is none.
        case lost
        /// The stretch was read to its end.
        case finished
    }

    /// The sequence number of the next header's first byte.
    private(set) var next: UInt32
    /// Where the stretch ends, where it is a hole between others.
    let end: UInt32?
    /// What earlier segments held of the next header.
    private var held: [UInt8] = []

    init(next: UInt32, end: UInt32? = nil) {
        self.next = next
        self.end = end
    }

    /// Reads the headers in `segment`, whose first byte has the number `sequence`.
    mutating func read(_ segment: RawSpan, sequence: UInt32, _ sink: (PlacedRecord) -> Void) -> Outcome {
        while true {
            if let end, Int32(bitPattern: end &- next) <= 0 { return .finished }
            let wanted = next &+ UInt32(held.count)
            let offset = Int(Int32(bitPattern: wanted &- sequence))
            if offset < 0 { return .ahead }
            guard offset < segment.byteCount else { return .read }
            guard let header = header(segment, at: offset) else {
                if !held.isEmpty, held.count < RecordHeader.size { return .read }
                return .lost
            }
            let record = PlacedRecord(header: header, sequence: next)
            held.removeAll(keepingCapacity: true)
            next = record.end
            sink(record)
        }
    }

    /// Takes over what `other`, which stands at the same header, holds of it.
    mutating func adoptPart(of other: RecordCursor) {
        held = other.held
    }

    /// The header whose next byte lies at `offset`; what there is of it is held where a part of it is missing.
    private mutating func header(_ segment: RawSpan, at offset: Int) -> RecordHeader? {
        let missing = RecordHeader.size - held.count
        if held.isEmpty, offset <= segment.byteCount - missing { return RecordHeader(segment, at: offset) }
        segment.clamped(offset..<offset + missing).append(to: &held)
        guard held.count == RecordHeader.size else { return nil }
        return RecordHeader(held.rawSpan)
    }
}
