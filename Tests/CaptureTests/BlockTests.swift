import Bytes
import TestSupport
import Testing

@testable import Capture

@Test(arguments: [false, true])
func everyInterfaceHasItsOwnResolutionLinkTypeAndName(isBigEndian: Bool) throws {
    var writer = CaptureWriter(isBigEndian: isBigEndian)
    writer.section()
    writer.interface(1, snapshotLength: 262_144)
    writer.interface(101, options: [(2, Array("tun0".utf8)), (9, [9])])
    writer.interface(113, options: [(9, [0x8A]), (14, writer.encoded(Int64(100)))])
    writer.interface(228, options: [(9, [12])])
    writer.packet(0, ticks: 1_700_000_000_000_001, [1])
    writer.packet(1, ticks: 1_700_000_000_000_000_002, [2], length: 99)
    writer.packet(2, ticks: 3 * 1024 + 512, [3, 3, 3, 3])
    writer.packet(3, ticks: 5_000_000_001_999, [4])
    let reading = try readBytes(writer.bytes)
    #expect(
        reading.frames == [
            Frame(1_700_000_000_000_001_000, [1]),
            Frame(1_700_000_000_000_000_002, [2], length: 99, linkType: 101, interface: 1),
            Frame(103_500_000_000, [3, 3, 3, 3], linkType: 113, interface: 2),
            Frame(5_000_000_001, [4], linkType: 228, interface: 3),
        ])
    #expect(reading.interfaces.map(\.name) == ["memory.pcap", "tun0", "memory.pcap#2", "memory.pcap#3"])
    #expect(reading.interfaces.map(\.snapshotLength) == [262_144, 0, 0, 0])
    #expect(reading.warnings.isEmpty)
}

@Test func severalSectionsOfBothByteOrdersReadAsOne() throws {
    var writer = CaptureWriter()
    for isBigEndian in [false, true, false] {
        var section = CaptureWriter(isBigEndian: isBigEndian)
        section.section()
        section.interface(isBigEndian ? 101 : 1)
        section.packet(ticks: 1_000_000, [7])
        writer.raw(section.bytes)
    }
    let reading = try readBytes(writer.bytes)
    #expect(reading.frames.map(\.linkType) == [1, 101, 1])
    // The third section describes the first one's interface again.
    #expect(reading.frames.map(\.interface) == [0, 1, 0])
    #expect(reading.interfaces.count == 2)
}

@Test(arguments: [false, true])
func simpleAndObsoletePacketBlocksRead(isBigEndian: Bool) throws {
    var writer = CaptureWriter(isBigEndian: isBigEndian)
    writer.section()
    writer.interface(snapshotLength: 4)
    writer.block(2) {
        $0.integer(UInt16(0))
        $0.integer(UInt16(0))
        for word in [0, 5_000_000, 3, 3] as [UInt32] { $0.integer(word) }
        $0.raw([1, 2, 3])
    }
    writer.block(3) {
        $0.integer(UInt32(100))
        $0.raw([9, 9, 9, 9])
    }
    #expect(
        try readBytes(writer.bytes).frames == [
            Frame(5_000_000_000, [1, 2, 3]), Frame(5_000_000_000, [9, 9, 9, 9], length: 100),
        ])
}

@Test func unknownBlocksOfAnySizeArePassedOver() throws {
    var writer = CaptureWriter()
    writer.section()
    writer.interface()
    writer.block(0x0000_0BAD) { $0.raw([UInt8](repeating: 1, count: 100_000)) }
    writer.block(0x8000_0001) { _ in }
    writer.packet(ticks: 1_000_000, [7])
    let reading = try readBytes(writer.bytes, step: 999)
    #expect(reading.times == [1_000_000_000])
    #expect(reading.warnings.isEmpty)
}

@Test("Drops that a file reports are counted") func statisticsBlocksCountDrops() throws {
    var writer = CaptureWriter()
    writer.section()
    writer.interface()
    for (byInterface, byKernel) in [(3, 10), (5, 12)] as [(UInt64, UInt64)] {
        writer.block(5) {
            for word in [0, 0, 0] as [UInt32] { $0.integer(word) }
            $0.option(5, $0.encoded(byInterface))
            $0.option(7, $0.encoded(byKernel))
        }
    }
    let statistics = try readBytes(writer.bytes).statistics
    #expect(statistics.droppedByInterface == 5)
    #expect(statistics.droppedByKernel == 12)
}

