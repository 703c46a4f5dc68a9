public import Bytes

/// Days by the clocks of one time zone, as moments.
public struct DayClock: Sendable {
    /// The IANA name of the zone.
    public let zone: String
    private let table: Zone

    /// The days of `zone`; nothing where the time-zone database has no such name.
    public init?(zone: String) {
        guard let table = Zone(zone) else { return nil }
        self.zone = zone
        self.table = table
    }

    /// The names of all zones, for suggestions.
    public static var zones: [String] { Zone.identifiers }

    /// The first instant of the day that holds `time`, and that of the next.
    public func day(at time: Timestamp) -> (start: Timestamp, end: Timestamp) {
        let date = table.civil(at: time).date
        return (table.start(of: date), table.start(of: CivilDate(dayNumber: date.dayNumber &+ 1)))
    }
}
