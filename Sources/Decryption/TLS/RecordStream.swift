import Bytes
import StreamReassembly

/// One record of a stream: where it is in the buffer and in the stream.
struct RecordPlace {
    /// The content type of its header.
    let type: UInt8
    /// The record with its header, as a range of the buffer.
    let range: Range<Int>
    /// The offset of its first byte in the stream.
    let offset: UInt64
    /// The packet that holds its first byte.
    let position: StreamPosition
}

/// Cuts one direction of a TLS connection into records (RFC 8446 section 5.1), and finds them again after a loss.
///
/// Memory: one record beside what one segment brings.
struct RecordStream {
    /// The longest body of a record: 2^14 + 2048 (RFC 5246 section 6.2.3).
    static let bodyLimit = 16_384 + 2_048
    private static let headerCount = 5

    /// The bytes that are not passed yet, from `start` on.
    private(set) var buffer: [UInt8] = []
    private var start = 0
    /// The offset in the stream of the byte at `start`.
    private(set) var offset: UInt64 = 0
    /// Whether `start` is known to be the beginning of a record.
    private(set) var isSynchronized = true
    /// Whether the last record was found by its shape and not by its place.
    private(set) var isTentative = false
    /// Bytes that were passed over in search of a record, and not taken by `takeSkipped` yet.
    private var skipped: UInt64 = 0
    private var marks: [(offset: UInt64, position: StreamPosition)] = []

    /// Adds the next bytes of the stream.
    mutating func append(_ bytes: RawSpan, at position: StreamPosition) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 65_536 {
            buffer.removeFirst(start)
            start = 0
        }
        marks.append((offset &+ UInt64(buffer.count - start), position))
        bytes.append(to: &buffer)
    }

    /// Drops what is left of a record that was cut by a loss of `count` bytes. Gives the range that is gone.
    mutating func lose(_ count: UInt64) -> Range<UInt64> {
        let first = offset
        let partial = UInt64(buffer.count - start)
        offset &+= partial &+ count
        buffer.removeAll(keepingCapacity: true)
        start = 0
        marks.removeAll(keepingCapacity: true)
        isSynchronized = false
        return first..<offset
    }

    /// The number of bytes that wait for the rest of their record.
    var waitingCount: Int { buffer.count - start }

    /// Begins the search for a record again one byte later, because the one that was found is none.
    mutating func reject(_ place: RecordPlace) {
        start = place.range.lowerBound
        offset = place.offset
        isSynchronized = false
        skip(1)
    }

    /// Notes that the last record was one, so that the next begins where it ends.
    mutating func accept() {
        isTentative = false
    }

    /// The number of bytes that were passed over in search of a record since the last call.
    mutating func takeSkipped() -> UInt64 {
        defer { skipped = 0 }
        return skipped
    }

    /// The next complete record, or `nil` until more bytes come.
    mutating func next() -> RecordPlace? {
        while true {
            let count = buffer.count - start
            guard count >= Self.headerCount else { return nil }
            guard let length = bodyLength(at: start) else {
                isSynchronized = false
                skip(1)
                continue
            }
            guard count >= Self.headerCount + length else {
                return nil
            }
            if !isSynchronized {
                guard isPlausible(after: start + Self.headerCount + length) else {
                    skip(1)
                    continue
                }
                isSynchronized = true
                isTentative = true
            }
            return take(Self.headerCount + length)
        }
    }

    private mutating func take(_ count: Int) -> RecordPlace {
        dropMarks()
        let place = RecordPlace(
            type: buffer[start], range: start..<start + count, offset: offset,
            position: marks.first?.position ?? StreamPosition(time: .distantPast, packet: 0))
        start += count
        offset &+= UInt64(count)
        return place
    }

    private mutating func dropMarks() {
        var gone = 0
        while gone + 1 < marks.count, marks[gone + 1].offset <= offset { gone += 1 }
        if gone > 0 { marks.removeFirst(gone) }
    }

    private mutating func skip(_ count: Int) {
        start += count
        offset &+= UInt64(count)
        skipped &+= UInt64(count)
    }

    /// The length of the body of the record whose header would are at `index`, or `nil` if it can be no header.
    private func bodyLength(at index: Int) -> Int? {
        guard (20...24).contains(buffer[index]), buffer[index + 1] == 3, buffer[index + 2] <= 4 else { return nil }
        let length = Int(buffer[index + 3]) << 8 | Int(buffer[index + 4])
        guard length <= Self.bodyLimit, length > 0 || buffer[index] == 23 else { return nil }
        // While a record is searched for, only the usual version and a content are taken for one.
        guard isSynchronized || (buffer[index + 2] == 3 && length > 0) else { return nil }
        return length
    }

    /// Whether what is at `index` does not contradict a record there.
    private func isPlausible(after index: Int) -> Bool {
        guard buffer.count - index >= Self.headerCount else { return true }
        return (20...24).contains(buffer[index]) && buffer[index + 1] == 3 && buffer[index + 2] <= 4
    }
}
