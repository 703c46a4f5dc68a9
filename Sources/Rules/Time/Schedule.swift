public import Bytes
import Text

/// Hours of the week in a zone, holidays left out.
struct Schedule: Sendable {
    /// A stretch of one weekday in seconds of the day; one that crosses midnight ends past 86,400.
    struct Window: Hashable, Sendable {
        /// 0 for Monday.
        let weekday: Int
        /// Inclusive.
        let start: Int64
        /// Exclusive.
        let end: Int64
    }

    /// The zone whose clock counts.
    let zone: Zone
    /// The stretches.
    let windows: [Window]
    /// Days on which no stretch begins.
    let holidays: Set<CivilDate>

    /// Whether `time` is inside a stretch, by the clock on the wall.
    func contains(_ time: Timestamp) -> Bool {
        let (date, seconds) = zone.civil(at: time)
        let yesterday = CivilDate(dayNumber: date.dayNumber - 1)
        return isOpen(date, seconds) || isOpen(yesterday, seconds + 86_400)
    }

    private func isOpen(_ date: CivilDate, _ seconds: Int64) -> Bool {
        !holidays.contains(date)
            && windows.contains { $0.weekday == date.weekday && $0.start <= seconds && seconds < $0.end }
    }

    /// Reads `09:00-18:30`; an end that is not after its start is on the next day, and `24:00` ends the day.
    static func hours(_ text: String) -> (start: Int64, end: Int64)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = clock(parts[0]), let end = clock(parts[1]), start < 86_400, start != end
        else {
            return nil
        }
        return (start, end > start ? end : end + 86_400)
    }

    /// Reads `mon`, `mon-fri` or `fri-mon`, as weekdays in order.
    static func weekdays(_ text: String) -> [Int]? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map {
            names.firstIndex(of: String($0))
        }
        switch parts.count {
        case 1: return parts[0].map { [$0] }
        case 2:
            guard let first = parts[0], let last = parts[1] else { return nil }
            return (0...((last - first + 7) % 7)).map { (first + $0) % 7 }
        default: return nil
        }
    }

    private static func clock(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Digits.number(parts[0]), let minute = Digits.number(parts[1]), minute < 60,
            hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return Int64(hour * 3_600 + minute * 60)
    }

    private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
}

/// Days by the clocks of one time zone, as moments.
public struct DayClock: Sendable {
    /// The IANA name of the zone.
    public let zone: String
    private let table: Zone

    /// The days of `zone`; `nil` if the time-zone database has no such name.
    public init?(zone: String) {
        guard let table = Zone(zone) else { return nil }
        self.zone = zone
        self.table = table
    }

    /// The names of all zones, for suggestions.
    public static var zones: [String] { Zone.identifiers }

    /// One day: its date and how far it reaches.
    public struct Day: Equatable, Sendable {
        /// The date.
        public let date: CivilDate
        /// The day's first instant.
        public let start: Timestamp
        /// The next day's first instant.
        public let end: Timestamp

        /// A day of its parts.
        public init(date: CivilDate, start: Timestamp, end: Timestamp) {
            self.date = date
            self.start = start
            self.end = end
        }
    }

    /// The day that holds `time`: from its start on, and before its end.
    public func day(at time: Timestamp) -> Day {
        let date = table.day(at: time)
        return Day(
            date: date, start: table.start(of: date), end: table.start(of: CivilDate(dayNumber: date.dayNumber &+ 1)))
    }

    /// The first instant of `date`.
    public func start(of date: CivilDate) -> Timestamp { table.start(of: date) }

    /// What the clock on the wall shows at `time`: the date, and the seconds since midnight.
    public func civil(at time: Timestamp) -> (date: CivilDate, seconds: Int64) { table.civil(at: time) }

    /// The moment of `2026-07-10`, the first of that day, or of RFC 3339, `2026-07-10T09:00:00+02:00`; `nil` if it is neither.
    public func moment(_ text: String) -> Timestamp? {
        switch MomentText(text) {
        case .date(let date): start(of: date)
        case .instant(let time): time
        case nil: nil
        }
    }
}
