import Bytes

/// The handshake bytes of one direction, put together from CRYPTO frames by their offsets (RFC 9000 section 19.6).
///
/// Frames may come in any order, twice, and overlapping. Of bytes sent twice the first copy is kept in `contiguous`; a later
/// copy that differs is counted in `conflicts`, and kept for `latest`. Memory grows only with bytes that came: at most
/// `limit` in order, as many waiting behind gaps, in at most `maximumGaps` pieces, and as many that differ.
public struct QUICCryptoStream: Equatable, Sendable {
    /// The bytes without a gap, from the first byte of the handshake on.
    public private(set) var contiguous: [UInt8] = []
    /// Whether a frame was cut or dropped because it reached past a bound.
    public private(set) var isOverLimit = false
    /// The number of bytes that came again with another value.
    public private(set) var conflicts = 0
    /// The bytes that came, each counted once.
    private(set) var receivedCount = 0
    /// Bytes that wait behind a gap, in the order in which they came.
    private var waiting: [UInt8] = []
    /// Which stream offsets those are: in order of offset, never overlapping.
    private var pieces: [Piece] = []

    /// Later copies that differ from the first, in the order in which they came.
    private var rivals: [Rival] = []
    private var rivalCount = 0

    private struct Rival: Equatable, Sendable {
        var offset: Int
        var bytes: [UInt8]
    }

    private struct Piece: Equatable, Sendable {
        var offset: Int
        var count: Int
        var position: Int
        var end: Int { offset &+ count }
    }

    /// The most bytes of a handshake that are kept.
    public static let limit = 65_536
    /// The most pieces that wait behind gaps.
    public static let maximumGaps = 256

    init() {}

    /// The memory that the stream holds, in bytes.
    public var memory: Int {
        contiguous.heapBytes &+ waiting.heapBytes &+ pieces.heapBytes &+ rivals.heapBytes &+ rivalCount
    }

    /// The bytes without a gap, each as its latest copy had it: what a receiver reads that lets later copies win. The same
    /// as `contiguous` if no copies differ. Cost: a copy of the bytes.
    public var latest: [UInt8] {
        var bytes = contiguous
        for rival in rivals {
            for (index, byte) in rival.bytes.enumerated() where rival.offset &+ index < bytes.count {
                bytes[rival.offset &+ index] = byte
            }
        }
        return bytes
    }

    /// The bytes that wait behind a gap.
    public var waitingCount: Int { receivedCount &- contiguous.count }

    /// Takes the bytes of one CRYPTO frame and tells whether `contiguous` grew. Cost: linear in the bytes, and in the
    /// pieces that they touch; a piece that is put between others moves those after it.
    mutating func insert(_ bytes: RawSpan, at offset: UInt64) -> Bool {
        guard offset < UInt64(QUICCryptoStream.limit) else {
            if bytes.byteCount > 0 { isOverLimit = true }
            return false
        }
        let start = Int(offset)
        var count = bytes.byteCount
        if count > QUICCryptoStream.limit &- start {
            count = QUICCryptoStream.limit &- start
            isOverLimit = true
        }
        let known = contiguous.count
        if start < known { compare(bytes, at: start, with: contiguous, from: start, count: min(count, known &- start)) }
        guard start &+ count > known else { return false }
        fill(bytes, offset: start, from: max(start, known), to: start &+ count)
        join()
        return contiguous.count > known
    }

    /// Keeps those bytes of `lower..<upper` that no piece holds yet; `bytes` begins at the stream offset `offset`.
    private mutating func fill(_ bytes: RawSpan, offset: Int, from lower: Int, to upper: Int) {
        var cursor = lower
        var index = firstPiece(endingAfter: lower)
        while cursor < upper {
            while index < pieces.count, pieces[index].end <= cursor { index &+= 1 }
            if index < pieces.count, pieces[index].offset <= cursor {
                let piece = pieces[index]
                let end = min(upper, piece.end)
                let rest = bytes.clamped(cursor &- offset..<end &- offset)
                let position = piece.position &+ cursor &- piece.offset
                compare(rest, at: cursor, with: waiting, from: position, count: end &- cursor)
                cursor = piece.end
                continue
            }
            let end = index < pieces.count ? min(upper, pieces[index].offset) : upper
            let part = bytes.clamped(cursor &- offset..<end &- offset)
            if cursor == contiguous.count {
                part.append(to: &contiguous)
            } else if pieces.count < QUICCryptoStream.maximumGaps {
                pieces.insert(Piece(offset: cursor, count: end &- cursor, position: waiting.count), at: index)
                part.append(to: &waiting)
            } else {
                isOverLimit = true
                return
            }
            receivedCount &+= part.byteCount
            cursor = end
        }
    }

    /// The index of the first piece that ends after `offset`, by halving: a packet may hold hundreds of frames.
    private func firstPiece(endingAfter offset: Int) -> Int {
        var (low, high) = (0, pieces.count)
        while low < high {
            let middle = (low &+ high) / 2
            if pieces[middle].end <= offset { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// Counts the bytes of a copy that differ from those that are held, `known[position...]`, and keeps the copy for `latest`.
    ///
    /// `bytes` begins at the stream offset `offset`. Cost: a comparison of `count` bytes if they are the same.
    private mutating func compare(
        _ bytes: RawSpan, at offset: Int, with known: [UInt8], from position: Int, count: Int
    ) {
        let copy = bytes.clamped(0..<count)
        let held = known.rawSpan.clamped(position..<position &+ count)
        guard !copy.hasSameBytes(as: held) else { return }
        for index in 0..<copy.byteCount where copy.byte(at: index) != held.byte(at: index) { conflicts &+= 1 }
        guard rivals.count < QUICCryptoStream.maximumGaps, rivalCount <= QUICCryptoStream.limit &- count else { return }
        rivals.append(Rival(offset: offset, bytes: copy.copied()))
        rivalCount &+= copy.byteCount
    }

    /// Moves the pieces that now follow without a gap.
    private mutating func join() {
        var joined = 0
        while joined < pieces.count, pieces[joined].offset == contiguous.count {
            let piece = pieces[joined]
            contiguous.append(contentsOf: waiting[piece.position..<piece.position &+ piece.count])
            joined &+= 1
        }
        guard joined > 0 else { return }
        pieces.removeFirst(joined)
        if pieces.isEmpty { waiting.removeAll(keepingCapacity: true) }
    }

    /// Gives the memory back.
    mutating func release() {
        self = QUICCryptoStream()
    }
}
