import Bytes
import Foundation
import TestSupport
import Testing

@testable import Capture

private func readSet(_ paths: [String], filter: String = "", limit: Int = 64) throws -> Reading {
    var set = try CaptureSet(paths: paths, filter: filter)
    return try readAll(&set, limit: limit)
}

@Test func filesAreMergedInTheOrderOfTheirTimes() throws {
    let directory = try TemporaryDirectory()
    let a = try directory.write("a.pcap", pcap(seconds: [1, 4, 4, 9], first: 0xA))
    let b = try directory.write("b.pcap", pcap(seconds: [2, 4, 8], first: 0xB))
    let c = try directory.write("c.pcap", pcap(seconds: [3, 5, 6, 7], first: 0xC))
    for limit in [1, 2, 100] {
        let reading = try readSet([a, b, c], limit: limit)
        #expect(reading.times.map { $0 / 1_000_000_000 } == [1, 2, 3, 4, 4, 4, 5, 6, 7, 8, 9])
        // Of equal times the file named first comes first.
        #expect(reading.frames[3...5].map { $0.bytes[0] } == [0xA, 0xA, 0xB])
        #expect(reading.frames.map(\.interface) == [0, 1, 2, 0, 0, 1, 2, 2, 2, 1, 0])
        #expect(reading.interfaces.map(\.name) == ["a.pcap", "b.pcap", "c.pcap"])
        #expect(reading.statistics.packets == 11)
    }
    #expect(try readSet([c, b, a]).frames[3...5].map { $0.bytes[0] } == [0xB, 0xA, 0xA])
}

@Test func withinOneFileItsOwnOrderIsKept() throws {
    let directory = try TemporaryDirectory()
    let a = try directory.write("a.pcap", pcap(seconds: [5, 1, 6], first: 0xA))
    let b = try directory.write("b.pcap", pcap(seconds: [2, 5, 7], first: 0xB))
    #expect(try readSet([a]).times == [5, 1, 6].map { $0 * 1_000_000_000 })
    #expect(try readSet([a, b]).frames.map { $0.bytes[0] } == [0xB, 0xA, 0xA, 0xB, 0xA, 0xB])
}

@Test func moreFilesThanCanBeOpenAtOnceAreRead() throws {
    let directory = try TemporaryDirectory()
    for index in 0..<1100 {
        _ = try directory.write("\(10_000 + index).pcap", pcap(seconds: [UInt32(index), UInt32(index) + 1]))
    }
    let reading = try readSet([directory.path])
    #expect(reading.frames.count == 2200)
    #expect(reading.times == reading.times.sorted())
    #expect(reading.warnings.isEmpty)
}

@Test func aFileThatVanishesBeforeItsTurnIsAWarning() throws {
    let directory = try TemporaryDirectory()
    let a = try directory.write("a.pcap", pcap(seconds: [1, 2]))
    let b = try directory.write("b.pcap", pcap(seconds: [5]))
    let c = try directory.write("c.pcap", pcap(seconds: [9]))
    var set = try CaptureSet(paths: [a, b, c])
    var collector = Collector()
    #expect(try set.read(into: &collector, limit: 1) == .frames(1))
    try FileManager.default.removeItem(atPath: b)
    let rest = try readAll(&set)
    #expect(rest.times == [2_000_000_000, 9_000_000_000])
    #expect(rest.warnings.count == 1)
    #expect(rest.warnings.first?.contains("b.pcap: cannot be opened") == true)
}

@Test func damageInOneFileDoesNotTouchTheOthers() throws {
    let directory = try TemporaryDirectory()
    let a = try directory.write("a.pcap", Array(pcap(seconds: [1, 3, 5]).dropLast(1)))
    let b = try directory.write("b.pcap", pcap(seconds: [2, 4, 6]))
    let reading = try readSet([a, b])
    #expect(reading.times.map { $0 / 1_000_000_000 } == [1, 2, 3, 4, 6])
    #expect(reading.statistics.damaged == 1)
    #expect(reading.warnings.count == 1)
}

@Test func progressGoesFromNothingToTheWhole() throws {
    let directory = try TemporaryDirectory()
    let bytes = pcap(seconds: Array(0..<10_000))
    let paths = [try directory.write("a.pcap", bytes), try directory.write("b.pcap", bytes)]
    var set = try CaptureSet(paths: paths)
    let total = UInt64(2 * bytes.count)
    #expect(set.progress.totalBytes == total)
    var collector = Collector()
    var last: UInt64 = 0
    while try set.read(into: &collector, limit: 1000) != .end {
        #expect(set.progress.bytesRead >= last && set.progress.bytesRead <= total)
        last = set.progress.bytesRead
    }
    #expect(set.progress.bytesRead == total)
}
