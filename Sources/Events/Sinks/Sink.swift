public import Bytes
import SystemPackage

/// Where lines go at last. A sink is used by one thread, its writer's; it may wait, for no packet waits for it.
public protocol Sink: Sendable {
    /// The name in `outputs` of stats events.
    var name: String { get }

    /// Writes the lines of `batch`, whole ones only and in their order, and says what happened to them.
    ///
    /// `now` is the time by which files are rotated: live the clock's, offline that of the newest event.
    mutating func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome

    /// The most bytes of lines that a batch has, unless a single line has more.
    var batchBytes: Int { get }

    /// Opens its files again, as after someone else has moved them; nothing is lost by it.
    mutating func reopen(now: Timestamp)

    /// Writes out what it holds and closes. No other call follows.
    mutating func close()
}

extension Sink {
    /// 256 KiB.
    public var batchBytes: Int { 256 << 10 }
}

/// What happened to a batch. `written` and `dropped` together are the lines of the batch.
public struct SinkOutcome: Equatable, Sendable {
    /// Lines that were written.
    public var written = 0
    /// Lines that were given up.
    public var dropped = 0
    /// Of these, alerts and others of high priority.
    public var droppedHigh = 0
    /// Why any was given up.
    public var failure: SinkError?

    /// Nothing written, nothing dropped.
    public init() {}

    /// All of `batch` given up, for `failure`.
    public static func allDropped(_ batch: LineBatch, _ failure: SinkError) -> SinkOutcome {
        var outcome = SinkOutcome()
        for line in batch.lines { outcome.drop(line.priority) }
        outcome.failure = failure
        return outcome
    }

    /// Counts a line of `priority` as given up.
    public mutating func drop(_ priority: Event.Priority) {
        dropped += 1
        if priority != .normal { droppedHigh += 1 }
    }
}

/// Why a sink gives lines up.
public enum SinkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reader is gone: nothing more can be written, ever.
    case closed
    /// The disk is full, or nearly: flows wait outside, alerts are written while there is room.
    case full
    /// Something else; the system's words.
    case system(String)

    /// A few words for a person.
    public var description: String {
        switch self {
        case .closed: "the reader is gone"
        case .full: "the disk is full"
        case .system(let words): words
        }
    }
}

extension SinkError {
    /// The failure that a system error means.
    init(_ error: any Error) {
        switch error as? Errno {
        case .brokenPipe: self = .closed
        case .noSpace, .diskQuotaExceeded: self = .full
        case .some(let errno): self = .system(errno.description)
        case nil: self = .system("\(error)")
        }
    }
}

/// What a file output found in its directory at the start, for a person: the detail of a `health` or an `audit` event.
public struct SinkNotice: Equatable, Sendable {
    /// What was found; the words of `kind` in events.
    public enum Kind: String, Sendable, CaseIterable {
        /// No earlier file has a valid seal: a new chain begins, which `egret verify` reports.
        case chainRestarted = "chain_restarted"
        /// Files of earlier runs have no seal and are not continued.
        case filesUnsealed = "files_unsealed"
        /// The directory holds a sealed log, and this run has no key.
        case notSealed = "not_sealed"
        /// `current` is no symbolic link.
        case currentKept = "current_kept"
        /// A file's name carries a number that is not used.
        case nameIgnored = "name_ignored"

        /// Whether it says that evidence is missing, which is a matter of health.
        public var isFault: Bool { self == .chainRestarted || self == .notSealed }
    }

    /// What was found.
    public var kind: Kind
    /// In words, with the names of files.
    public var detail: String

    /// A notice of `kind`.
    public init(kind: Kind, detail: String) {
        self.kind = kind
        self.detail = detail
    }
}
