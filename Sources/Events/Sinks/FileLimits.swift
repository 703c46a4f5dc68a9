/// How large and how many the files of one output grow.
public struct FileLimits: Equatable, Sendable {
    /// The most bytes of a file; one line at least always fits.
    public var fileBytes = 64 << 20
    /// The longest that a file is written to, in nanoseconds; nothing for no limit, as in offline runs.
    public var fileAge: Int64? = 3_600_000_000_000
    /// The most files, the one that is written to included.
    public var files = 168
    /// The most bytes of all files together.
    public var totalBytes = 4 << 30
    /// Free bytes of the file system below which flow events stop, so that there is room for alerts.
    public var reservedBytes = 16 << 20

    /// What becomes of files that are ended.
    public var compression = FileCompression.none

    /// 64 MiB or one hour a file, 168 files, 4 GiB in all, 16 MiB reserved.
    public init() {}
}
