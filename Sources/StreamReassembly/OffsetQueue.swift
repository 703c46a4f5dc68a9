import Bytes

/// The bytes of one stream whose pieces carry offsets, put in order: CRYPTO and STREAM frames of QUIC.
///
/// Pieces may come in any order, twice, and overlapping; of bytes sent twice the first copy is used. At most `limit` bytes and
/// `pieceLimit` pieces wait beyond a gap: above that the gap is given up as lost.
package struct OffsetQueue {
    /// The most bytes that wait beyond a gap.
    package static let limit = 8 << 20
    /// The most pieces that wait beyond a gap.
    package static let pieceLimit = 8_192

    private struct Piece {
        var offset: UInt64
        var bytes: [UInt8]
        var position: StreamPosition
        var end: UInt64 { offset &+ UInt64(bytes.count) }
    }

    /// What came next in order.
    package enum Output {
        /// Bytes, borrowed for the call.
        case bytes([UInt8], StreamPosition)
        /// So many bytes are missing.
        case missing(UInt64)
    }

    /// The offset of the next byte.
    package private(set) var offset: UInt64 = 0
    /// The bytes that wait beyond a gap.
    package private(set) var waitingBytes = 0
    /// The length of the stream, if its end was seen.
    package var finalSize: UInt64?
    private var pieces: [Piece] = []

    /// Creates an empty queue.
    package init() {}

    /// Whether everything up to the end was given out.
    package var isFinished: Bool { finalSize.map { offset >= $0 } ?? false }

    /// Takes a piece, and passes what is in order now to `body`.
    package mutating func insert(
        _ bytes: RawSpan, at start: UInt64, position: StreamPosition, _ body: (Output) -> Void
    ) {
        let (end, overflow) = start.addingReportingOverflow(UInt64(bytes.byteCount))
        guard !overflow, end > offset, bytes.byteCount > 0 else { return }
        if start <= offset, pieces.isEmpty {
            let fresh = bytes.clamped(Int(offset &- start)...)
            offset = end
            return body(.bytes(fresh.copied(), position))
        }
        keep(bytes, from: start, to: end, position)
        drain(body)
        while waitingBytes > Self.limit || pieces.count > Self.pieceLimit { passGap(body) }
    }

    /// Gives up the gaps between the bytes that came.
    package mutating func passGaps(_ body: (Output) -> Void) {
        while !pieces.isEmpty { passGap(body) }
    }

    /// Gives up every gap, and what is missing before the end.
    package mutating func flush(_ body: (Output) -> Void) {
        passGaps(body)
        if let finalSize, finalSize > offset {
            body(.missing(finalSize &- offset))
            offset = finalSize
        }
    }

    private mutating func passGap(_ body: (Output) -> Void) {
        guard let first = pieces.first else { return }
        if first.offset > offset {
            body(.missing(first.offset &- offset))
            offset = first.offset
        }
        drain(body)
    }

    private mutating func keep(_ bytes: RawSpan, from start: UInt64, to end: UInt64, _ position: StreamPosition) {
        var cursor = max(start, offset)
        var index = pieces.firstIndex { $0.end > cursor } ?? pieces.count
        while cursor < end {
            if index < pieces.count, pieces[index].offset <= cursor {
                cursor = max(cursor, pieces[index].end)
                index += 1
                continue
            }
            let stop = index < pieces.count ? min(end, pieces[index].offset) : end
            let part = bytes.clamped(Int(cursor &- start)..<Int(stop &- start)).copied()
            waitingBytes += part.count
            pieces.insert(Piece(offset: cursor, bytes: part, position: position), at: index)
            index += 1
            cursor = stop
        }
    }

    private mutating func drain(_ body: (Output) -> Void) {
        var count = 0
        while count < pieces.count, pieces[count].offset <= offset {
            let piece = pieces[count]
            count += 1
            waitingBytes -= piece.bytes.count
            let known = Int(clamping: offset &- piece.offset)
            guard known < piece.bytes.count else { continue }
            offset = piece.end
            body(.bytes(known == 0 ? piece.bytes : Array(piece.bytes[known...]), piece.position))
        }
        if count > 0 { pieces.removeFirst(count) }
    }
}
