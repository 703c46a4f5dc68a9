/// The line with which every output file begins: the run's `start` event again, with the file's number.
///
/// It keeps the `id` and `seq` of the first, so that a reader of several files drops it as the duplicate that it is;
/// and no two files of a run begin alike, by which log shippers tell files apart.
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
