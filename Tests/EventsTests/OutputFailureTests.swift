import Archive
import Bytes
import Events
import Foundation
import SystemPackage
import Testing

private func batch(_ count: Int) -> LineBatch {
    var batch = LineBatch()
    for line in Samples.lines(Array(repeating: .flow(Samples.observation()), count: count)) {
        batch.append(line, priority: .normal)
    }
    return batch
}

private func withFile(_ body: (String, FileDescriptor) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create], permissions: .ownerReadWrite)
    try file.closeAfter { try body(path, file) }
}

@Test func aFullDeviceIsAFailureOfTheOutputAndNoReaderThatWentAway() throws {
    let full = try FileDescriptor.open(FilePath("/dev/full"), .writeOnly)
    try full.closeAfter {
        var sink = StandardOutputSink(descriptor: full)
        for _ in 0..<2 {
            let outcome = sink.write(batch(3), now: Samples.start)
            #expect(outcome.written == 0 && outcome.dropped == 3)
            #expect(outcome.failure == .full)
        }
    }
}

@Test func aClosedDescriptorIsAFailureInTheSystemsWords() throws {
    var sink = StandardOutputSink(descriptor: FileDescriptor(rawValue: 1_000_000))
    let outcome = sink.write(batch(2), now: Samples.start)
    #expect(outcome.dropped == 2)
    #expect(outcome.failure == .system("Bad file descriptor"))
}

@Test func aReaderThatWentAwayEndsTheOutput() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    try reader.close()
    signal(SIGPIPE, SIG_IGN)
    try writer.closeAfter {
        var sink = StandardOutputSink(descriptor: writer)
        #expect(sink.write(batch(2), now: Samples.start).failure == .closed)
        #expect(sink.write(batch(2), now: Samples.start).failure == .closed)
    }
}

@Test func aDescriptorThatDoesNotBlockGetsEverything() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    #expect(fcntl(writer.rawValue, F_SETFL, O_NONBLOCK) == 0)
    // More than a pipe holds, so that the writer is refused at times.
    let lines = batch(400)
    let read = Thread.detachedReader(reader)
    var sink = StandardOutputSink(descriptor: writer)
    let outcome = sink.write(lines, now: Samples.start)
    try writer.close()
    #expect(outcome.written == 400 && outcome.failure == nil)
    #expect(read() == lines.bytes)
}

@Test func theEndOfAFileIsRemovedAndNothingElse() throws {
    try withFile { path, file in
        _ = try file.writeAll(Array("whole\nhalf".utf8))
        #expect(DescriptorWrite.removeLast(4, from: file.rawValue))
        _ = try file.writeAll(Array("next\n".utf8))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole\nnext\n")
        // Someone else wrote after it.
        let other = try FileDescriptor.open(FilePath(path), .writeOnly, options: [.append])
        try other.closeAfter { _ = try other.writeAll(Array("other\n".utf8)) }
        #expect(!DescriptorWrite.removeLast(4, from: file.rawValue))
    }
    let (reader, writer) = try FileDescriptor.pipe()
    #expect(!DescriptorWrite.removeLast(1, from: writer.rawValue))
    try reader.close()
    try writer.close()
}

extension Thread {
    /// Reads `descriptor` to its end on another thread, and closes it; the result waits for that.
    fileprivate static func detachedReader(_ descriptor: FileDescriptor) -> () -> [UInt8] {
        let done = DispatchSemaphore(value: 0)
        let read = Box()
        Thread.detachNewThread {
            let handle = FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: true)
            read.bytes.value = [UInt8](handle.readDataToEndOfFile())
            done.signal()
        }
        return {
            done.wait()
            return read.bytes.value
        }
    }
}

private final class Box: Sendable {
    let bytes = Lock<[UInt8]>([])
}
