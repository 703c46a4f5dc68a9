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

    /// Room that was asked for, and not used, is no memory that the process has. Other tests run meanwhile: what is asked for
    /// is far more than they take.
    @Test func roomThatNothingWasPutIntoTakesNoMemory() throws {
        let before = try kibibytes("VmRSS")
        var buffer = FixedBuffer<UInt64>(capacity: 64 << 20)
        buffer.append(1)
        let after = try kibibytes("VmRSS")
        #expect(buffer.capacity == 64 << 20)
        #expect(after - before < 256 << 10)
    }

    /// A table that grows is not there twice.
    @Test func pagesAreMovedAndNotCopied() throws {
        var buffer = FixedBuffer<UInt64>(repeating: 7, count: 64 << 20)
        let before = try kibibytes("VmHWM")
        buffer.reserve(buffer.capacity * 2)
        let after = try kibibytes("VmHWM")
        #expect(buffer[0] == 7 && buffer[(64 << 20) - 1] == 7)
        #expect(after - before < 256 << 10)
    }

    /// A size in `/proc/self/status`.
    private func kibibytes(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") })
        return try #require(line.split { !$0.isNumber }.first.flatMap { Int($0) })
    }
}
