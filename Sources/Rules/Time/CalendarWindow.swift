import Bytes

/// Windows of whole days by the clocks of one zone: a day begins at midnight there, whatever UTC says, and has 23 or 25 hours where
/// the clock is changed. Windows of whole weeks begin on a Monday.
struct CalendarWindow: Sendable {
    private let zone: Zone
    private let days: Int64

    /// Windows of `length` nanoseconds in `zone`; `nil` if that is no number of whole days.
    init?(length: Int64, in zone: Zone) {
        guard length >= Self.day, length % Self.day == 0 else { return nil }
        self.zone = zone
        days = length / Self.day
    }

    /// The number of the window that holds `time`.
    func number(at time: Timestamp) -> Int64 {
        let day = zone.day(at: time).dayNumber - origin
        return day >= 0 ? day / days : (day - days + 1) / days
    }

    /// The first instant after window `number`.
    func end(of number: Int64) -> Timestamp {
        zone.start(of: CivilDate(dayNumber: (number + 1) * days + origin))
    }

    /// The day on which a window begins: Monday, 29 December 1969, for weeks, and otherwise 1 January 1970.
    private var origin: Int64 { days % 7 == 0 ? -3 : 0 }

    /// A day without a change of the clock, in nanoseconds.
    static let day: Int64 = 86_400_000_000_000
}
