import Bytes
import StreamReassembly
import TestSupport
import Testing

/// The position of the piece with number `index`.
private func position(_ index: Int) -> StreamPosition {
    StreamPosition(time: Timestamp(nanoseconds: Int64(index)), packet: index)
}

/// A stream whose bytes tell their offset, so that a wrong place shows.
private func stream(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 131 ^ $0 >> 8) } }

/// What a queue of pieces put out, laid over the stream.
private struct Delivered {
    var bytes: [UInt8] = []
    var missing: [Range<Int>] = []

    mutating func take(_ output: OffsetQueue.Output) {
        switch output {
        case .bytes(let part, _): bytes += part
        case .missing(let count):
            missing.append(bytes.count..<(bytes.count + Int(count)))
            bytes += [UInt8](repeating: 0, count: Int(count))
        }
    }

    /// Whether each byte is that of `stream`, or one that is said to be missing.
    func agrees(with stream: [UInt8]) -> Bool {
        bytes.indices.allSatisfy { index in
            missing.contains { $0.contains(index) } || index < stream.count && bytes[index] == stream[index]
        }
    }
}

@Suite struct OffsetQueueModelTests {
    @Test("Pieces in any order, overlapping and repeated, give the stream", arguments: 1...40)
    func anyOrder(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed))
        let whole = stream(1 + generator.below(4_000))
        var pieces: [Range<Int>] = []
        var start = 0
        while start < whole.count {
            let end = min(whole.count, start + 1 + generator.below(200))
            pieces.append(max(0, start - generator.below(50))..<end)
            start = end
        }
        pieces += (0..<generator.below(20)).compactMap { _ in pieces.randomElement(using: &generator) }
        pieces.shuffle(using: &generator)
        var queue = OffsetQueue()
        var delivered = Delivered()
        for (index, range) in pieces.enumerated() {
            let bytes = Array(whole[range])
            queue.insert(bytes.rawSpan, at: UInt64(range.lowerBound), position: position(index)) { delivered.take($0) }
            #expect(Int(queue.offset) == delivered.bytes.count)
        }
        #expect(delivered.bytes == whole && delivered.missing.isEmpty)
        #expect(queue.waitingBytes == 0)
    }

    @Test("Lost pieces are reported as missing where they were, and all others are delivered", arguments: 1...40)
    func losses(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed) + 1_000)
        let whole = stream(3_000)
        var pieces = stride(from: 0, to: 3_000, by: 100).map { $0..<($0 + 100) }
        let lost = Set((0..<5).map { _ in generator.below(30) })
        pieces = pieces.enumerated().filter { !lost.contains($0.offset) }.map(\.element)
        pieces.shuffle(using: &generator)
        var queue = OffsetQueue()
        queue.finalSize = 3_000
        var delivered = Delivered()
        for (index, range) in pieces.enumerated() {
            let bytes = Array(whole[range])
            queue.insert(bytes.rawSpan, at: UInt64(range.lowerBound), position: position(index)) { delivered.take($0) }
        }
        #expect(queue.isFinished == lost.isEmpty)
        queue.flush { delivered.take($0) }
        #expect(queue.isFinished && queue.waitingBytes == 0)
        #expect(delivered.bytes.count == 3_000 && delivered.agrees(with: whole))
        #expect(Set(delivered.missing.flatMap { $0.map { $0 / 100 } }) == lost)
    }

    @Test("Of bytes that were sent twice the first copy counts")
    func firstCopy() {
        var queue = OffsetQueue()
        var delivered = Delivered()
        for (start, text) in [(4, "EFGH"), (2, "cdefgh"), (0, "abcd")] {
            let bytes = Array(text.utf8)
            queue.insert(bytes.rawSpan, at: UInt64(start), position: position(start)) { delivered.take($0) }
        }
        #expect(String(decoding: delivered.bytes, as: UTF8.self) == "abcdEFGH")
    }

    @Test("Offsets at the end of the number range are refused, and nothing waits")
    func hugeOffsets() {
        var queue = OffsetQueue()
        let bytes: [UInt8] = [1, 2, 3]
        var outputs = 0
        for start in [UInt64.max, UInt64.max - 1, UInt64.max - 2] {
            queue.insert(bytes.rawSpan, at: start, position: position(0)) { _ in outputs += 1 }
        }
        #expect(outputs == 0 && queue.waitingBytes == 0 && queue.offset == 0)
    }

    @Test("Too many pieces give the first gap up as lost")
    func pieceLimit() {
        var queue = OffsetQueue()
        var missing: UInt64 = 0
        var count = 0
        let one: [UInt8] = [7]
        for index in 1...(OffsetQueue.pieceLimit + 1) {
            queue.insert(one.rawSpan, at: UInt64(2 * index), position: position(index)) { output in
                switch output {
                case .bytes(let part, _): count += part.count
                case .missing(let length): missing += length
                }
            }
        }
        #expect(missing == 2 && count == 1 && queue.offset == 3)
        #expect(queue.waitingBytes == OffsetQueue.pieceLimit)
    }

    @Test("Too many bytes give the first gap up as lost")
    func byteLimit() {
        var queue = OffsetQueue()
        var missing: UInt64 = 0
        let block = [UInt8](repeating: 1, count: 1 << 20)
        for index in 0...8 {
            queue.insert(block.rawSpan, at: 1 + UInt64(index) << 20, position: position(index)) { output in
                if case .missing(let length) = output { missing += length }
            }
            #expect(queue.waitingBytes <= OffsetQueue.limit)
        }
        #expect(missing == 1 && queue.waitingBytes == 0)
    }
}

