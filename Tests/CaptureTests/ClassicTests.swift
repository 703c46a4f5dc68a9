import Bytes
import TestSupport
import Testing

@testable import Capture

@Test(arguments: [false, true], [(UInt32(0xA1B2_C3D4), Int64(1000)), (0xA1B2_3C4D, 1)])
func aClassicFileReadsInBothByteOrdersAndResolutions(isBigEndian: Bool, magic: (UInt32, Int64)) throws {
    var writer = CaptureWriter(isBigEndian: isBigEndian)
    writer.pcapHeader(magic: magic.0, snapshotLength: 96)
    writer.record(1_700_000_000, 123_456, [1, 2, 3, 4, 5])
    writer.record(4_294_967_295, 999_999, [6], length: 1500)
    let reading = try readBytes(writer.bytes)
    #expect(
        reading.frames == [
            Frame(1_700_000_000_000_000_000 + 123_456 * magic.1, [1, 2, 3, 4, 5]),
            Frame(4_294_967_295_000_000_000 + 999_999 * magic.1, [6], length: 1500),
        ])
    #expect(reading.interfaces == [InterfaceDescription(name: "memory.pcap", linkType: .ethernet, snapshotLength: 96)])
    #expect(reading.statistics.packets == 2)
    #expect(reading.statistics.bytes == 1505)
    #expect(reading.statistics.truncated == 1)
    #expect(reading.warnings.isEmpty)
}

@Test(arguments: [false, true])
func theVariantWithLongerRecordHeadersReads(isBigEndian: Bool) throws {
    var writer = CaptureWriter(isBigEndian: isBigEndian)
    writer.pcapHeader(magic: 0xA1B2_CD34)
    writer.record(1, 2, [7, 8], extra: [0, 0, 0, 1, 8, 0, 0, 0])
    writer.record(2, 3, [9], extra: [0, 0, 0, 1, 8, 0, 0, 0])
    #expect(try readBytes(writer.bytes).frames == [Frame(1_000_002_000, [7, 8]), Frame(2_000_003_000, [9])])
}

@Test func theHighBitsOfTheNetworkFieldAreNoLinkType() throws {
    var writer = CaptureWriter()
    // A frame check sequence of four bytes is announced above the link type.
    writer.pcapHeader(network: 0x4400_0071)
    writer.record(1, 0, [1])
    #expect(try readBytes(writer.bytes).frames.first?.linkType == LinkType.linuxCooked.rawValue)
}

@Test(arguments: [UInt32(12), 14, 101])
func rawIPHasOneLinkTypeWhateverSystemWroteIt(network: UInt32) throws {
    var writer = CaptureWriter()
    writer.pcapHeader(network: network)
    writer.record(1, 0, [0x45])
    #expect(try readBytes(writer.bytes).frames.first?.linkType == LinkType.raw.rawValue)
}

@Test func ofOldVersionsTheSmallerLengthIsTheCapturedOne() throws {
    var writer = CaptureWriter()
    writer.pcapHeader(minor: 2)
    for word in [1, 0, 60, 2] as [UInt32] { writer.integer(word) }
    writer.raw([5, 6])
    #expect(try readBytes(writer.bytes).frames == [Frame(1_000_000_000, [5, 6], length: 60)])
}

@Test func aWireLengthBelowTheCapturedOneIsRaisedToIt() throws {
    var writer = CaptureWriter()
    writer.pcapHeader()
    writer.record(1, 0, [1, 2, 3], length: 1)
    let reading = try readBytes(writer.bytes)
    #expect(reading.frames == [Frame(1_000_000_000, [1, 2, 3])])
    #expect(reading.statistics.truncated == 0)
}

@Test func aFileOfNoPacketsIsNoError() throws {
    var writer = CaptureWriter()
    writer.pcapHeader()
    let reading = try readBytes(writer.bytes)
    #expect(reading.frames.isEmpty)
    #expect(reading.warnings.isEmpty)
    #expect(reading.interfaces.count == 1)
}

@Test func aTruncatedFileGivesWhatStandsBeforeTheCut() throws {
    let bytes = pcap(seconds: [1, 2, 3])
    let reading = try readBytes(Array(bytes.dropLast(5)))
    #expect(reading.times == [1_000_000_000, 2_000_000_000])
    #expect(reading.statistics.damaged == 1)
    #expect(
        reading.warnings == [
            "memory.pcap: after 2 records, at byte 96: the file ends within a record; it was cut, or is still being "
                + "written; reading ends there"
        ])
}

@Test func aRecordOfHostileLengthEndsTheReadingAndAllocatesNothing() throws {
    var writer = CaptureWriter()
    writer.pcapHeader()
    writer.record(1, 0, [1])
    for word in [2, 0, UInt32.max, UInt32.max] { writer.integer(word) }
    let reading = try readBytes(writer.bytes)
    #expect(reading.frames.count == 1)
    #expect(reading.statistics.damaged == 1)
    #expect(reading.warnings.first?.contains("4294967295 bytes") == true)
}

@Test func framesLargerThanTheWindowAreReadWhole() throws {
    let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var writer = CaptureWriter()
    writer.pcapHeader()
    for second in 0..<4 { writer.record(UInt32(second), 0, second % 2 == 0 ? large : [1]) }
    let reading = try readBytes(writer.bytes, step: 1000)
    #expect(reading.frames.map(\.bytes) == [large, [1], large, [1]])
}

@Test func everyLimitAndStepGivesTheSameFrames() throws {
    let bytes = pcap(seconds: Array(0..<500))
    let whole = try readBytes(bytes, window: 1 << 20)
    #expect(whole.frames.count == 500)
    for step in [1, 7, 16, 1000] {
        #expect(try readBytes(bytes, step: step, limit: step).frames == whole.frames)
    }
}

@Test func aReadHandsOverAtMostItsLimit() throws {
    var capture = try FileCapture(name: "memory.pcap", feed: MemorySource(pcap(seconds: [1, 2, 3])))
    var collector = Collector()
    #expect(try capture.read(into: &collector, limit: 0) == .frames(0))
    #expect(try capture.read(into: &collector, limit: 2) == .frames(2))
    #expect(try capture.read(into: &collector, limit: 2) == .frames(1))
    #expect(try capture.read(into: &collector, limit: 2) == .end)
    #expect(try capture.read(into: &collector, limit: 2) == .end)
}
