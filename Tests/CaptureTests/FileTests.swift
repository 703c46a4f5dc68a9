import Bytes
import Foundation
import TestSupport
import Testing

@testable import Capture

private func failure(_ path: String) -> CaptureError? {
    do throws(CaptureError) {
        _ = try FileCapture(path: path)
        return nil
    } catch {
        return error
    }
}

@Test func whatCannotBeReadAtAllNamesTheFileAndTheReason() throws {
    let directory = try TemporaryDirectory()
    let empty = try directory.write("empty.pcap", [])
    let short = try directory.write("short.pcap", [0xD4, 0xC3, 0xB2, 0xA1, 2, 0])
    let image = try directory.write("image.png", [0x89, 0x50, 0x4E, 0x47, 1, 2, 3])
    #expect(failure(empty)?.description == "\(empty): could not be read at all: it is empty")
    #expect(failure(short)?.description == "\(short): could not be read at all: the file ends within its header")
    #expect(failure(image)?.kind == .unknownFormat)
    #expect(failure(image)?.description.contains("it begins with 89 50 4e 47") == true)
    #expect(failure(directory.path)?.description == "\(directory.path): is a directory, not a capture")
    #expect(failure(directory.path + "/none")?.kind == .unreadable)
    #expect(failure(directory.path + "/none")?.description.contains("No such file") == true)
}

@Test func aFileThatIsCutWhileItIsReadGivesTheFramesSoFar() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("a.pcap", pcap(seconds: Array(0..<50_000)))
    var capture = try FileCapture(path: path)
    var collector = Collector()
    #expect(try capture.read(into: &collector, limit: 100) == .frames(100))
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: 300_000)
    let rest = try readAll(&capture)
    let whole = (300_000 - 24) / 36
    #expect(rest.frames.count == whole - 100)
    #expect(rest.statistics.damaged == 1)
    #expect(rest.warnings.first?.contains("it was cut, or is still being written") == true)
}

@Test func aFileThatGrowsWhileItIsReadGivesWhatWasAppended() throws {
    let directory = try TemporaryDirectory()
    let bytes = pcap(seconds: Array(0..<20_000))
    let path = try directory.write("a.pcap", Array(bytes.prefix(400_000)))
    var capture = try FileCapture(path: path)
    var collector = Collector()
    #expect(try capture.read(into: &collector, limit: 100) == .frames(100))
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(bytes.dropFirst(400_000)))
    let rest = try readAll(&capture)
    #expect(rest.frames.count == 19_900)
    #expect(rest.warnings.isEmpty)
}

@Test func aFileThatIsDeletedWhileItIsReadIsReadToItsEnd() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("a.pcap", pcap(seconds: Array(0..<20_000)))
    var capture = try FileCapture(path: path)
    var collector = Collector()
    #expect(try capture.read(into: &collector, limit: 100) == .frames(100))
    try FileManager.default.removeItem(atPath: path)
    #expect(try readAll(&capture).frames.count == 19_900)
}

@Test func aPipeIsReadAsItComes() throws {
    let bytes = pcap(seconds: Array(0..<1000))
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
    try pipe.fileHandleForWriting.close()
    let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
    var set = try CaptureSet(paths: [path])
    #expect(set.progress.totalBytes == nil)
    #expect(try readAll(&set).frames.count == 1000)
}

@Test func aPipeIsMergedWithAFile() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write("a.pcap", pcap(seconds: [2, 4]))
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data(pcap(seconds: [1, 3, 5])))
    try pipe.fileHandleForWriting.close()
    var set = try CaptureSet(paths: [file, "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"])
    #expect(try readAll(&set).times.map { $0 / 1_000_000_000 } == [1, 2, 3, 4, 5])
}