/// Keeps what a stream delivers, losses as zeros.
private final class Collector: StreamReceiver {
    var bytes: [UInt8] = []
    var missing: [Range<Int>] = []
    var closings = 0

    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) { self.bytes += bytes.copied() }
    func lose(_ count: Int?, from sender: Sender) {
        let count = count ?? 0
        missing.append(bytes.count..<(bytes.count + count))
        bytes += [UInt8](repeating: 0, count: count)
    }
    func close(_ sender: Sender) { closings += 1 }
    func finish() {}
}

@Suite struct SegmentQueueModelTests {
    /// Feeds ranges of `whole` as segments after a SYN with the number `first`.
    private func deliver(_ whole: [UInt8], _ ranges: [Range<Int>], first: UInt32) -> Collector {
        let collector = Collector()
        var queue = SegmentQueue(sender: .client)
        let none: [UInt8] = []
        queue.receive(
            none.rawSpan, length: 0, sequence: first, flags: SegmentFlags(isSynchronizing: true), at: position(0),
            into: collector)
        for (index, range) in ranges.enumerated() {
            let bytes = Array(whole[range])
            let sequence = first &+ 1 &+ UInt32(truncatingIfNeeded: range.lowerBound)
            queue.receive(
                bytes.rawSpan, length: bytes.count, sequence: sequence, flags: SegmentFlags(), at: position(index + 1),
                into: collector)
        }
        queue.flush(into: collector)
        #expect(queue.waitingBytes == 0 && queue.isClosed)
        return collector
    }

    @Test("Segments in any order give the stream, also over the end of the sequence numbers", arguments: 1...40)
    func anyOrder(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed) + 77)
        let whole = stream(1 + generator.below(5_000))
        var ranges: [Range<Int>] = []
        var start = 0
        while start < whole.count {
            let end = min(whole.count, start + 1 + generator.below(300))
            ranges.append(max(0, start - generator.below(80))..<end)
            start = end
        }
        ranges.shuffle(using: &generator)
        let first =
            seed % 2 == 0 ? UInt32(truncatingIfNeeded: generator.next()) : UInt32.max - UInt32(generator.below(5_000))
        let collector = deliver(whole, ranges, first: first)
        #expect(collector.bytes == whole && collector.missing.isEmpty && collector.closings == 1)
    }

    @Test("What no segment brought is reported as lost where it was", arguments: 1...20)
    func losses(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed) + 500)
        let whole = stream(2_000)
        let lost = 1 + generator.below(18)
        let ranges = (0..<20).filter { $0 != lost }.map { $0 * 100..<($0 * 100 + 100) }
        let collector = deliver(whole, ranges, first: 10)
        #expect(collector.missing == [lost * 100..<(lost * 100 + 100)])
        for index in whole.indices where !(collector.missing.first?.contains(index) ?? false) {
            #expect(collector.bytes[index] == whole[index])
        }
    }

    @Test("Random numbers, lengths and flags never trap, and what waits stays bounded", arguments: 1...20)
    func noise(seed: Int) {
        var generator = Xorshift(seed: UInt64(seed) + 9_000)
        let collector = Collector()
        var queue = SegmentQueue(sender: .server)
        for index in 0..<500 {
            let bytes = [UInt8](repeating: 1, count: generator.below(100))
            let near = UInt32(truncatingIfNeeded: generator.below(100_000))
            let sequence = generator.below(10) == 0 ? UInt32(truncatingIfNeeded: generator.next()) : near
            let flags = SegmentFlags(isSynchronizing: generator.below(50) == 0, isFinal: generator.below(50) == 0)
            let length = bytes.count + (generator.below(5) == 0 ? generator.below(2_000) : 0)
            queue.receive(
                bytes.rawSpan, length: length, sequence: sequence, flags: flags, at: position(index), into: collector)
            if generator.below(8) == 0 { queue.acknowledge(UInt32(truncatingIfNeeded: generator.next())) }
            #expect(queue.waitingBytes >= 0 && queue.waitingBytes <= SegmentQueue.byteLimit + 100)
        }
        queue.flush(into: collector)
        #expect(collector.closings <= 1)
    }
}
