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
