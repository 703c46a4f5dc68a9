/// A moment: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds, as a 64-bit integer.
///
/// Kept as an integer from the capture file to the event, so that no nanosecond is lost on the way. It reaches from
/// 1677 to 2262; arithmetic past that stays at the end instead of trapping.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the epoch.
    public var nanoseconds: Int64

    /// The moment `nanoseconds` after the epoch.
    @inlinable @inline(__always)
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The moment `seconds` and `nanoseconds` after the epoch, clamped to what can be held.
    @inlinable @inline(__always)
    public init(seconds: Int64, nanoseconds: Int64) {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(nanoseconds)
        self.nanoseconds = overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// The earliest moment that can be held.
    @inlinable public static var distantPast: Timestamp { Timestamp(nanoseconds: .min) }

    /// Whether `left` is before `right`.
    @inlinable @inline(__always)
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `nanoseconds` later, clamped.
    @inlinable @inline(__always)
    public func advanced(byNanoseconds nanoseconds: Int64) -> Timestamp {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return Timestamp(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : sum)
    }

    /// The nanoseconds from `earlier` to this moment, clamped; negative where `earlier` is later.
    @inlinable @inline(__always)
    public func nanoseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? (nanoseconds < earlier.nanoseconds ? .min : .max) : difference
    }
}

/// A day of the proleptic Gregorian calendar, without a place.
public struct CivilDate: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01.
    public let dayNumber: Int64

    /// The day `dayNumber` days after 1970-01-01.
    public init(dayNumber: Int64) {
        self.dayNumber = dayNumber
    }

    /// The day of the three numbers; `nil` if there is none, or the year is outside 1970 to 2199.
    public init?(year: Int, month: Int, day: Int) {
        guard (1970...2199).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        guard day <= Self.length(ofMonth: month, year: year) else { return nil }
        // Days before the year, with a leap day in each fourth but three of four hundreds, then before the month.
        let past = year - 1
        var days = 365 * past + past / 4 - past / 100 + past / 400
        for earlier in 1..<month { days += Self.length(ofMonth: earlier, year: year) }
        dayNumber = Int64(days + day - 1 - Self.daysToEpoch)
    }

    /// 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday.
    public var weekday: Int { Int((dayNumber % 7 + 10) % 7) }

    /// The day's first instant by the clocks of UTC.
    public var startInUTC: Timestamp {
        Timestamp(seconds: dayNumber &* 86_400, nanoseconds: 0)
    }

    /// The earlier day first.
    public static func < (left: CivilDate, right: CivilDate) -> Bool { left.dayNumber < right.dayNumber }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 0001-01-01 to 1970-01-01.
    private static let daysToEpoch = 719_162
}

extension CivilDate: CustomStringConvertible {
    /// The date as ISO 8601 has it, `2026-07-10`; for years 0 to 9999.
    public var description: String {
        // Counted in years that begin on 1 March, so that the leap day is the last of its year: 719468 days are between 0000-03-01
        // and 1970-01-01, and 146097 days are 400 years.
        let shifted = max(0, dayNumber &+ 719_468)
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
