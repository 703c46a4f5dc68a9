public import Bytes
public import Rules
import Text

/// Stretches of time as people ask for them.
public enum ReportPeriod {
    /// The words that `named` knows.
    public static let names = ["today", "yesterday", "this-week", "last-week", "this-month", "last-month"]

    /// The moment of `2026-11-23`, the first of that day by `clock`, or of RFC 3339, `2026-11-23T09:00:00+01:00`.
    ///
    /// - Throws: what is wrong, in one line.
    public static func moment(_ text: String, _ clock: DayClock) throws(ReportQueryError) -> Timestamp {
        guard let moment = clock.moment(text) else {
            throw ReportQueryError("'\(text)' is no moment; write a day, 2026-11-23, or 2026-11-23T09:00:00+01:00")
        }
        return moment
    }

    /// The stretch that `text` names, as seen at `now`: a word of `names`, or `7d`, which is the last seven days up to now. Weeks
    /// begin on Monday.
    ///
    /// - Throws: what is wrong, in one line.
    public static func named(
        _ text: String, at now: Timestamp, _ clock: DayClock
    ) throws(ReportQueryError) -> Range<Timestamp> {
        if let length = DurationText.nanoseconds(text) { return now.advanced(byNanoseconds: -length)..<now }
        let today = clock.day(at: now).date
        switch text {
        case "today": return clock.days(from: today, count: 1)
        case "yesterday": return clock.days(from: today.advanced(by: -1), count: 1)
        case "this-week": return clock.days(from: today.advanced(by: -today.weekday), count: 7)
        case "last-week": return clock.days(from: today.advanced(by: -today.weekday - 7), count: 7)
        case "this-month": return clock.month(of: today)
        case "last-month":
            return clock.month(of: today.advanced(by: -today.dayOfMonth))
        default:
            let hint = Spelling.nearest(to: text, among: names).map { "; did you mean \($0)?" } ?? "."
            throw ReportQueryError(
                "'\(text)' is no period\(hint) One of \(names.joined(separator: ", ")), or a length as 7d")
        }
    }
}

extension CivilDate {
    func advanced(by days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber + Int64(days)) }

    /// 1 to 31.
    var dayOfMonth: Int { Int(description.suffix(2)) ?? 1 }
}

extension DayClock {
    /// `count` days from `date` on.
    func days(from date: CivilDate, count: Int) -> Range<Timestamp> {
        let start = start(of: date)
        return start..<max(start, self.start(of: date.advanced(by: count)))
    }

    /// The month that holds `date`.
    func month(of date: CivilDate) -> Range<Timestamp> {
        let first = date.advanced(by: 1 - date.dayOfMonth)
        var next = first.advanced(by: 28)
        while next.dayOfMonth != 1 { next = next.advanced(by: 1) }
        return days(from: first, count: Int(next.dayNumber - first.dayNumber))
    }
}
