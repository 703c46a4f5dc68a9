import Bytes
import Capture
import Testing

@testable import Monitor

/// Capture rings of made-up frames, each told by its time, and the order in which they are passed on.
private final class TestRings {
    /// What waits in each ring, by batches.
    var waiting: [[AnnotatedBatch]]
    private var merge: RingMerge
    private(set) var handed: [Int64] = []

    init(_ waiting: [[[Int64]]], areOver: Bool) {
        self.waiting = waiting.map { batches in
            batches.enumerated().map { batch($1, isLast: areOver && $0 == batches.count - 1) }
        }
        merge = RingMerge(count: waiting.count)
    }

    var isOver: Bool { merge.isOver }

    /// Passes on what can be, with rings known to be empty up to `now` less 10.
    func turn(now: Int64, limit: Int = .max) {
        var (waiting, handed) = (waiting, handed)
        _ = merge.turn(now: Timestamp(nanoseconds: now), lag: 10, limit: limit) { ring, batch in
            guard !waiting[ring].isEmpty else { return false }
            batch = waiting[ring].removeFirst()
            return true
        } deliver: { _, batch, run in
            for index in run { handed.append(batch.frames.time(at: index).nanoseconds) }
        }
        (self.waiting, self.handed) = (waiting, handed)
    }
}

/// A batch of empty frames at `times`.
private func batch(_ times: [Int64], isLast: Bool) -> AnnotatedBatch {
    var batch = AnnotatedBatch()
    let none: [UInt8] = []
    for time in times {
        let header = FrameHeader(
            time: Timestamp(nanoseconds: time), wireLength: 0, linkType: .ethernet, interface: 0)
        batch.frames.append(header, copying: none.rawSpan)
        batch.note(hash: 0, nil)
    }
    batch.status = AnnotatedBatch.SourceStatus(outcome: isLast ? .end : .idle)
    return batch
}

@Test func framesOfSeveralRingsComeInTheOrderOfTime() {
    let rings = TestRings([[[1, 4, 5], [9, 20]], [[2, 3], [], [6, 7, 8]], [[10], [11, 12]]], areOver: true)
    while !rings.isOver || rings.waiting.contains(where: { !$0.isEmpty }) { rings.turn(now: 0, limit: 1) }
    rings.turn(now: 0)
    #expect(rings.handed == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20])
}

@Test func aRingThatHasNothingIsWaitedForNoLongerThanFramesTake() {
    let rings = TestRings([[[101, 105, 112]], []], areOver: false)
    rings.turn(now: 105)
    #expect(rings.handed.isEmpty)
    rings.turn(now: 115)
    #expect(rings.handed == [101, 105])
    // It had something after all: what is not passed on yet still comes after it.
    rings.waiting[1] = [batch([109], isLast: false)]
    rings.turn(now: 115)
    #expect(rings.handed == [101, 105, 109])
    // Later than a frame can take: it comes when it comes.
    rings.turn(now: 130)
    rings.waiting[1] = [batch([110], isLast: false)]
    rings.turn(now: 130)
    #expect(rings.handed == [101, 105, 109, 112, 110])
}

@Test func oneRingAloneWaitsForNothing() {
    let rings = TestRings([[[5, 6], [7]]], areOver: false)
    rings.turn(now: 0)
    #expect(rings.handed == [5, 6, 7])
    #expect(!rings.isOver)
}
