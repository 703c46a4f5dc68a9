import Bytes

/// Times of rules as expressions: hours of the week, windows, and the moments between which a rule binds.
///
/// A moment is a column of `DateTime64`; inside a query it is nanoseconds since 1970, so that windows are whole numbers as in the engine.
enum SQLTime {
    /// Whether `moment` is within the hours of `use`, by the clock on the wall of the schedule's zone.
    static func permits(_ use: ScheduleUse, _ moment: String) -> String {
        let schedule = use.schedule
        let zone = SQLText.literal(schedule.zone.identifier)
        let weekday = "toDayOfWeek(\(moment), 1, \(zone))"
        let second = "(toHour(\(moment), \(zone)) * 3600 + toMinute(\(moment), \(zone)) * 60 + toSecond(\(moment)))"
        let holidays = schedule.holidays.map(\.description)
        let days = holidays.isEmpty ? nil : "arrayMap(d -> toDate(d), \(SQLText.array(holidays)))"
        func isOpen(daysBefore: Int) -> String? {
            let windows = schedule.windows.filter { daysBefore == 0 || $0.end > 86_400 }
            guard !windows.isEmpty else { return nil }
            let tests = windows.map { window in
                "(\(weekday) = \((window.weekday + daysBefore) % 7) AND \(second) >= \(window.start - Int64(daysBefore) * 86_400)"
                    + " AND \(second) < \(window.end - Int64(daysBefore) * 86_400))"
            }
            let isDay = days.map { " AND NOT has(\($0), toDate(\(moment), \(zone)) - \(daysBefore))" } ?? ""
            return "((" + tests.joined(separator: " OR ") + ")\(isDay))"
        }
        let tests = [isOpen(daysBefore: 0), isOpen(daysBefore: 1)].compactMap(\.self)
        let isInside = tests.isEmpty ? "0" : "(" + tests.joined(separator: " OR ") + ")"
        return use.isExcept ? "NOT \(isInside)" : isInside
    }

    /// Nanoseconds since 1970 of `moment`.
    static func nanoseconds(_ moment: String) -> String { "toUnixTimestamp64Nano(\(moment))" }

    /// The moment of so many nanoseconds since 1970, to the millisecond.
    static func moment(_ nanoseconds: String) -> String {
        "fromUnixTimestamp64Milli(intDiv(\(nanoseconds), 1000000), 'UTC')"
    }
}

/// The windows of a threshold in SQL: `step` numbers them, or the sixtieths of one that slides.
struct SQLWindow {
    /// Nanoseconds of a step; `nil` for days of the calendar.
    private let width: Int64?
    /// Of a window of days how many, and the zone whose days they are.
    private let calendar: (days: Int64, zone: String)?
    /// How many steps a window has.
    let steps: Int64
    /// The window's length in nanoseconds.
    let length: Int64

    /// The windows of `threshold`, those of days in `zone`.
    init(_ threshold: Threshold, zone: Zone?) {
        length = threshold.window
        let isTumbling = threshold.kind == .tumbling
        steps = isTumbling ? 1 : 60
        if isTumbling, length >= CalendarWindow.day, length % CalendarWindow.day == 0 {
            calendar = (length / CalendarWindow.day, zone?.identifier ?? "UTC")
            width = nil
        } else {
            calendar = nil
            width = max(1, length / steps)
        }
    }

    /// Steps of `width` nanoseconds, for rules that count no window.
    init(width: Int64) {
        (length, steps, calendar) = (0, 1, nil)
        self.width = width
    }

    /// The number of the step that holds the column `moment`, whose nanoseconds are `nanoseconds`.
    func step(_ moment: String, nanoseconds: String) -> String {
        guard let calendar else { return "intDiv(\(nanoseconds), \(width ?? 1))" }
        let day = "toInt64(toDate(\(moment), \(SQLText.literal(calendar.zone))))"
        return "intDiv(\(day) + \(origin), \(calendar.days))"
    }

    /// The first nanosecond after step `step`.
    func end(of step: String) -> String {
        guard let calendar else { return "(\(step) + 1) * \(width ?? 1)" }
        let day = "toDate((\(step) + 1) * \(calendar.days) - \(origin))"
        return "toUnixTimestamp64Nano(toDateTime64(\(day), 9, \(SQLText.literal(calendar.zone))))"
    }

    /// The length of a step in nanoseconds, where steps are multiples of it; 1 for days of the calendar.
    var alignment: Int64 { width ?? 1 }

    /// How far a query reads back before the first moment that it judges: a window and a step.
    var lookback: Int64 {
        guard length > 0 else { return width ?? 0 }
        // The longest day has 25 hours.
        return calendar == nil ? length + (width ?? 0) : length * 2 + CalendarWindow.day / 24
    }

    /// Weeks begin on a Monday, and 1 January 1970 was a Thursday.
    private var origin: Int64 { (calendar?.days ?? 1) % 7 == 0 ? 3 : 0 }
}
