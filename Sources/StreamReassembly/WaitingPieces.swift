import Bytes

/// The bytes of one stream that wait beyond a gap, in pieces that do not overlap, in the order of their offsets.
///
/// Of bytes that come twice the first copy is kept. The owner bounds it by `bytes` and `count`.
struct WaitingPieces {
    private struct Piece {
        var offset: UInt64
        var bytes: [UInt8]
        var position: StreamPosition
        var end: UInt64 { offset &+ UInt64(bytes.count) }
    }

    private var pieces: [Piece] = []
    /// The bytes that wait.
    private(set) var bytes = 0

    /// The number of pieces.
    var count: Int { pieces.count }
    /// Whether nothing waits.
    var isEmpty: Bool { pieces.isEmpty }
    /// The offset of the first piece; `nil` if nothing waits.
    var firstOffset: UInt64? { pieces.first?.offset }

    /// Keeps those of `bytes`, which begin at the offset `start`, that no piece holds yet and that are not before `first`. Cost: a
    /// search by bisection and a copy.
    mutating func insert(_ bytes: RawSpan, at start: UInt64, notBefore first: UInt64, position: StreamPosition) {
        let end = start &+ UInt64(bytes.byteCount)
        var cursor = max(start, first)
        var index = firstPiece(endingAfter: cursor)
        while cursor < end {
            if index < pieces.count, pieces[index].offset <= cursor {
                cursor = max(cursor, pieces[index].end)
                index += 1
                continue
            }
            let stop = index < pieces.count ? min(end, pieces[index].offset) : end
            let part = bytes.clamped(Int(cursor &- start)..<Int(stop &- start)).copied()
            self.bytes += part.count
            pieces.insert(Piece(offset: cursor, bytes: part, position: position), at: index)
            index += 1
            cursor = stop
        }
    }

    /// The index of the first piece that ends after `offset`, by bisection.
    private func firstPiece(endingAfter offset: UInt64) -> Int {
        var (low, high) = (0, pieces.count)
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Takes the pieces out that begin at `offset` or before it, and passes on what of each is not before `offset`, which moves
    /// to the piece's end.
    ///
    /// - Returns: whether a piece was taken out.
    mutating func drain(from offset: inout UInt64, _ body: ([UInt8], StreamPosition) -> Void) -> Bool {
        var count = 0
        while count < pieces.count, pieces[count].offset <= offset {
            let piece = pieces[count]
            count += 1
            bytes -= piece.bytes.count
            let known = Int(clamping: offset &- piece.offset)
            guard known < piece.bytes.count else { continue }
            offset = piece.end
            body(known == 0 ? piece.bytes : Array(piece.bytes[known...]), piece.position)
        }
        if count > 0 { pieces.removeFirst(count) }
        return count > 0
    }
}
