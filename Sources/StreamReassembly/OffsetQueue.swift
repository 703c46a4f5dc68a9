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

    /// What came next in order.
    package enum Output {
        /// Bytes, borrowed for the call.
        case bytes([UInt8], StreamPosition)
        /// So many bytes are missing.
        case missing(UInt64)
    }

    /// The offset of the next byte.
    package private(set) var offset: UInt64 = 0
    /// The length of the stream, if its end was seen.
    package var finalSize: UInt64?
    private var pieces = WaitingPieces()

    /// The bytes that wait beyond a gap.
    package var waitingBytes: Int { pieces.bytes }

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
        pieces.insert(bytes, at: start, notBefore: offset, position: position)
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
        guard let first = pieces.firstOffset else { return }
        if first > offset {
            body(.missing(first &- offset))
            offset = first
        }
        drain(body)
    }

    private mutating func drain(_ body: (Output) -> Void) {
        _ = pieces.drain(from: &offset) { body(.bytes($0, $1)) }
    }
}
