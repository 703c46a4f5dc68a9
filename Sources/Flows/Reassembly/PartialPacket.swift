import Bytes
import Wire

/// One fragmented packet, as far as it has been received.
struct PartialPacket {
    /// What its fragments have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
    struct Key: Hashable {
        let source: IPAddress
        let destination: IPAddress
        let identification: UInt32
        let transport: UInt8
        let vlans: UInt32
        let tunnel: UInt64

        /// The key of the packet that `fragment` is of.
        init(_ fragment: Fragment) {
            source = fragment.source
            destination = fragment.destination
            identification = fragment.identification
            // IPv6 fragments of one packet may name different protocols: only the first one's counts.
            transport = fragment.source.isIPv4 ? fragment.transport.rawValue : 0
            let envelope = fragment.envelope
            vlans = UInt32(envelope.outerVLAN) << 16 | UInt32(envelope.innerVLAN)
            tunnel = UInt64(envelope.depth) << 32 | UInt64(envelope.identifier)
        }
    }

    /// The result of a fragment.
    enum Outcome {
        case added, overlapped, tooLarge, malformed, cut
        /// It overlaps, and the packet is no more (RFC 5722).
        case dropped
    }

    private struct Piece {
        var range: Range<Int>
        var bytes: [UInt8]
    }

    /// When the first fragment came.
    let start: Timestamp
    /// Tells it from an earlier packet with the same key.
    let serial: UInt64
    /// The number of fragments that were taken.
    private(set) var fragments = 0
    private var pieces: [Piece] = []
    private var received = 0
    private var total: Int?
    private var first: Fragment?
    /// Later fragments that differ from earlier ones, in the order in which they came.
    private var rivals: [Piece] = []
    private var conflicts: UInt64 = 0
    /// Whether it can never become whole, and only remembers that.
    private var isLost = false

    /// A packet of nothing yet.
    init(start: Timestamp, serial: UInt64) {
        self.start = start
        self.serial = serial
    }

    /// The bytes held, with what the table needs to hold them.
    var memory: Int {
        Self.overhead + received + rivals.reduce(0) { $0 + $1.bytes.count }
            + (pieces.count + rivals.count) * Self.pieceOverhead
    }

    /// The fragment at offset zero, where the packet is whole.
    var whole: Fragment? { total == received && !isLost ? first : nil }

    /// Takes a fragment whose length and offset were found sound.
    mutating func add(_ fragment: Fragment, _ frame: RawSpan) -> Outcome {
        if isLost { return .added }
        let bytes = frame.clamped(fragment.payload.indices)
        guard bytes.byteCount == fragment.payloadLength else { return lose(.cut) }
        let range = fragment.offset..<fragment.offset + bytes.byteCount
        guard agrees(range, isLast: !fragment.hasMore) else {
            return fragment.source.isIPv4 ? .malformed : lose(.malformed)
        }
        let gaps = gaps(in: range)
        if gaps == [range] {
            guard pieces.count < FragmentTable.pieceLimit else { return lose(.tooLarge) }
            insert(bytes, range: range, part: range)
        } else if isCopy(bytes, range) {
            return .added
        } else {
            compare(bytes, range)
            guard fragment.source.isIPv4 else { return .dropped }
            guard pieces.count + gaps.count <= FragmentTable.pieceLimit else { return lose(.tooLarge) }
            for gap in gaps { insert(bytes, range: range, part: gap) }
        }
        fragments += 1
        if !fragment.hasMore { total = range.upperBound }
        if fragment.offset == 0, first == nil { first = fragment }
        return gaps == [range] ? .added : .overlapped
    }

    /// The bytes that came with another value since this was asked last.
    mutating func takeConflicts() -> UInt64 {
        defer { conflicts = 0 }
        return conflicts
    }

    /// The payload of a whole packet in which the latest copy of each byte wins; `nil` if no copies differ.
    var rival: [UInt8]? {
        guard !rivals.isEmpty else { return nil }
        var payload = joined()
        for piece in rivals {
            for (index, byte) in piece.bytes.enumerated() where piece.range.lowerBound + index < payload.count {
                payload[piece.range.lowerBound + index] = byte
            }
        }
        return payload
    }

