public import Bytes
import Text

/// A moment as people write it: a day, which means its first instant in a zone, or an instant with its own offset.
enum MomentText: Hashable, Sendable {
    /// A day.
    case date(CivilDate)
    /// An instant.
    case instant(Timestamp)

    /// Reads `2026-07-10` or RFC 3339, `2026-07-09T23:59:59.999+08:00`.
    init?(_ text: String) {
        if let date = CivilDate(text) {
            self = .date(date)
        } else if let instant = Self.instant(text) {
            self = .instant(instant)
        } else {
            return nil
        }
    }

    /// RFC 3339 section 5.6, without leap seconds.
    private static func instant(_ text: String) -> Timestamp? {
        guard text.utf8.count >= 20, text.utf8.count <= 40, let date = CivilDate(text.prefix(10)) else { return nil }
        let rest = text.dropFirst(10)
        guard let separator = rest.first, "Tt ".contains(separator) else { return nil }
        let clock = rest.dropFirst()
        guard let mark = clock.firstIndex(where: { "Zz+-".contains($0) }) else { return nil }
        guard let time = nanoseconds(ofDay: clock[..<mark]), let offset = offset(clock[mark...]) else { return nil }
        let seconds = date.dayNumber * 86_400 - offset + time / 1_000_000_000
        return Timestamp(seconds: seconds, nanoseconds: time % 1_000_000_000)
    }

    /// `HH:MM:SS` with up to nine digits of a fraction.
    private static func nanoseconds(ofDay text: Substring) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first else { return nil }
        let clock = whole.split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, clock.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Digits.number(clock[0]), let minute = Digits.number(clock[1]),
            let second = Digits.number(clock[2]), hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if let digits = parts[checked: 1] {
            guard let number = Digits.number(digits) else { return nil }
            fraction = Int64(number)
            for _ in digits.utf8.count..<9 { fraction *= 10 }
        }
        return Int64(hour * 3_600 + minute * 60 + second) * 1_000_000_000 + fraction
    }

    /// `Z` or `+08:00`, in seconds.
    private static func offset(_ text: Substring) -> Int64? {
        if text == "Z" || text == "z" { return 0 }
        let clock = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 2, clock.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Digits.number(clock[0]), let minute = Digits.number(clock[1]), hour < 24, minute < 60
        else { return nil }
        let seconds = Int64(hour * 3_600 + minute * 60)
        return text.first == "-" ? -seconds : seconds
    }
}

extension CivilDate {
    /// Reads `2026-07-10`; `nil` if it is no day, or the year is outside 1970 to 2199.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = Digits.number(parts[0]), let month = Digits.number(parts[1]), let day = Digits.number(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

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
