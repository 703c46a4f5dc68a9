import Bytes

/// Which event a line is: the parts of its `id`.
public struct EventIdentity: Hashable, Sendable {
    /// The sensor.
    public let sensor: String
    /// The run of the sensor.
    public let boot: String
    /// The number within the run.
    public let sequence: Int64
}

/// Reads which event a line is. Reused from line to line. Cost: about a nanosecond a byte, and two strings.
public struct EventIdentityReader {
    private var line = EventLine()

    /// A reader.
    public init() {}

    /// Which event the line in `range` of `bytes` is; `nil` if it is none of egret's.
    public mutating func read(_ bytes: [UInt8], _ range: Range<Int>) -> EventIdentity? {
        let span = bytes.rawSpan
        guard line.scan(span, range), let sensor = line.string(.sensorID, span), let boot = line.string(.boot, span),
            let sequence = line.integer(.seq, span)
        else { return nil }
        return EventIdentity(sensor: sensor, boot: boot, sequence: sequence)
    }
}
