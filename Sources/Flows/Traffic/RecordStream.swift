import Bytes
import Protocols

/// The record headers of one direction of a TLS connection, in spite of loss, late and repeated segments, and of a
/// beginning that was not captured.
///
/// It reads on from header to header. Behind a gap, and in the middle of a stream, it looks for a chain of headers, each
/// of which ends where the next begins; the stretch that was jumped over stays open for segments that come late.
struct RecordStream: Sendable, BitwiseCopyable {
    private var cursor = RecordCursor(next: 0)
    /// Whether `cursor` is anywhere.
    private(set) var isPlaced = false
    private var holes = InlineArray<4, RecordCursor>(repeating: RecordCursor(next: 0))
    private var holeCount = 0
    /// Stretches that were jumped over and never came.
    private(set) var gaps = 0
    /// Segments that no header could be found in while the place was not known.
    private(set) var strays = 0

    /// How many stretches are kept open at a time.
    static var holeLimit: Int { 4 }

    /// Whether a segment of `count` bytes at `sequence` is inside a record, and nothing else is waited for.
    @inline(__always)
    func isInside(_ count: Int, _ sequence: UInt32) -> Bool {
        isPlaced && holeCount == 0 && cursor.isBeyond(count, sequence)
    }

    /// The next header that begins in a segment whose first byte has the number `sequence`: to be asked until there is
    /// none, and then no more for this segment.
    mutating func next(in segment: RawSpan, sequence: UInt32) -> PlacedRecord? {
        if holeCount > 0, let record = nextInHoles(segment, sequence) { return record }
        guard isPlaced else { return resume(segment, sequence) }
        switch cursor.read(segment, sequence: sequence) {
        case .found(let record): return record
        case .read, .finished: return nil
        case .ahead: return jump(segment, sequence)
        case .lost:
            isPlaced = false
            gaps &+= 1
            strays &+= 1
            return nil
        }
    }

    /// How many stretches are missing so far.
    var missing: Int { gaps &+ holeCount }

    private mutating func nextInHoles(_ segment: RawSpan, _ sequence: UInt32) -> PlacedRecord? {
        for index in (0..<holeCount).reversed() {
            switch holes[index].read(segment, sequence: sequence) {
            case .found(let record): return record
            case .read, .ahead: break
            case .finished: removeHole(index)
            case .lost:
                removeHole(index)
                gaps &+= 1
            }
        }
        return nil
    }

    private mutating func removeHole(_ index: Int) {
        for later in index + 1..<max(index + 1, holeCount) { holes[later - 1] = holes[later] }
        holeCount -= 1
    }

    /// A header is missing: continues behind the gap where the segment shows how, and leaves the gap open.
    private mutating func jump(_ segment: RawSpan, _ sequence: UInt32) -> PlacedRecord? {
        guard let start = chainStart(in: segment) else {
            strays &+= 1
            if strays > Self.strayLimit { isPlaced = false }
            return nil
        }
        let first = sequence &+ UInt32(start)
        if holeCount >= Self.holeLimit {
            removeHole(0)
            gaps &+= 1
        }
        var hole = RecordCursor(next: cursor.next, end: first)
        hole.adoptPart(of: cursor)
        holes[holeCount] = hole
        holeCount += 1
        return go(on: first, segment, sequence)
    }

    private mutating func resume(_ segment: RawSpan, _ sequence: UInt32) -> PlacedRecord? {
        guard let start = chainStart(in: segment) else {
            strays &+= 1
            return nil
        }
        return go(on: sequence &+ UInt32(start), segment, sequence)
    }

    /// Continues at the chain of headers whose first one has the number `first`.
    private mutating func go(on first: UInt32, _ segment: RawSpan, _ sequence: UInt32) -> PlacedRecord? {
        strays = 0
        cursor = RecordCursor(next: first)
        isPlaced = true
        guard case .found(let record) = cursor.read(segment, sequence: sequence) else { return nil }
        return record
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
    /// a chain of two never. A segment made of headers whose chain breaks at its end would be searched once for each of them:
    /// the headers followed are bounded by the segment's bytes, and the search ends without a result if they are used up.
    private static func chainStart(in segment: RawSpan, until limit: Int) -> Int? {
        var start = 0
        var budget = segment.byteCount
        while start <= min(segment.byteCount, limit) - RecordHeader.size, budget > 0 {
            if let header = RecordHeader(segment, at: start), start == 0 || header.content != .handshake,
                holds(header, at: start, in: segment, &budget)
            {
                return start
            }
            start += 1
        }
        return nil
    }

    /// Whether each record from the one at `start` on is followed by another one or by the segment's end. Each header that is
    /// followed takes one from `budget`.
    private static func holds(
        _ first: RecordHeader, at start: Int, in segment: RawSpan, _ budget: inout Int
    ) -> Bool {
        var next = start + RecordHeader.size + first.length
        while next <= segment.byteCount - RecordHeader.size {
            budget -= 1
            guard budget > 0, let header = RecordHeader(segment, at: next) else { return false }
            next += RecordHeader.size + header.length
        }
        return true
    }
}
