import Bytes

/// The beginning of one direction of a TCP stream, put together from segments in any order (RFC 9293 section 3.4).
///
/// Kept only until the receiver has acknowledged what was read. The first copy of a byte wins; each later copy that differs
/// is counted. It holds at most `limit` bytes in at most `pieceLimit` separate pieces: what is beyond the limit is
/// passed over, and of too many pieces the one farthest from the beginning goes.
struct StreamAssembly: Sendable {
    /// What came of adding a segment.
    enum Outcome: Equatable {
        /// It was taken, as far as it was new.
        case added
        /// It is beyond the limit, or is the farthest of too many pieces.
        case overLimit
    }

    /// The most bytes of a stream that are held: a hello of 64 KiB and what its records add.
    static var limit: Int { 131_072 }
    /// The most pieces with gaps between them.
    static var pieceLimit: Int { 256 }
    /// How far before the first segment seen a stream may turn out to begin, if its SYN was not seen.
    static var headroom: Int { 65_536 }

    /// The bytes from the stream's beginning; those in gaps are zero.
    private(set) var bytes: [UInt8] = []
    /// The sequence number of the first byte.
    private(set) var base: UInt32
    /// Whether the beginning is only the earliest segment seen, and may move.
    private(set) var isFloating: Bool
    /// The ranges that are there, in order and apart from each other.
    private var pieces: [Range<Int>] = []
    /// The number of segments that brought something.
    private(set) var segments = 0
    /// The number of bytes that came again with another value.
    private(set) var conflicts = 0
    /// Whether Linux would have the latest segment replace bytes that it contradicts: they lie ahead of the stream, in a piece
    /// that the segment covers or begins before (tcp_data_queue_ofo).
    private(set) var replacesConflict = false

    /// A stream whose first byte has the sequence number `base`; floating if that is only the first one seen.
    init(base: UInt32, isFloating: Bool) {
        self.base = base
        self.isFloating = isFloating
    }

    /// The number of bytes that are there without a gap from the beginning on.
    var contiguous: Int { pieces.first.map { $0.lowerBound == 0 ? $0.upperBound : 0 } ?? 0 }

    /// The range of bytes that are there without a gap around the byte at `offset`; `nil` if that is not there.
    func piece(at offset: Int) -> Range<Int>? { pieces.first { $0.contains(offset) } }

