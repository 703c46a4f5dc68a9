import Bytes
import Rules

/// The day and the hour of moments as texts, kept from one to the next: events come nearly in the order of time.
struct CalendarTexts {
    private var start = Timestamp.distantPast
    private var end = Timestamp.distantPast
    private var day: UInt32 = 0
    private var hour: UInt32 = 0

    /// The numbers of `2026-11-23` and `2026-11-23 14:00` by `clock`.
    mutating func numbers(at time: Timestamp, _ clock: DayClock, _ texts: inout TextPool) -> (day: UInt32, hour: UInt32)
    {
        if start <= time, time < end { return (day, hour) }
        let civil = clock.civil(at: time)
        let date = clock.day(at: time).date
        day = texts.number(of: date.description)
        hour = texts.number(of: "\(date) \(Self.twoDigits(civil.seconds / 3_600)):00")
        // Offsets of zones change at quarters of an hour alone.
        let quarter: Int64 = 900_000_000_000
        let number = time.nanoseconds >= 0 ? time.nanoseconds / quarter : -1
        start = Timestamp(nanoseconds: number &* quarter)
        end = start.advanced(byNanoseconds: quarter)
        return (day, hour)
    }

    static func twoDigits(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
}
