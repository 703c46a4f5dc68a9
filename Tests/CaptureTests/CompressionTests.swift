import Bytes
import Foundation
import TestSupport
import Testing

@testable import Capture

// A pcap file of two frames, its header and first record in one gzip member or zstd frame and the second in another.
private let gzipFirst = bytes(
    hex: """
        1f8b0800000000000203bb7278d3422606160618f8ff9f818111c4f8189cca0aa46ca0988191899985958d9d83938b9b8797
        8f5f4050485844544c5c42524a5a46564e5e4151495945554d5d43534b5b47574fdfc0d0c8d8c4d4ccdcc2d2ca1a00aeecc6
        7b64000000
        """)
private let gzipSecond = bytes(
    hex: """
        1f8b080000000000020363fc189ccac6c0c0e006c5ae2ece4e8e0ef676b636d6569616e666a626c6468606fa7aba3ada5a9a
        1aea6aaa2aca4a8a0af272b232d2529212e262a222c2428202fc7cbc3cdc5c9c1cec6cac2ccc4c8c0c00dca37b1956000000
        """)
private let zstdFirst = bytes(
    hex: """
        28b52ffd0458f502005405d4c3b2a102000400ffff00000100000000f15365050000003c000102030405060708090a0b0c0d
        0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b02007779
        11800b56ff7a2e
        """)
private let zstdSecond = bytes(
    hex: """
        28b52ffd0458b1020001f153650600000046000000460000004544434241403f3e3d3c3b3a393837363534333231302f2e2d
        2c2b2a292827262524232221201f1e1d1c1b1a191817161514131211100f0e0d0c0b0a090807060504030201004be0fefa
        """)

private let frames = [
    Frame(1_700_000_000_000_005_000, Array(0..<60)),
    Frame(1_700_000_001_000_006_000, Array((0..<70).reversed())),
]

@Test(arguments: [[gzipFirst, gzipSecond], [zstdFirst, zstdSecond]])
func compressedFilesReadOverAllTheirMembers(members: [[UInt8]]) throws {
    for step in [1, 5, .max] {
        let reading = try readBytes(members[0] + members[1], step: step)
        #expect(reading.frames == frames)
        #expect(reading.warnings.isEmpty)
    }
}

@Test func whatStandsBehindAGzipMemberIsPadding() throws {
    let reading = try readBytes(gzipFirst + [UInt8](repeating: 0, count: 100))
    #expect(reading.frames == Array(frames.prefix(1)))
    #expect(reading.warnings.isEmpty)
}

@Test(arguments: [gzipFirst, zstdFirst])
func aCutCompressedFileSaysSo(member: [UInt8]) throws {
    let whole = try readBytes(member)
    #expect(whole.statistics.damaged == 0)
    let cut = try? readBytes(Array(member.dropLast(6)))
    if let cut {
        #expect(cut.statistics.damaged == 1)
        #expect(cut.warnings.first?.contains("cut off") == true)
    }
    #expect(throws: CaptureError.self) { try readBytes(Array(member.prefix(8))) }
}

@Test func everyTruncationAndChangedByteOfEveryFormatIsSurvived() throws {
    var classic = CaptureWriter()
    classic.pcapHeader()
    for second in 1...3 { classic.record(UInt32(second), 0, Array(0..<UInt8(10 * second))) }
    var blocks = CaptureWriter(isBigEndian: true)
    blocks.section()
    blocks.interface(options: [(2, Array("eth0".utf8)), (9, [9]), (14, [0, 0, 0, 0, 0, 0, 0, 1])])
    blocks.packet(ticks: 1, Array(0..<21))
    blocks.block(3) {
        $0.integer(UInt32(4))
        $0.raw([1, 2, 3, 4])
    }
    blocks.block(5) {
        for word in [0, 0, 0] as [UInt32] { $0.integer(word) }
        $0.option(5, [0, 0, 0, 0, 0, 0, 0, 9])
    }
    for input in [classic.bytes, blocks.bytes, gzipFirst + gzipSecond, zstdFirst + zstdSecond] {
        var handed = 0
        var refused = 0
        let runs = runHostileBytes(input) { bytes in
            do throws(CaptureError) {
                let reading = try readBytes(bytes.copied())
                handed += reading.frames.count
                #expect(reading.statistics.packets == UInt64(reading.frames.count))
                #expect(reading.statistics.damaged == 0 || !reading.warnings.isEmpty)
            } catch {
                refused += 1
                #expect(error.description.hasPrefix("memory.pcap: "))
            }
        }
        #expect(runs > 5 * input.count)
        #expect(handed > 0)
        #expect(refused > 0)
    }
}

@Test func noTruncationOfAClassicFileLosesAWholeRecord() throws {
    let bytes = pcap(seconds: [1, 2, 3])
    for length in 24...bytes.count {
        let reading = try readBytes(Array(bytes[..<length]))
        #expect(reading.frames.count == (length - 24) / 36)
        #expect(reading.statistics.damaged == ((length - 24) % 36 == 0 ? 0 : 1))
    }
}
