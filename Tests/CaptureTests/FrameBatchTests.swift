import Bytes
import TestSupport
import Testing

@testable import Capture

/// Keeps frames where they are, some of them in each batch, and every batch.
private struct Keeper: FrameHandler {
    var batches: [FrameBatch] = [FrameBatch()]
    let perBatch: Int

    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        Issue.record("the frame has a block")
    }

    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan, in block: FrameBlock, at offset: Int) {
        if batches[batches.count - 1].count == perBatch { batches.append(FrameBatch()) }
        batches[batches.count - 1].append(header, in: block, at: offset, count: bytes.byteCount)
    }
}

extension FrameBatch {
    /// Its frames, passed on.
    fileprivate var frames: [Frame] {
        var collector = Collector()
        for index in 0..<count {
            prefetch(index)
            deliver(index, to: &collector)
        }
        return collector.frames
    }
}

/// A capture of frames of many lengths, each with bytes of its own; one of them larger than a window.
private func manyFrames() -> [UInt8] {
    var writer = CaptureWriter()
    writer.pcapHeader()
    for number in 0..<400 {
        let length = number == 250 ? 20_000 : (number * 37) % 700
        writer.record(UInt32(number), 0, (0..<length).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) })
    }
    return writer.bytes
}

@Test(arguments: [1, 7, 1000], [Int.max, 500])
func keptFramesStayAsTheyWere(perBatch: Int, step: Int) throws {
    let bytes = manyFrames()
    let plain = try readBytes(bytes)
    var capture = try FileCapture(name: "memory.pcap", feed: MemorySource(bytes, step: step), windowLength: 4096)
    var keeper = Keeper(perBatch: perBatch)
    while try capture.read(into: &keeper, limit: 64) != .end {}
    #expect(plain.frames.count == 400)
    #expect(keeper.batches.flatMap(\.frames) == plain.frames)
}

@Test func aWindowWhoseFramesAreLetGoTakesNoMoreBlocksThanAreHeld() throws {
    var seen: Set<ObjectIdentifier> = []
    var capture = try FileCapture(
        name: "memory.pcap", feed: MemorySource(pcap(seconds: Array(0..<5000))), windowLength: 4096)
    var batch = FrameBatch()
    var total = 0
    while true {
        var keeper = Keeper(perBatch: .max)
        keeper.batches = [batch]
        guard try capture.read(into: &keeper, limit: 50) != .end else { break }
        batch = keeper.batches[0]
        keeper.batches = []
        seen.formUnion(batch.blocks.map { ObjectIdentifier($0) })
        total += batch.count
        batch.clear()
    }
    #expect(total == 5000)
    #expect(seen.count <= 3)
}

@Test func copiedFramesAreWhatTheyWere() {
    var batch = FrameBatch()
    for round in 0..<3 {
        var frames: [Frame] = []
        for length in [0, 1, 60, 1514, 300_000, 65_536, 0] {
            let frame = Frame(
                Int64(length), (0..<length).map { UInt8(truncatingIfNeeded: $0 &+ round) }, length: length + 4)
            let header = FrameHeader(
                time: Timestamp(nanoseconds: frame.time), wireLength: frame.length, linkType: .ethernet, interface: 0)
            batch.append(header, copying: frame.bytes.rawSpan)
            frames.append(frame)
        }
        #expect(batch.frames == frames)
        batch.clear()
        #expect(batch.count == 0)
    }
}
