import Rules

/// Another form as the text of a syslog message (RFC 5424): priority, time, sensor, `egret`, run and type are before it.
///
/// The header is at most 200 bytes. Structured data is `-`, for the text is structured itself.
public struct SyslogFormat: EventFormat {
    /// The facilities of RFC 5424 table 1 that a sensor may speak as.
    public enum Facility: String, Sendable, CaseIterable {
        case user, daemon, auth, authpriv, audit, local0, local1, local2, local3, local4, local5, local6, local7

        /// Its number in the table.
        var number: Int {
            switch self {
            case .user: 1
            case .daemon: 3
            case .auth: 4
            case .authpriv: 10
            case .audit: 13
            case .local0: 16
            case .local1: 17
            case .local2: 18
            case .local3: 19
            case .local4: 20
            case .local5: 21
            case .local6: 22
            case .local7: 23
            }
        }
    }

    private let format: any EventFormat
    private let facility: Facility

    /// Messages of `facility` with the text that `format` makes.
    public init(_ format: any EventFormat = NativeFormat(), facility: Facility = .local0) {
        self.format = format
        self.facility = facility
    }

    /// Writes the header and the text: see `EventFormat`.
    public func write(
        _ event: Event, sequence: UInt64, sensor: SensorIdentity, detail: Detail, to writer: inout JSONWriter
    ) {
        writer.ascii("<\(facility.number * 8 + Self.severity(of: event))>1 ")
        // Six digits of a second at most (RFC 5424 section 6.2.3).
        writer.dateTime(event.time, digits: 6)
        let parts = [Self.name(sensor.id), "egret", Self.name(sensor.boot), event.kind.rawValue, "-"]
        for part in parts { writer.ascii(" \(part)") }
        writer.ascii(" ")
        format.write(event, sequence: sequence, sensor: sensor, detail: detail, to: &writer)
    }

    /// The severity of RFC 5424 table 2: an alert by its own, the rest as notices.
    private static func severity(of event: Event) -> Int {
        guard case .alert(let alert) = event else { return 5 }
        return switch alert.severity {
        case .critical: 2
        case .high: 3
        case .medium: 4
        case .low: 5
        case .info: 6
        }
    }

    /// `text` as a field of the header: printable ASCII without spaces, at most 64 characters, `-` for nothing.
    private static func name(_ text: String) -> String {
        let bytes = text.utf8.prefix(64).map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "_") }
        return bytes.isEmpty ? "-" : String(decoding: bytes, as: UTF8.self)
    }
}
