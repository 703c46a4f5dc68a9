import Bytes
import Capture
import Flows
import Foundation
import Synchronization

/// Capture files read and looked at by a thread of their own, some batches ahead of the flows.
///
/// The same frames in the same order as `CaptureSet` hands over, and at the end of each read the same words of the
/// source; so a run's output does not depend on whether it reads ahead.
struct ReadAhead: ~Copyable {
    /// How the work is divided.
    struct Pace: Sendable {
        /// The frames of a batch, and the bytes of the blocks it holds: small enough that those under way lie in a cache, and
        /// large enough that the hand-over costs a packet nothing.
        var frames = 512
        var bytes = 512 << 10
        /// The batches that may wait.
        var depth = 4
        /// So many waiting batches are work enough for the other thread, and previews are made meanwhile; 0 for always.
        var ample = 2
    }

    private let relay: BatchRelay
    private var batch = PreparedBatch()

    /// Begins reading `source`, some `limit` frames in each read, for a tracker that hashes with `seed`.
    init(_ source: consuming CaptureSet, limit: Int, seed: HashSeed, pace: Pace) {
        relay = BatchRelay(depth: pace.depth)
        let reader = Reader(source, relay, limit: limit, seed: seed, pace: pace)
        let thread = Thread { reader.run() }
        thread.name = "egret-read"
        thread.start()
    }

    deinit { relay.close() }

    /// Has `engine` follow the frames of one read, and gives what the source said at its end.
    mutating func read(into engine: inout Engine) throws(CaptureError) -> PreparedBatch.Mark {
        while true {
            relay.take(&batch)
            engine.follow(batch)
            guard let mark = batch.mark else { continue }
            if let failure = mark.failure { throw failure }
            return mark
        }
    }
}

/// What the reading thread owns.
private final class Reader: Sendable {
    private let source: Mutex<CaptureSet?>
    private let relay: BatchRelay
    private let limit: Int
    private let seed: HashSeed
    private let pace: ReadAhead.Pace

    init(_ source: consuming CaptureSet, _ relay: BatchRelay, limit: Int, seed: HashSeed, pace: ReadAhead.Pace) {
        self.source = Mutex(source)
        self.relay = relay
        self.limit = limit
        self.seed = seed
        self.pace = pace
    }

    /// Reads to the end, or until nobody wants more.
    func run() {
        var filler = BatchFiller(relay, seed: seed, pace: pace)
        while filler.isWanted {
            let mark = source.withLock { source in Self.read(&source, limit, &filler) }
            filler.end(mark)
            if mark.outcome == .end { break }
        }
        // Files are closed where they were read.
        source.withLock { $0 = nil }
    }

    private static func read(
        _ source: inout CaptureSet?, _ limit: Int, _ filler: inout BatchFiller
    ) -> PreparedBatch.Mark {
        var mark = PreparedBatch.Mark()
        do throws(CaptureError) {
            mark.outcome = try source?.read(into: &filler, limit: limit) ?? .end
        } catch {
            mark.failure = error
        }
        mark.statistics = source?.statistics ?? mark.statistics
        mark.progress = source?.progress ?? mark.progress
        mark.interfaces = source?.interfaces ?? []
        mark.warnings = source?.warnings ?? []
        return mark
    }
}
