/// Numbers events and turns each into a line of JSON of at most 16 KiB.
///
/// One a sensor and format: the line is made once and handed to every output. It allocates nothing once its buffer has
/// grown, except for long `Double` values (`JSONWriter`) and for what an event's own members cost
/// (`FlowSnapshot.appendCommunityID`).
public struct EventEncoder: Sendable {
    /// The most bytes of a line, its line feed included.
    public static var lineLimit: Int { 16_384 }

    /// Whose events these are.
    public let sensor: SensorIdentity
    /// The number of the next event.
    public private(set) var nextSequence: UInt64
    private let format: any EventFormat
    private var writer = JSONWriter(limit: lineLimit)

    /// An encoder for the events of `sensor`, the first of which gets the number `firstSequence`.
    public init(sensor: SensorIdentity, format: any EventFormat = NativeFormat(), firstSequence: UInt64 = 1) {
        self.sensor = sensor
        self.format = format
        self.nextSequence = firstSequence
    }

    /// The line that `encode` made last, with its line feed. Copy it only for the moment: a copy kept over the next `encode`
    /// costs that call an allocation.
    public var line: [UInt8] { writer.bytes }

    /// Makes the line of `event` and gives it the next number.
    public mutating func encode(_ event: Event) {
        encode(event, sequence: nextSequence)
        nextSequence &+= 1
    }

    /// Counts an event that this form is not asked for, so that all forms number alike.
    public mutating func skip() { nextSequence &+= 1 }

    /// Makes the line of `event` under a number that was given before, as at the beginning of a further file.
    mutating func encode(_ event: Event, sequence: UInt64) {
        var level = Detail.full
        while true {
            writer.reset()
            format.write(event, sequence: sequence, sensor: sensor, detail: level, to: &writer)
            writer.endLine()
            guard writer.isOverLimit, let next = level.next else { break }
            level = next
        }
    }
}

/// How events are spelled: the seam at which another schema takes the place of egret's own.
public protocol EventFormat: Sendable {
    /// Writes `event`, the `sequence`th of `sensor`, as one JSON object without a line feed, leaving out what `detail`
    /// leaves out.
    ///
    /// At the last level of `detail` the object must fit into 16 KiB whatever the event holds.
    func write(
        _ event: Event, sequence: UInt64, sensor: SensorIdentity, detail: Detail, to writer: inout JSONWriter)
}

/// The forms in which events can be written.
public enum FormatName: String, Sendable, CaseIterable {
    /// egret's own, of docs/EVENTS.md.
    case native
    /// The Elastic Common Schema.
    case ecs
    /// The Open Cybersecurity Schema Framework.
    case ocsf
    /// One readable line an event, for a person; no schema.
    case text

    /// The form itself.
    public var format: any EventFormat {
        switch self {
        case .native: NativeFormat()
        case .ecs: ECSFormat()
        case .ocsf: OCSFFormat()
        case .text: TextFormat()
        }
    }
}
