import Bytes
import Capture
import Dispatch
import Flows
import Foundation
import Synchronization

/// The thread of one ring: takes frames out as they come, and hands them on in batches.
///
/// It waits while batches wait to be taken, so that what is lost is lost in one place and counted there: the ring.
final class RingReader: Sendable {
    /// Which of the run's interfaces the ring is of.
    let interface: Int
    let relay: BatchRelay
    private let input: Mutex<LiveInput>
    private let seed: HashSeed
    private let pace: ReadAhead.Pace
    private let wantsLook = Atomic<Bool>(false)
    /// The moment from which frames are no longer wanted, in nanoseconds.
    private let stopMoment = Atomic<Int64>(.max)

    /// A reader of `input`, whose thread is not started yet; each batch is announced by `filled`.
    init(
        _ input: sending LiveInput, interface: Int, seed: HashSeed, pace: ReadAhead.Pace, filled: DispatchSemaphore
    ) {
        self.input = Mutex(input)
        self.interface = interface
        self.seed = seed
        self.pace = pace
        relay = BatchRelay(depth: pace.depth, filled: filled)
    }

    /// Starts the thread, which ends with the capture or once nobody takes its batches.
    func start() {
        let thread = Thread { self.run() }
        thread.name = "egret-ring"
        thread.start()
    }

    /// Has the thread see whether the interface is there and up, and take it up again where it has come back.
    func requestLook() { wantsLook.store(true, ordering: .relaxed) }

    /// Says when the stop was requested: frames that are newer need not be taken.
    func end(at time: Timestamp) { stopMoment.store(time.nanoseconds, ordering: .relaxed) }

    private func run() {
        var filler = BatchFiller(relay, seed: seed, pace: pace)
        var (isStopping, idle) = (false, 0)
        while filler.isWanted {
            var (mark, newest) = input.withLock { input in read(input, isStopping, &filler) }
            isStopping = isStopping || mark.outcome == .end
            idle = isStopping && mark.outcome == .idle ? idle + 1 : 0
            let isOver =
                mark.failure != nil || idle >= LiveSource.idleReads
                || isStopping && newest.nanoseconds >= stopMoment.load(ordering: .relaxed)
            mark.outcome = isOver ? .end : .idle
            filler.end(mark)
            if isOver { break }
        }
    }

    private func read(
        _ input: LiveInput, _ isStopping: Bool, _ filler: inout BatchFiller
    ) -> (PreparedBatch.Mark, Timestamp) {
        if wantsLook.exchange(false, ordering: .relaxed) { input.look() }
        var mark = PreparedBatch.Mark()
        do throws(CaptureError) {
            mark.outcome =
                isStopping
                ? try input.drain(into: &filler, limit: pace.frames) : try input.read(into: &filler, limit: pace.frames)
        } catch {
            mark.failure = error
        }
        mark.statistics = input.capture.statistics
        mark.isUp = input.isUp
        return (mark, input.capture.newest)
    }
}
