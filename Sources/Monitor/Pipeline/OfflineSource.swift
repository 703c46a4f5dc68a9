import Capture
import Flows

/// The frames of a run over files: read by the tracking thread, or ahead by another thread.
///
/// Both deliver the same frames in the same order, and report the same status at the end of each read.
struct OfflineSource: ~Copyable {
    private var files: CaptureSet?
    private var ahead: ReadAhead?
    private let limit: Int
    /// What the thread that reads ahead said at the end of the latest read.
    private var status = AnnotatedBatch.SourceStatus()

    /// `files`, some `limit` frames in each read, for a tracker that hashes with `seed`; with `tuning` another thread reads them
    /// ahead.
    init(_ files: consuming CaptureSet, readsAhead tuning: ReadAhead.Tuning?, limit: Int, seed: HashSeed) {
        self.limit = limit
        if let tuning {
            self.files = nil
            ahead = ReadAhead(files, limit: limit, seed: seed, tuning: tuning)
        } else {
            self.files = .some(files)
            ahead = nil
        }
    }

    /// Has `engine` follow the frames of one read.
    mutating func read(into engine: inout Engine) throws(CaptureError) -> ReadOutcome {
        if let outcome = try files?.read(into: &engine, limit: limit) { return outcome }
        status = try ahead?.read(into: &engine) ?? status
        return status.outcome
    }

    /// Loss and damage at the end of the latest read.
    var statistics: CaptureStatistics {
        switch files {
        case .some(let files): files.statistics
        case nil: status.statistics
        }
    }

    /// How far the reading has come.
    var progress: CaptureProgress {
        switch files {
        case .some(let files): files.progress
        case nil: status.progress
        }
    }

    /// The interfaces met so far.
    var interfaces: [InterfaceDescription] {
        switch files {
        case .some(let files): files.interfaces
        case nil: status.interfaces
        }
    }

    /// What a person should know about the files.
    var warnings: [String] {
        switch files {
        case .some(let files): files.warnings
        case nil: status.warnings
        }
    }
}
