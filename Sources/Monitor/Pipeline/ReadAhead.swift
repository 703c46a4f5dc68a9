import Bytes
import Capture
import Flows
import Foundation
import Synchronization

/// Reads and decodes capture files on a separate thread, some batches ahead of the flows.
///
/// It delivers the same frames in the same order, and the same status, as `CaptureSet`; so a run's output does not depend
/// on whether it reads ahead.
struct ReadAhead: ~Copyable {
    /// How the work is divided.
    struct Tuning: Sendable {
        /// The frames of a batch, and the bytes of the blocks it holds: small enough that those under way are in a cache, and
        /// large enough that passing a batch on costs next to nothing for each packet.
        var frames = 512
        var bytes = 512 << 10
        /// The batches that may wait.
        var depth = 4
        /// So many waiting batches are work enough for the other thread, and previews are made meanwhile; 0 for always.
        var previewThreshold = 2
    }

    private let relay: BatchQueue
    private var batch = AnnotatedBatch()

    /// Begins reading `source`, some `limit` frames in each read, for a tracker that hashes with `seed`.
    init(_ source: consuming CaptureSet, limit: Int, seed: HashSeed, tuning: Tuning) {
        relay = BatchQueue(depth: tuning.depth)
        let reader = Reader(source, relay, limit: limit, seed: seed, tuning: tuning)
        let thread = Thread { reader.run() }
        thread.name = "egret-read"
        thread.start()
    }

    deinit { relay.close() }

    /// Has `engine` follow the frames of one read, and gives what the source said at its end.
    mutating func read(into engine: inout Engine) throws(CaptureError) -> AnnotatedBatch.SourceStatus {
        while true {
            relay.take(&batch)
            if let interfaces = batch.interfaces { engine.name(interfaces) }
            engine.follow(batch)
            guard let status = batch.status else { continue }
            if let failure = status.failure { throw failure }
            return status
        }
    }
}

/// The state that the reading thread owns.
private final class Reader: Sendable {
    private let source: Mutex<CaptureSet?>
    private let relay: BatchQueue
    private let limit: Int
    private let seed: HashSeed
    private let tuning: ReadAhead.Tuning

    init(_ source: consuming CaptureSet, _ relay: BatchQueue, limit: Int, seed: HashSeed, tuning: ReadAhead.Tuning) {
        self.source = Mutex(source)
        self.relay = relay
        self.limit = limit
        self.seed = seed
        self.tuning = tuning
    }

    /// Reads to the end, or until no one wants more.
    func run() {
        let interfaces = source.withLock { $0?.interfaceTable }
        var filler = BatchBuilder(relay, seed: seed, tuning: tuning, interfaces: interfaces)
        while filler.isWanted {
            let status = source.withLock { source in Self.read(&source, atMost: limit, into: &filler) }
            filler.end(status)
            if status.outcome == .end { break }
        }
        // Files are closed if they were read.
        source.withLock { $0 = nil }
    }

    private static func read(
        _ source: inout CaptureSet?, atMost limit: Int, into filler: inout BatchBuilder
    ) -> AnnotatedBatch.SourceStatus {
        var status = AnnotatedBatch.SourceStatus()
        do throws(CaptureError) {
            status.outcome = try source?.read(into: &filler, limit: limit) ?? .end
        } catch {
            status.failure = error
        }
        status.statistics = source?.statistics ?? status.statistics
        status.progress = source?.progress ?? status.progress
        status.interfaces = source?.interfaces ?? []
        status.warnings = source?.warnings ?? []
        return status
    }
}
