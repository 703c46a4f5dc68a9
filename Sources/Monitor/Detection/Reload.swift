import Bytes
import Dispatch
import Host
import Synchronization

/// Detects changes of rules or the catalog, and loads them again during the run.
///
/// inotify reports changes (`FileWatch`), which is polled once a second. After a report, and once a minute in any case, the
/// files' metadata is compared; they are read after two seconds without a change, since several files may be in the course of
/// being written. If the kernel cannot watch them all, their metadata is compared every second. Another thread compares, reads,
/// checks and tests them, with the same code as at the start. The run's own thread owns this value and passes it the time.
struct Reload: ~Copyable {
    /// What was read.
    struct Outcome: Sendable {
        /// All of it, or why nothing of it is of use.
        let result: Result<ReferenceData, ReferenceData.LoadError>
        /// Whether someone asked for it, rather than that files changed.
        let isRequested: Bool
        /// The files as they were when the reading began.
        let stamp: PathStamp
    }

    /// Where the other thread lays down what it saw and read.
    private final class Desk: Sendable {
        let outcome = Mutex<Outcome?>(nil)
        let look = Mutex<Look?>(nil)
    }

    /// What one look at the files found.
    private struct Look: Sendable {
        let stamp: PathStamp
        /// Whether the kernel tells of every change from before the look on.
        let isWatched: Bool
    }

    /// Runs what takes long on another thread.
    static let elsewhere: Perform = { work in DispatchQueue.global().async(execute: work) }

    /// Runs what takes long, elsewhere.
    typealias Perform = @Sendable (@escaping @Sendable () -> Void) -> Void

    /// Reads everything again.
    typealias Read = @Sendable () throws(ReferenceData.LoadError) -> ReferenceData

    private let readAgain: Read
    private let isAutomatic: Bool
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
    /// When the files themselves were last looked at.
    private var lastStamp: Timestamp
    private let watch: FileWatch?
    private var isWatched = false
    private var hasLooked = false
    private var hasToldWhy = false

    /// Looks after the files at `paths` from the moment `now` on; `stamp` tells how they were when they were read, if that was not
    /// just now. `readAgain` reads them; without `isAutomatic` only if it is requested. Without a `watch` files are looked at every
    /// second.
    init(
        _ paths: [String], isAutomatic: Bool, readAgain: @escaping Read, stamp: PathStamp? = nil, at now: Timestamp,
        watch: FileWatch? = nil,
        perform: @escaping Perform = Reload.elsewhere
    ) {
        self.readAgain = readAgain
        self.isAutomatic = isAutomatic
        self.perform = perform
        self.paths = paths
        read = stamp ?? PathStamp(paths)
        seen = read
        seenSince = now
        lastLook = now
        lastStamp = now
        self.watch = watch
    }

    /// Has everything read again at the next turn, changed or not.
    mutating func request() { isRequested = true }

    /// Continues at the moment `now`; what was read, once it was. Cost: next to none, as others do the work.
    mutating func turn(at now: Timestamp) -> Outcome? {
        if isReading { return finished() }
        if isAutomatic { look(at: now) }
        let isSettled = now.nanoseconds(since: seenSince) >= Self.settling
        guard isRequested || (seen != read && isSettled) else { return nil }
        isReading = true
        begin()
        return finished()
    }

    /// Why files are looked at every second, said once; `nil` if they are not, or it was said.
    mutating func takeReason() -> String? {
        guard isAutomatic, hasLooked, !isWatched, !hasToldWhy else { return nil }
        hasToldWhy = true
        let why = watch == nil ? "the kernel has no inotify" : "inotify cannot watch all of them"
        return "files of rules and catalog are looked at every second, because \(why)"
    }

    private mutating func look(at now: Timestamp) {
        // The clock may be set back, which must not put this off.
        if !isLooking, now.nanoseconds(since: lastLook).magnitude >= Self.interval.magnitude {
            if now < lastLook { seenSince = now }
            lastLook = now
            if mustLook(at: now) { beginLook(at: now) }
        }
        guard let look = desk.look.withLock({ $0.take() }) else { return }
        isLooking = false
        hasLooked = true
        isWatched = look.isWatched
        if look.stamp != seen {
            seen = look.stamp
            seenSince = now
        }
    }

    /// Whether the files themselves are to be looked at: something changed, the kernel does not tell, or a minute has passed.
    private func mustLook(at now: Timestamp) -> Bool {
        guard let watch, isWatched else { return true }
        return watch.takeChanges() || now.nanoseconds(since: lastStamp).magnitude >= Self.longInterval.magnitude
    }

    private mutating func beginLook(at now: Timestamp) {
        lastStamp = now
        isLooking = true
        let (paths, desk, watch) = (paths, desk, watch)
        perform {
            // Watched first, then looked at: what changes in between is seen by one of the two.
            let isWatched = watch.map { watch in PathStamp(paths).places.allSatisfy { watch.add($0) } } ?? false
            let look = Look(stamp: PathStamp(paths), isWatched: isWatched)
            desk.look.withLock { $0 = look }
        }
    }

    private mutating func begin() {
        let (readAgain, paths, desk, isRequested) = (readAgain, paths, desk, isRequested)
        self.isRequested = false
        perform {
            let stamp = PathStamp(paths)
            let result = Result { () throws(ReferenceData.LoadError) in try readAgain() }
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

    /// Between two questions whether anything changed, in nanoseconds.
    private static var interval: Int64 { 1_000_000_000 }
    /// The longest time between two looks at the files themselves, in nanoseconds: a link in the middle of a path may be exchanged,
    /// and another machine may write to a network file system, of which the kernel does not tell.
    private static var longInterval: Int64 { 60_000_000_000 }
    /// How long files must stay as they are before they are read, in nanoseconds.
    private static var settling: Int64 { 2_000_000_000 }
}
