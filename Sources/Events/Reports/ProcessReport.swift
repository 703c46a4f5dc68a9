/// What the process used: `process` of a `stats` event.
public struct ProcessReport: Sendable, Equatable {
    /// Processor time of all threads, in nanoseconds.
    public var cpu: Int64
    /// Resident memory, in bytes.
    public var residentBytes: UInt64

    /// `cpu` nanoseconds and `residentBytes` bytes.
    public init(cpu: Int64, residentBytes: UInt64) {
        self.cpu = cpu
        self.residentBytes = residentBytes
    }
}
