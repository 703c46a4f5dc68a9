import Bytes
import Foundation
import Testing

@Suite struct FixedBufferTests {
    /// From a few elements, over the size from which a buffer is pages of its own, to several times that.
    @Test func whatABufferHoldsStaysWhereItGrows() {
        var buffer = FixedBuffer<UInt64>(capacity: 4)
        for number in 0..<3_000_000 as Range<UInt64> {
            if buffer.count == buffer.capacity { buffer.reserve(buffer.capacity * 2) }
            buffer.append(number &* 0x9E37_79B9_7F4A_7C15)
        }
        var wrong = 0
        for index in 0..<buffer.count where buffer[index] != UInt64(index) &* 0x9E37_79B9_7F4A_7C15 { wrong += 1 }
        #expect(buffer.count == 3_000_000)
        #expect(wrong == 0)
    }

    @Test func aBufferOfOneElementRepeatedIsFull() {
        let buffer = FixedBuffer<UInt32>(repeating: 7, count: 2_000_000)
        #expect(buffer.count == 2_000_000)
        #expect(buffer[0] == 7 && buffer[1_999_999] == 7)
    }

    /// Room that was asked for, and not used, is no memory that the process has.
    @Test func roomThatNothingWasPutIntoTakesNoMemory() throws {
        let before = try residentPages()
        var buffer = FixedBuffer<UInt64>(capacity: 32 << 20)
        buffer.append(1)
        let after = try residentPages()
        #expect(buffer.capacity == 32 << 20)
        #expect(after - before < 4_096)
    }

    private func residentPages() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(fields[1]))
    }
}
