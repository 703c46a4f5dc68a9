import Bytes
import Capture
import Dispatch
import Flows
import Foundation
import Synchronization

/// The thread of one ring: reads frames as they come, and passes them on in batches.
///
/// It waits if the queue of batches is full, so that frames are lost in one place only, the ring, and counted there.
final class RingReader: Sendable {
    /// Which of the run's interfaces the ring is of.
    let interface: Int
    let relay: BatchQueue
    private let input: Mutex<LiveInput>
    private let seed: HashSeed
    private let tuning: ReadAhead.Tuning
    private let wantsLook = Atomic<Bool>(false)
    /// The moment from which frames are no longer wanted, in nanoseconds.
    private let stopMoment = Atomic<Int64>(.max)

    /// A reader of `input`, whose thread is not started yet; each batch is announced by `filled`.
    init(
        _ input: sending LiveInput, interface: Int, seed: HashSeed, tuning: ReadAhead.Tuning, filled: DispatchSemaphore
    ) {
        self.input = Mutex(input)
        self.interface = interface
        self.seed = seed
        self.tuning = tuning
        relay = BatchQueue(depth: tuning.depth, filled: filled)
    }

    /// The packet socket of the ring.
    var descriptor: Int32 { input.withLock { $0.capture.descriptor } }

    /// Starts the thread, which ends with the capture or once no one takes its batches.
    func start() {
        let thread = Thread { self.run() }
        thread.name = "egret-ring"
        thread.start()
    }

    /// Has the thread see whether the interface is there and up, and take it up again if it has come back.
    func requestLook() { wantsLook.store(true, ordering: .relaxed) }

    /// Says when the stop was requested: frames that are newer need not be taken.
    func end(at time: Timestamp) { stopMoment.store(time.nanoseconds, ordering: .relaxed) }

    private func run() {
        var filler = BatchBuilder(relay, seed: seed, tuning: tuning)
        var (isStopping, idle) = (false, 0)
        while filler.isWanted {
            var (status, newest) = input.withLock { input in read(input, isStopping: isStopping, into: &filler) }
            isStopping = isStopping || status.outcome == .end
            idle = isStopping && status.outcome == .idle ? idle + 1 : 0
            let isOver =
                status.failure != nil || idle >= LiveSource.idleReads
                || isStopping && newest.nanoseconds >= stopMoment.load(ordering: .relaxed)
            status.outcome = isOver ? .end : .idle
            filler.end(status)
            if isOver { break }
        }
    }

    private func read(
        _ input: LiveInput, isStopping: Bool, into filler: inout BatchBuilder
    ) -> (AnnotatedBatch.SourceStatus, Timestamp) {
        if wantsLook.exchange(false, ordering: .relaxed) { input.look() }
        var status = AnnotatedBatch.SourceStatus()
        do throws(CaptureError) {
            status.outcome =
                isStopping
                ? try input.drain(into: &filler, limit: tuning.frames)
                : try input.read(into: &filler, limit: tuning.frames)
        } catch {
            status.failure = error
        }
        status.statistics = input.capture.statistics
        status.isUp = input.isUp
        return (status, input.capture.newest)
    }
}
