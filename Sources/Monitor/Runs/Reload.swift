import Bytes
import Dispatch
import Synchronization

/// Notices that rules or the catalog have changed, and has them read anew beside the run.
///
/// Files are looked at once a second, and read when they have been as they are for two: somebody may be writing several.
/// They are looked at, read, checked and tested on another thread, by what serves the start too. The run's own thread
/// owns this value and tells it the time.
struct Reload: ~Copyable {
    /// What was read.
    struct Outcome: Sendable {
        /// All of it, or why nothing of it is of use.
        let result: Result<ReferenceData, ReferenceData.LoadError>
        /// Whether somebody asked for it, rather than that files changed.
        let isRequested: Bool
        /// The files as they were when the reading began.
        let stamp: PathStamp
    }

    /// Where the other thread lays down what it saw and read.
    private final class Desk: Sendable {
        let outcome = Mutex<Outcome?>(nil)
        let stamp = Mutex<PathStamp?>(nil)
    }

    /// Runs what takes long, elsewhere.
    typealias Perform = @Sendable (@escaping @Sendable () -> Void) -> Void

    private let configuration: Configuration
    private let paths: [String]
    private let perform: Perform
    private let desk = Desk()
    private var isRequested = false
    private var isReading = false
    private var isLooking = false
    /// The files as they were when they were last read.
    private var read: PathStamp
    /// The files as they were when they were last looked at.
    private var seen: PathStamp
    private var seenSince: Timestamp
    private var lastLook: Timestamp

    /// Looks after the files of `configuration` from the moment `now` on; `stamp` tells how they were when they were read,
    /// where that was not just now.
    init(
        _ configuration: Configuration, stamp: PathStamp? = nil, at now: Timestamp,
        perform: @escaping Perform = { work in DispatchQueue.global().async(execute: work) }
    ) {
        self.configuration = configuration
        self.perform = perform
        paths = configuration.knowledgePaths
        read = stamp ?? PathStamp(configuration.knowledgePaths)
        seen = read
        seenSince = now
        lastLook = now
    }

    /// Has everything read anew at the next turn, changed or not.
    mutating func request() { isRequested = true }

    /// Goes on at the moment `now`; what was read, once it was. Cost: next to none, as others do the work.
    mutating func turn(at now: Timestamp) -> Outcome? {
        if isReading { return finished() }
        if configuration.reloadsOnChange { look(at: now) }
        let isSettled = now.nanoseconds(since: seenSince) >= Self.settling
        guard isRequested || (seen != read && isSettled) else { return nil }
        isReading = true
        begin()
        return finished()
    }

    private mutating func look(at now: Timestamp) {
        // The clock may be set back, which must not put this off.
        if !isLooking, now.nanoseconds(since: lastLook).magnitude >= Self.interval.magnitude {
            if now < lastLook { seenSince = now }
            lastLook = now
            isLooking = true
            let (paths, desk) = (paths, desk)
            perform {
                let stamp = PathStamp(paths)
                desk.stamp.withLock { $0 = stamp }
            }
        }
        guard let stamp = desk.stamp.withLock({ $0.take() }) else { return }
        isLooking = false
        if stamp != seen {
            seen = stamp
            seenSince = now
        }
    }

    private mutating func begin() {
        let (configuration, paths, desk, isRequested) = (configuration, paths, desk, isRequested)
        self.isRequested = false
        perform {
            let stamp = PathStamp(paths)
            let result = Result { () throws(ReferenceData.LoadError) in try ReferenceData(configuration) }
            desk.outcome.withLock { $0 = Outcome(result: result, isRequested: isRequested, stamp: stamp) }
        }
    }

    private mutating func finished() -> Outcome? {
        guard let outcome = desk.outcome.withLock({ $0.take() }) else { return nil }
        isReading = false
        // What changed while it was read does not look like this, and is read again.
        read = outcome.stamp
        seen = outcome.stamp
        return outcome
    }

    /// Between two looks at the files, in nanoseconds.
    private static var interval: Int64 { 1_000_000_000 }
    /// How long files must stay as they are before they are read, in nanoseconds.
    private static var settling: Int64 { 2_000_000_000 }
}
