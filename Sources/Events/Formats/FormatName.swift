/// The forms in which events can be written.
public enum FormatName: String, Sendable, CaseIterable {
    /// egret's own, of docs/EVENTS.md.
    case native
    /// The Elastic Common Schema.
    case ecs
    /// The Open Cybersecurity Schema Framework.
    case ocsf

    /// The form itself.
    public var format: any EventFormat {
        switch self {
        case .native: NativeFormat()
        case .ecs: ECSFormat()
        case .ocsf: OCSFFormat()
        }
    }
}