    /// How many bytes from the beginning on have numbers up to which `isAcknowledged` holds. Cost: a binary search.
    func count(_ isAcknowledged: (UInt32) -> Bool) -> Int {
        var (low, high) = (0, bytes.count)
        while low < high {
            let middle = (low + high + 1) / 2
            if isAcknowledged(base &+ UInt32(truncatingIfNeeded: middle)) { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The memory that is held, in bytes. Counted by what is in use: what an array reserves is the allocator's choice, and
    /// not the same in every run.
    var memory: Int { bytes.heapBytes &+ pieces.heapBytes }

    /// Adds `segment`, whose first byte has the sequence number `sequence`.
    mutating func add(_ segment: RawSpan, sequence: UInt32) -> Outcome {
        var offset = Int(Int32(bitPattern: sequence &- base))
        replacesConflict = false
        if offset < 0 {
            let mayMove = isFloating && offset >= -Self.headroom && bytes.count - offset <= Self.limit
            guard mayMove else { return addTail(of: segment, offset) }
            moveBeginning(by: -offset)
            offset = 0
        }
        guard segment.byteCount > 0 else { return .added }
        guard offset < Self.limit else { return .overLimit }
        guard offset <= Self.limit - segment.byteCount else {
            _ = insert(segment.clamped(0..<Self.limit - offset), at: offset)
            return .overLimit
        }
        return insert(segment, at: offset)
    }

    /// Puts `segment` over what is there: the stream as it would be had this copy come first. What it replaces is not
    /// counted.
    mutating func overlay(_ segment: RawSpan, sequence: UInt32) {
        let offset = Int(Int32(bitPattern: sequence &- base))
        let end = min(offset + segment.byteCount, Self.limit)
        guard end > max(0, offset) else { return }
        let new = max(0, offset)..<end
        grow(to: end)
        copy(segment, offset: offset, range: new)
        segments += 1
        merge(new, touching(new))
    }

    /// Drops the first `count` bytes, which no one needs any more; the stream then begins after them.
    mutating func advance(by count: Int) {
        guard count > 0 else { return }
        if count >= bytes.count {
            bytes.removeAll(keepingCapacity: false)
            pieces.removeAll()
        } else {
            bytes.removeFirst(count)
            pieces = pieces.compactMap { piece in
                piece.upperBound > count ? max(0, piece.lowerBound - count)..<piece.upperBound - count : nil
            }
        }
        base &+= UInt32(truncatingIfNeeded: count)
        isFloating = false
    }

    /// A segment that begins before the stream does: what reaches into it is taken.
    private mutating func addTail(of segment: RawSpan, _ offset: Int) -> Outcome {
        guard segment.byteCount > -offset else { return .added }
        return add(segment.clamped((-offset)...), sequence: base)
    }

    private mutating func moveBeginning(by count: Int) {
        bytes.insert(contentsOf: repeatElement(0, count: count), at: 0)
        pieces = pieces.map { $0.lowerBound + count..<$0.upperBound + count }
        base &-= UInt32(count)
    }

    private mutating func insert(_ segment: RawSpan, at offset: Int) -> Outcome {
        let new = offset..<offset + segment.byteCount
        if pieces.isEmpty, offset == 0 {
            segment.append(to: &bytes)
            pieces = [new]
            segments += 1
            return .added
        }
        if pieces.count == 1, pieces[0].upperBound == offset, bytes.count == offset {
            // What comes next, as most of what is not the first does.
            segment.append(to: &bytes)
            pieces[0] = pieces[0].lowerBound..<new.upperBound
            segments += 1
            return .added
        }
        let touched = touching(new)
        if touched.isEmpty, pieces.count >= Self.pieceLimit, !dropFarthest(before: new) { return .overLimit }
        grow(to: new.upperBound)
        var position = new.lowerBound
        let old = touched.map { pieces[$0].clamped(to: new) }
        var brought = false
        for piece in old {
            brought = copy(segment, offset: offset, range: position..<piece.lowerBound) || brought
            let before = conflicts
            compare(segment, offset: offset, range: piece)
            if conflicts > before { noteReplacement(of: piece, by: new) }
            position = max(position, piece.upperBound)
        }
        brought = copy(segment, offset: offset, range: position..<new.upperBound) || brought
        if brought { segments += 1 }
        merge(new, touched)
        return .added
    }

    /// Notes whether Linux would keep `new` in place of what it contradicts: `part` of a piece.
    private mutating func noteReplacement(of part: Range<Int>, by new: Range<Int>) {
        guard let piece = pieces.first(where: { $0.overlaps(part) }), piece.lowerBound > 0 else { return }
        let isCovered = new.lowerBound == piece.lowerBound && new.upperBound > piece.upperBound
        if new.lowerBound < piece.lowerBound || isCovered { replacesConflict = true }
    }

    /// Makes place for one more piece by dropping the last one; `false` if the new one is farther than all.
    private mutating func dropFarthest(before new: Range<Int>) -> Bool {
        guard let last = pieces.last, new.lowerBound < last.lowerBound else { return false }
        pieces.removeLast()
        bytes.removeLast(bytes.count - (pieces.last?.upperBound ?? 0))
        return true
    }

    private mutating func grow(to count: Int) {
        guard bytes.count < count else { return }
        bytes.append(contentsOf: repeatElement(0, count: count - bytes.count))
    }

    /// The indices of the pieces that touch `new`.
    private func touching(_ new: Range<Int>) -> [Int] {
        pieces.indices.filter { pieces[$0].lowerBound <= new.upperBound && pieces[$0].upperBound >= new.lowerBound }
    }

    @discardableResult
    private mutating func copy(_ segment: RawSpan, offset: Int, range: Range<Int>) -> Bool {
        for index in range {
            bytes[index] = segment.byte(at: index - offset) ?? 0
        }
        return !range.isEmpty
    }

    private mutating func compare(_ segment: RawSpan, offset: Int, range: Range<Int>) {
        for index in range where segment.byte(at: index - offset) != bytes[index] {
            conflicts += 1
        }
    }

    private mutating func merge(_ new: Range<Int>, _ touched: [Int]) {
        var merged = new
        for index in touched {
            merged = min(merged.lowerBound, pieces[index].lowerBound)..<max(merged.upperBound, pieces[index].upperBound)
        }
        if let first = touched.first, let last = touched.last {
            pieces.replaceSubrange(first...last, with: CollectionOfOne(merged))
        } else {
            let place = pieces.firstIndex { $0.lowerBound > new.lowerBound } ?? pieces.count
            pieces.insert(merged, at: place)
        }
    }
}