    /// The payload of a whole packet. One allocation and one copy.
    func joined() -> [UInt8] {
        var payload: [UInt8] = []
        payload.reserveCapacity(received)
        for piece in pieces { payload.append(contentsOf: piece.bytes) }
        return payload
    }

    /// Whether the range keeps to the packet's end, as far as that is known, and a last piece is behind all others.
    private func agrees(_ range: Range<Int>, isLast: Bool) -> Bool {
        if let total { return isLast ? range.upperBound == total : range.upperBound <= total }
        return !isLast || range.upperBound >= (pieces.last?.range.upperBound ?? 0)
    }

    private mutating func lose(_ outcome: Outcome) -> Outcome {
        isLost = true
        pieces = []
        received = 0
        return outcome
    }

    private func gaps(in range: Range<Int>) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var position = range.lowerBound
        for piece in pieces[firstPiece(endingAfter: range.lowerBound)...] {
            if piece.range.lowerBound >= range.upperBound { break }
            if position < piece.range.lowerBound { gaps.append(position..<piece.range.lowerBound) }
            position = max(position, piece.range.upperBound)
        }
        if position < range.upperBound { gaps.append(position..<range.upperBound) }
        return gaps
    }

    private func isCopy(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        let index = firstPiece(endingAfter: range.lowerBound)
        return index < pieces.count && pieces[index].range == range && pieces[index].bytes == bytes.copied()
    }

    /// Counts the bytes of a fragment that differ from those that are there, and keeps it if some do.
    private mutating func compare(_ bytes: RawSpan, _ range: Range<Int>) {
        var found: UInt64 = 0
        for piece in pieces[firstPiece(endingAfter: range.lowerBound)...] {
            guard piece.range.lowerBound < range.upperBound else { break }
            let both = piece.range.clamped(to: range)
            for offset in both
            where bytes.byte(at: offset - range.lowerBound) != piece.bytes[offset - piece.range.lowerBound] {
                found += 1
            }
        }
        conflicts += found
        guard found > 0, rivals.count < Self.rivalLimit else { return }
        rivals.append(Piece(range: range, bytes: bytes.copied()))
    }

    private mutating func insert(_ bytes: RawSpan, range: Range<Int>, part: Range<Int>) {
        let copy = bytes.clamped(part.lowerBound - range.lowerBound..<part.upperBound - range.lowerBound).copied()
        pieces.insert(Piece(range: part, bytes: copy), at: firstPiece(endingAfter: part.lowerBound))
        received += part.count
    }

    /// The index of the first piece that ends behind `offset`, by halving.
    private func firstPiece(endingAfter offset: Int) -> Int {
        var low = 0
        var high = pieces.count
        while low < high {
            let middle = (low + high) / 2
            if pieces[middle].range.upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static var overhead: Int { 384 }
    private static var rivalLimit: Int { 16 }
    private static var pieceOverhead: Int { 64 }
}

/// Partial packets in the order in which they began; one that has ended leaves a stale entry, recognized by its serial number.
struct PartialPacketOrder {
    /// A packet's key and serial number.
    struct Entry {
        let key: PartialPacket.Key
        let serial: UInt64
    }

    private var entries: [Entry] = []
    private var head = 0

    /// The number of entries, stale ones included.
    var count: Int { entries.count - head }

    /// The oldest entry.
    var first: Entry? { head < entries.count ? entries[head] : nil }

    /// Adds a packet that has begun.
    mutating func append(_ key: PartialPacket.Key, _ serial: UInt64) {
        entries.append(Entry(key: key, serial: serial))
    }

    /// Removes the oldest entry.
    mutating func removeFirst() {
        head += 1
        if head >= 1024, head > entries.count / 2 {
            entries.removeFirst(head)
            head = 0
        }
    }
}
