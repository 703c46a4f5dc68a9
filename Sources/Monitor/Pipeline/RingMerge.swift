import Bytes
import Capture

/// Merges the frames of several rings in the order of their times.
///
/// An empty ring delays the others only for as long as the kernel may delay a frame; later frames are passed on when they
/// arrive.
struct RingMerge: ~Copyable {
    /// What has come out of one ring and is not passed on yet.
    private struct Head {
        var batch = AnnotatedBatch()
        /// The next frame of the batch.
        var next = 0
        /// What the ring said with the latest batch.
        var status = AnnotatedBatch.SourceStatus()
        /// Until when all that was captured is known to have come.
        var through = Timestamp.distantPast
        /// Whether there will be no more.
        var isOver = false

        var time: Timestamp? { next < batch.frames.count ? batch.frames.time(at: next) : nil }
    }

    private var heads: [Head]

    /// A merge of `count` rings.
    init(count: Int) { heads = Array(repeating: Head(), count: count) }

    /// What each ring said last.
    var statuses: [AnnotatedBatch.SourceStatus] { heads.map(\.status) }

    /// Why a ring will have no more, where it failed.
    var failure: CaptureError? {
        for head in heads { if let failure = head.status.failure { return failure } }
        return nil
    }

    /// Whether there will be no more of any ring.
    var isOver: Bool { heads.allSatisfy(\.isOver) }

    /// Takes what `take` has for each ring that is due, then passes on the frames that no ring can precede any more, until
    /// some `limit` were, `isLate` holds or there are none; gives their number.
    ///
    /// `take` is given the ring's number and a batch to exchange. `now` less `lag` is known to have come out of every ring.
    mutating func turn(
        now: Timestamp, lag: Int64, limit: Int, isLate: () -> Bool = { false },
        take: (Int, inout AnnotatedBatch) -> Bool,
        deliver: (Int, borrowing AnnotatedBatch, Range<Int>) -> Void
    ) -> Int {
        refill(take)
        for ring in heads.indices where heads[ring].time == nil {
            heads[ring].through = max(heads[ring].through, now.advanced(byNanoseconds: -lag))
        }
        var handed = 0
        while handed < limit, !isLate(), let ring = earliest(), let run = run(of: ring) {
            deliver(ring, heads[ring].batch, run)
            handed += run.count
            heads[ring].next = run.upperBound
            if heads[ring].time == nil { refill(take) }
        }
        return handed
    }

    private mutating func refill(_ take: (Int, inout AnnotatedBatch) -> Bool) {
        for ring in heads.indices {
            while heads[ring].time == nil, !heads[ring].isOver, take(ring, &heads[ring].batch) {
                heads[ring].next = 0
                if let last = heads[ring].batch.frames.lastTime { heads[ring].through = last }
                guard let status = heads[ring].batch.status else { continue }
                heads[ring].status = status
                heads[ring].isOver = status.outcome == .end
            }
        }
    }

    /// The most frames that are passed on between two looks at the clock.
    private static var longestRun: Int { 64 }

    /// The ring whose next frame is the earliest; of equal times the first ring.
    private func earliest() -> Int? {
        var found: Int?
        for ring in heads.indices {
            guard let time = heads[ring].time else { continue }
            if let other = found, let known = heads[other].time, known <= time { continue }
            found = ring
        }
        return found
    }

    /// The frames of `ring` that may be passed on before any other ring's.
    private func run(of ring: Int) -> Range<Int>? {
        var bound = Timestamp(nanoseconds: .max)
        for other in heads.indices where other != ring {
            if let time = heads[other].time {
                bound = min(bound, time)
            } else if !heads[other].isOver {
                bound = min(bound, heads[other].through)
            }
        }
        let frames = heads[ring].batch.frames
        var end = heads[ring].next
        let last = min(frames.count, end + Self.longestRun)
        while end < last, frames.time(at: end) <= bound { end += 1 }
        return end > heads[ring].next ? heads[ring].next..<end : nil
    }
}
