import Bytes
import Testing

@testable import Decryption

@Suite struct PacketNumberTests {
    private func numbers(_ list: [ClosedRange<UInt64>]) -> PacketNumbers {
        var numbers = PacketNumbers()
        for range in list { numbers.insert(range) }
        return numbers
    }

    @Test func joinsRanges() {
        #expect(numbers([0...0, 1...1, 2...4]).ranges == [0...4])
        #expect(numbers([5...6, 0...1, 3...3]).ranges == [0...1, 3...3, 5...6])
        #expect(numbers([5...6, 0...1, 3...3, 2...4]).ranges == [0...6])
        #expect(numbers([0...9, 3...5]).ranges == [0...9])
        #expect(numbers([10...12, 0...20]).ranges == [0...20])
    }

    @Test func countsWhatIsMissing() {
        let seen = numbers([0...3, 6...8])
        #expect(numbers([0...8]).count(without: seen) == 2)
        #expect(numbers([0...3, 6...8]).count(without: seen) == 0)
        #expect(numbers([9...9]).count(without: seen) == 1)
        #expect(numbers([0...0, 5...7, 20...29]).count(without: seen) == 11)
        #expect(numbers([]).count(without: seen) == 0)
        #expect(seen.count(without: numbers([])) == 7)
    }

    @Test func holdsAgainstAPlainSet() {
        // Every subset of eight numbers, in two orders, against every other one.
        func range(_ bits: Int) -> PacketNumbers {
            var numbers = PacketNumbers()
            for number in (0..<6).reversed() where bits >> number & 1 == 1 {
                numbers.insert(UInt64(number)...UInt64(number))
            }
            return numbers
        }
        for left in 0..<64 {
            for right in 0..<64 {
                #expect(range(left).count(without: range(right)) == UInt64((left & ~right).nonzeroBitCount))
            }
        }
    }

    @Test func claimsNothingBeyondItsBound() {
        var many = PacketNumbers()
        for number in 0...UInt64(PacketNumbers.limit) { many.insert(number * 2...number * 2) }
        #expect(many.isFull)
        #expect(many.ranges.count == PacketNumbers.limit)
        #expect(many.count(without: PacketNumbers()) == 0)
    }

    @Test func readsTheRangesOfAnAcknowledgment() throws {
        // Largest 20, first range 3, then a gap of 2 numbers and a range of 5, and a gap of 1 and a range of 1.
        let frame: [UInt8] = [0x02, 20, 0, 2, 3, 1, 4, 0, 0]
        var reader = ByteReader(frame.rawSpan)
        guard case .acknowledgment(let ranges) = try QUICFrameReader.next(&reader) else {
            Issue.record("no acknowledgment was read")
            return
        }
        #expect(ranges == [17...20, 10...14, 8...8])
    }
}
