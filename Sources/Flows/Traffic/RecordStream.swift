import Bytes
import Protocols

/// The record headers of one direction of a TLS connection, in spite of loss, late and repeated segments, and of a
/// beginning that was not captured.
///
/// It reads on from header to header. Behind a gap, and in the middle of a stream, it looks for a chain of headers, each
/// of which ends where the next begins; the stretch that was jumped over stays open for segments that come late.
struct RecordStream: Sendable {
    private var cursor: RecordCursor?
    private var holes: [RecordCursor] = []
    /// Stretches that were jumped over and never came.
    private(set) var gaps = 0
    /// Segments that no header could be found in while the place was not known.
    private(set) var strays = 0

    /// How many stretches are kept open at a time.
    static var holeLimit: Int { 4 }

    /// Takes a segment whose first byte has the number `sequence`, and hands over each header that begins in it.
    mutating func take(_ segment: RawSpan, sequence: UInt32, _ sink: (PlacedRecord) -> Void) {
        fillHoles(segment, sequence, sink)
        guard var known = cursor.take() else {
            resume(segment, sequence, sink)
            return
        }
        switch known.read(segment, sequence: sequence, sink) {
        case .read, .finished: cursor = known
        case .ahead: jump(from: known, segment, sequence, sink)
        case .lost:
            gaps &+= 1
            strays &+= 1
        }
    }

    /// How many stretches are missing so far.
    var missing: Int { gaps &+ holes.count }

    private mutating func fillHoles(_ segment: RawSpan, _ sequence: UInt32, _ sink: (PlacedRecord) -> Void) {
        guard !holes.isEmpty else { return }
        for index in holes.indices.reversed() {
            switch holes[index].read(segment, sequence: sequence, sink) {
            case .read, .ahead: break
            case .finished: holes.remove(at: index)
            case .lost:
                holes.remove(at: index)
                gaps &+= 1
            }
        }
    }

    /// A header is missing: goes on behind the gap where the segment shows how, and leaves the gap open.
    private mutating func jump(
        from known: RecordCursor, _ segment: RawSpan, _ sequence: UInt32, _ sink: (PlacedRecord) -> Void
    ) {
        guard let start = chainStart(in: segment) else {
            cursor = known
            strays &+= 1
            if strays > Self.strayLimit { cursor = nil }
            return
        }
        strays = 0
        let first = sequence &+ UInt32(start)
        if holes.count >= Self.holeLimit {
            holes.removeFirst()
            gaps &+= 1
        }
        var hole = RecordCursor(next: known.next, end: first)
        hole.adoptPart(of: known)
        holes.append(hole)
        go(on: first, segment, sequence, sink)
    }

    private mutating func resume(_ segment: RawSpan, _ sequence: UInt32, _ sink: (PlacedRecord) -> Void) {
        guard let start = chainStart(in: segment) else {
            strays &+= 1
            return
        }
        strays = 0
        go(on: sequence &+ UInt32(start), segment, sequence, sink)
    }

    private mutating func go(
        on first: UInt32, _ segment: RawSpan, _ sequence: UInt32, _ sink: (PlacedRecord) -> Void
    ) {
        var fresh = RecordCursor(next: first)
        if fresh.read(segment, sequence: sequence, sink) == .read { cursor = fresh }
    }

    /// Segments behind a gap without a header that are waited out: more than the longest record fills.
    static var strayLimit: Int { 64 }

    /// Segments in vain, after which only the front of the next ones is looked at: what is no TLS shall cost little.
    static var patience: Int { 16 }

    private func chainStart(in segment: RawSpan) -> Int? {
        Self.chainStart(in: segment, until: strays < Self.patience ? segment.byteCount : RecordHeader.size)
    }

    /// Where in a segment, before `limit`, a chain of headers begins that holds to the segment's end.
    ///
    /// Most segments begin with a record. Elsewhere five bytes pass for a header once in some ten million places, and
    /// a chain of two never.
    private static func chainStart(in segment: RawSpan, until limit: Int) -> Int? {
        var start = 0
        while start <= min(segment.byteCount, limit) - RecordHeader.size {
            if let header = RecordHeader(segment, at: start), start == 0 || header.content != .handshake,
                holds(header, at: start, in: segment)
            {
                return start
            }
            start += 1
        }
        return nil
    }

    private static func holds(_ first: RecordHeader, at start: Int, in segment: RawSpan) -> Bool {
        var next = start + RecordHeader.size + first.length
        while next <= segment.byteCount - RecordHeader.size {
            guard let header = RecordHeader(segment, at: next) else { return false }
            next += RecordHeader.size + header.length
        }
        return true
    }
}
