import Bytes
import TestSupport
import Testing

@testable import StreamReassembly

/// Keeps what a stream delivers.
final class StreamLog: StreamReceiver {
    var bytes: [[UInt8]] = [[], []]
    var losses: [Int?] = []
    var closed: [Sender] = []
    var isFinished = false

    func receive(_ bytes: RawSpan, from sender: Sender, at position: StreamPosition) {
        self.bytes[sender.rawValue] += bytes.copied()
    }
    func lose(_ count: Int?, from sender: Sender) { losses.append(count) }
    func close(_ sender: Sender) { closed.append(sender) }
    func finish() { isFinished = true }
}

@Suite struct SegmentQueueTests {
    private func position(_ packet: Int, milliseconds: Int64 = 0) -> StreamPosition {
        StreamPosition(time: Timestamp(nanoseconds: milliseconds * 1_000_000), packet: packet)
    }

    private func feed(_ segments: [(UInt32, String)], syn: UInt32? = 999) -> StreamLog {
        let log = StreamLog()
        var queue = SegmentQueue(sender: .client)
        let none: [UInt8] = []
        if let syn {
            queue.receive(
                none.rawSpan, length: 0, sequence: syn, flags: SegmentFlags(isSynchronizing: true), at: position(0),
                into: log)
        }
        for (index, segment) in segments.enumerated() {
            let bytes = Array(segment.1.utf8)
            queue.receive(
                bytes.rawSpan, length: bytes.count, sequence: segment.0, flags: SegmentFlags(), at: position(index),
                into: log)
        }
        queue.flush(into: log)
        return log
    }

    @Test func ordersSegments() {
        let log = feed([(1000, "ab"), (1004, "ef"), (1002, "cd"), (1006, "gh")])
        #expect(log.bytes[0] == Array("abcdefgh".utf8))
        #expect(log.losses.isEmpty)
        #expect(log.closed == [.client])
    }

    @Test func keepsTheFirstCopyOfRetransmittedBytes() {
        let log = feed([(1000, "abcd"), (1002, "XXef"), (1008, "ij"), (1006, "ghZZ")])
        #expect(log.bytes[0] == Array("abcdefghij".utf8))
    }

    @Test func reportsAGapAtTheEnd() {
        let log = feed([(1000, "ab"), (1005, "cd")])
        #expect(log.bytes[0] == Array("abcd".utf8))
        #expect(log.losses == [3])
    }

    @Test func wrapsSequenceNumbers() {
        let log = feed([(0xFFFF_FFFE, "abcd"), (2, "ef")], syn: 0xFFFF_FFFD)
        #expect(log.bytes[0] == Array("abcdef".utf8))
        #expect(log.losses.isEmpty)
    }

    @Test func passesAGapThatThePeerAcknowledged() {
        let log = StreamLog()
        var queue = SegmentQueue(sender: .server)
        let bytes = Array("abcd".utf8)
        func put(_ sequence: UInt32, _ milliseconds: Int64) {
            queue.receive(
                bytes.rawSpan, length: 4, sequence: sequence, flags: SegmentFlags(),
                at: position(1, milliseconds: milliseconds), into: log)
        }
        put(0, 0)
        put(8, 1)
        #expect(log.bytes[1].count == 4)
        queue.acknowledge(12)
        put(12, 400)
        #expect(log.losses.isEmpty)
        put(16, 600)
        #expect(log.losses == [4])
        #expect(log.bytes[1].count == 16)
    }

    @Test func reportsBytesAtTheEndThatThePeerAcknowledged() {
        let log = StreamLog()
        var queue = SegmentQueue(sender: .client)
        let bytes = Array("abcd".utf8)
        queue.receive(
            bytes.rawSpan, length: 4, sequence: 1_000, flags: SegmentFlags(), at: position(1), into: log)
        queue.acknowledge(1_004)
        #expect(log.losses.isEmpty)
        queue.acknowledge(1_010)
        queue.flush(into: log)
        #expect(log.losses == [6])
        #expect(queue.lostBytes == 6)
    }

    @Test func takesTheAcknowledgmentOfAFINForNoByte() {
        let log = StreamLog()
        var queue = SegmentQueue(sender: .client)
        let bytes = Array("abcd".utf8)
        queue.receive(
            bytes.rawSpan, length: 4, sequence: 1_000, flags: SegmentFlags(isFinal: true), at: position(1), into: log)
        queue.acknowledge(1_005)
        queue.flush(into: log)
        #expect(log.losses.isEmpty)
    }

    @Test func boundsWhatWaits() {
        let log = StreamLog()
        var queue = SegmentQueue(sender: .client)
        let block = [UInt8](repeating: 1, count: 65_536)
        for index in 0..<UInt32(200) {
            queue.receive(
                block.rawSpan, length: block.count, sequence: index * 65_536 + (index > 0 ? 10 : 0),
                flags: SegmentFlags(), at: position(Int(index)), into: log)
            #expect(queue.waitingBytes <= SegmentQueue.byteLimit)
        }
        #expect(log.losses == [10])
    }

    @Test func noSequenceOfSegmentsTraps() {
        var random = Xorshift(seed: 7)
        for _ in 0..<2_000 {
            let log = StreamLog()
            var queue = SegmentQueue(sender: .client)
            for packet in 0..<12 {
                let bytes = [UInt8](repeating: 3, count: Int(random.next() % 9))
                queue.acknowledge(UInt32(truncatingIfNeeded: random.next()))
                queue.receive(
                    bytes.rawSpan, length: bytes.count + Int(random.next() % 3),
                    sequence: UInt32(truncatingIfNeeded: random.next() % 3 == 0 ? random.next() : random.next() % 40),
                    flags: SegmentFlags(isSynchronizing: random.next() % 9 == 0, isFinal: random.next() % 9 == 0),
                    at: position(packet, milliseconds: Int64(packet) * 100), into: log)
            }
            queue.flush(into: log)
            #expect(log.closed.count == 1)
        }
    }
}

@Suite struct OffsetQueueTests {
    @Test func ordersPieces() {
        var queue = OffsetQueue()
        var text: [UInt8] = []
        var missing: UInt64 = 0
        func put(_ piece: String, at offset: UInt64) {
            let bytes = Array(piece.utf8)
            queue.insert(bytes.rawSpan, at: offset, position: StreamPosition(time: .distantPast, packet: 1)) {
                switch $0 {
                case .bytes(let more, _): text += more
                case .missing(let count): missing += count
                }
            }
        }
        put("cd", at: 2)
        put("ab", at: 0)
        put("bcXe", at: 1)
        put("gh", at: 6)
        queue.finalSize = 10
        #expect(text == Array("abcde".utf8))
        queue.flush {
            switch $0 {
            case .bytes(let more, _): text += more
            case .missing(let count): missing += count
            }
        }
        #expect(text == Array("abcdegh".utf8))
        #expect(missing == 3)
        #expect(queue.isFinished)
    }
}
