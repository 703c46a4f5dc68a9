public import Bytes

extension Timestamp {
    /// The moment in UTC, `2026-07-09T15:59:59.999Z`, to the millisecond if there is any.
    public var rfc3339: String {
        let length: Int64 = 86_400_000_000_000
        let rest = (nanoseconds % length + length) % length
        let date = CivilDate(dayNumber: (nanoseconds - rest) / length)
        let (seconds, milliseconds) = (rest / 1_000_000_000, rest / 1_000_000 % 1_000)
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        let digits = String(milliseconds)
        let fraction = milliseconds == 0 ? "" : "." + String(repeating: "0", count: 3 - digits.count) + digits
        return "\(date)T\(clock.joined(separator: ":"))\(fraction)Z"
    }
}