@Test func aPacketOfAnUnknownInterfaceIsLeftOutAndTheRestIsRead() throws {
    var writer = CaptureWriter()
    writer.section()
    writer.interface()
    writer.packet(0, ticks: 1_000_000, [1])
    writer.packet(7, ticks: 2_000_000, [2])
    writer.packet(0, ticks: 3_000_000, [3])
    let reading = try readBytes(writer.bytes)
    #expect(reading.frames.map(\.bytes) == [[1], [3]])
    #expect(reading.statistics.damaged == 1)
    #expect(reading.warnings.count == 1)
}

@Test(arguments: [0, 11, 13, 4, UInt32.max, 0xFFFF_FFFC])
func aBlockOfImpossibleLengthEndsTheReading(length: UInt32) throws {
    for type in [6, 1, 0x0BAD] as [UInt32] {
        var writer = CaptureWriter()
        writer.section()
        writer.interface()
        writer.packet(ticks: 1_000_000, [1])
        for word in [type, length, 0, 0] { writer.integer(word) }
        let reading = try readBytes(writer.bytes)
        #expect(reading.frames.count == 1)
        #expect(reading.statistics.damaged == 1)
        #expect(reading.warnings.count == 1)
    }
}

@Test func lengthsThatDisagreeEndTheReading() throws {
    var writer = CaptureWriter()
    writer.section()
    writer.interface()
    writer.packet(ticks: 1_000_000, [1])
    writer.packet(ticks: 2_000_000, [2])
    var bytes = writer.bytes
    bytes[bytes.count - 4] ^= 4
    let reading = try readBytes(bytes)
    #expect(reading.frames.count == 1)
    #expect(reading.statistics.damaged == 1)
}

@Test func warningsAreBoundedAndDamageIsCountedOn() throws {
    var writer = CaptureWriter()
    writer.section()
    for _ in 0..<1000 { writer.packet(3, ticks: 0, [1]) }
    let reading = try readBytes(writer.bytes)
    #expect(reading.statistics.damaged == 1000)
    #expect(reading.warnings.count == 8)
}

@Test func everyResolutionGivesTheTimeItMeans() {
    #expect(TickClock(resolution: 0).time(3).nanoseconds == 3_000_000_000)
    var unit: UInt64 = 1
    for exponent in UInt8(1)...9 {
        unit *= 10
        #expect(TickClock(resolution: exponent).time(3 * unit + unit / 2).nanoseconds == 3_500_000_000)
    }
    #expect(TickClock(resolution: 18).time(3_500_000_000_000_000_000).nanoseconds == 3_500_000_000)
    #expect(TickClock(resolution: 19).time(15_000_000_000_000_000_000).nanoseconds == 1_500_000_000)
    #expect(TickClock(resolution: 28).time(.max).nanoseconds == 1)
    #expect(TickClock(resolution: 127).time(.max).nanoseconds == 0)
    #expect(TickClock(resolution: 0x80 | 32).time(0x3_8000_0000).nanoseconds == 3_500_000_000)
    #expect(TickClock(resolution: 0x80 | 63).time(3 << 62).nanoseconds == 1_500_000_000)
    #expect(TickClock(resolution: 0x80 | 64).time(1 << 63).nanoseconds == 500_000_000)
    #expect(TickClock(resolution: 0xFF).time(.max).nanoseconds == 0)
}

@Test func timesThatCannotBeHeldAreClamped() {
    #expect(TickClock(resolution: 0).time(.max).nanoseconds == .max)
    #expect(TickClock(resolution: 6, offset: .max).time(.max).nanoseconds == .max)
    #expect(TickClock(resolution: 6, offset: .min).time(0).nanoseconds == .min + 1)
    #expect(TickClock(resolution: 6, offset: -1).time(0).nanoseconds == -1_000_000_000)
}
