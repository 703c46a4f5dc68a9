import Bytes
import Dispatch
import Synchronization

/// Notices that rules or the catalogue have changed, and has them read anew beside the run.
///
/// Files are looked at once a second, and read when they have been as they are for two: somebody may be writing several.
/// They are read, checked and tested on another thread, by what serves the start too. The run's own thread owns this
/// value and tells it the time.
struct Reload: ~Copyable {
    /// What was read.
    struct Outcome: Sendable {
        /// All of it, or why nothing of it is of use.
        let result: Result<Knowledge, Knowledge.Failure>
        /// Whether somebody asked for it, rather than that files changed.
        let isRequested: Bool
    }

    /// Where the other thread lays down what it read.
    private final class Desk: Sendable {
        let outcome = Mutex<Outcome?>(nil)

        func take() -> Outcome? { outcome.withLock { $0.take() } }
    }

    /// Runs what takes long, elsewhere.
    typealias Perform = @Sendable (@escaping @Sendable () -> Void) -> Void

    private let configuration: Configuration
    private let paths: [String]
    private let perform: Perform
    private let desk = Desk()
    private var isRequested = false
    private var isReading = false
    /// The files as they were when they were last read.
    private var read: PathStamp
    /// The files as they were when they were last looked at.
    private var seen: PathStamp
    private var seenSince: Timestamp
    private var lastLook: Timestamp

    /// Looks after the files of `configuration`, as they are at the moment `now`.
    init(
        _ configuration: Configuration, at now: Timestamp,
        perform: @escaping Perform = { work in DispatchQueue.global().async(execute: work) }
    ) {
        self.configuration = configuration
        self.perform = perform
        paths =
            configuration.rulePaths + configuration.catalogueDirectories
            + [configuration.listDirectory].compactMap(\.self)
        read = PathStamp(paths)
        seen = read
        seenSince = now
        lastLook = now
    }

    /// Has everything read anew at the next turn, changed or not.
    mutating func request() { isRequested = true }

    /// Goes on at the moment `now`; what was read, once it was. Cost: mostly none; once a second a look at the files.
    mutating func turn(at now: Timestamp) -> Outcome? {
        if isReading { return finished() }
        if configuration.reloadsOnChange { look(at: now) }
        let isSettled = now.nanoseconds(since: seenSince) >= Self.settling
        guard isRequested || (seen != read && isSettled) else { return nil }
        if isRequested { seen = PathStamp(paths) }
        read = seen
        isReading = true
        begin()
        return finished()
    }

    private mutating func look(at now: Timestamp) {
        // The clock may be set back, which must not put this off.
        guard now.nanoseconds(since: lastLook).magnitude >= Self.interval.magnitude else { return }
        if now < lastLook { seenSince = now }
        lastLook = now
        let stamp = PathStamp(paths)
        if stamp != seen {
            seen = stamp
            seenSince = now
        }
    }

    private mutating func begin() {
        let (configuration, desk, isRequested) = (configuration, desk, isRequested)
        self.isRequested = false
        perform {
            let result = Result { () throws(Knowledge.Failure) in try Knowledge(configuration) }
            desk.outcome.withLock { $0 = Outcome(result: result, isRequested: isRequested) }
        }
    }

    private mutating func finished() -> Outcome? {
        guard let outcome = desk.take() else { return nil }
        isReading = false
        return outcome
    }

    /// Between two looks at the files, in nanoseconds.
    private static var interval: Int64 { 1_000_000_000 }
    /// How long files must stay as they are before they are read, in nanoseconds.
    private static var settling: Int64 { 2_000_000_000 }
}
