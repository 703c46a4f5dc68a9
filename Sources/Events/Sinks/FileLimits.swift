import Bytes

/// How large the files of one output grow, and how long they are kept.
public struct FileLimits: Equatable, Sendable {
    /// The most bytes of a file; one line at least always fits.
    public var fileBytes = 64 << 20
    /// The longest that a file is written to, in nanoseconds; `nil` for no limit, as in offline runs.
    public var fileAge: Int64? = 3_600_000_000_000
    /// The most files, the one that is written to included. Each restart begins a file, so that this is a bound on their
    /// number, not on how far back they reach: `totalBytes` and `keptAge` are.
    public var files = 10_000
    /// How long a file is kept after it was last written to, in nanoseconds; `nil` for no limit.
    public var keptAge: Int64?
    /// The most bytes of all files together.
    public var totalBytes = 4 << 30
    /// Free bytes of the file system below which flow events stop, so that there is room for alerts.
    public var reservedBytes = 16 << 20

    /// What happens to files that are ended.
    public var compression = FileCompression.none

    /// 64 MiB or one hour a file, 10,000 files, 4 GiB in all, 16 MiB reserved.
    public init() {}

    /// The same for an offline run, whose time is that of its packets: files end by size alone, and none is removed.
    public var offline: FileLimits {
        var limits = self
        limits.fileAge = nil
        limits.files = .max
        limits.keptAge = nil
        limits.totalBytes = .max
        return limits
    }
}

/// What happens to files that are ended.
public enum FileCompression: String, Sendable, CaseIterable {
    /// They stay as they are.
    case none
    /// They are packed as Zstandard, `NAME.jsonl.zst`.
    case zstd
}

/// The line with which every output file begins: the run's `start` event again, with the file's number.
///
/// It keeps the `id` and `seq` of the first, so that a reader of several files drops it as the duplicate that it is;
/// and no two files of a run begin alike, by which log shippers distinguish files.
public struct FileHeader: Sendable {
    private var encoder: EventEncoder
    private let report: StartReport
    private let sequence: UInt64

    /// The header for files of the run that began with `report`, which `sensor` wrote as number `sequence`.
    public init(
        sensor: SensorIdentity, report: StartReport, sequence: UInt64 = 1, format: any EventFormat = NativeFormat()
    ) {
        self.encoder = EventEncoder(sensor: sensor, format: format)
        self.report = report
        self.sequence = sequence
    }

    /// When the run began.
    var startTime: Timestamp { report.time }

    /// Whose files they are.
    public var sensor: SensorIdentity { encoder.sensor }

    /// The first line of file `number`, with its line feed.
    public mutating func line(file number: Int) -> [UInt8] {
        var report = report
        report.file = number
        encoder.encode(.start(report), sequence: sequence)
        return encoder.line
    }
}
