public import Bytes

extension JSONWriter {
    /// Writes `time` under `key` as RFC 3339 text in UTC with nine digits of a second: `2026-07-10T02:14:07.123456789Z`.
    ///
    /// Every moment that a `Timestamp` holds, years 1677 to 2262, has its text; nothing of it is rounded.
    public mutating func time(_ key: StaticString, _ time: Timestamp) {
        self.key(key)
        bytes.append(UInt8(ascii: "\""))
        dateTime(time)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends `time` as RFC 3339 text in UTC, with nine digits of a second or fewer.
    mutating func dateTime(_ time: Timestamp, digits: Int = 9) {
        let (days, nanoseconds) = Self.split(time)
        if days != day.number {
            swap(&day, &dayBefore)
            if days != day.number { day = (days, Self.civilDate(days)) }
        }
        bytes.append(contentsOf: day.text)
        bytes.append(timeOfDay: nanoseconds, digits: digits)
    }

    /// The days since 1970-01-01, downwards for moments before it, and the nanoseconds into that day.
    private static func split(_ time: Timestamp) -> (days: Int64, nanoseconds: UInt64) {
        let day: Int64 = 86_400_000_000_000
        // Not `days * day`: for the earliest moment that product is past the range.
        let days = time.nanoseconds / day
        let rest = time.nanoseconds % day
        return rest < 0 ? (days - 1, UInt64(rest + day)) : (days, UInt64(rest))
    }

    /// The date of the proleptic Gregorian calendar, `days` after 1970-01-01, as text.
    ///
    /// Counted in years that begin on 1 March, so that the leap day is the last of its year: 719468 days are between
    /// 0000-03-01 and 1970-01-01, and 146097 days are 400 years. No moment in range is before the year 0.
    private static func civilDate(_ days: Int64) -> [UInt8] {
        let shifted = UInt64(days + 719_468)
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        var text: [UInt8] = []
        text.append(padded: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), width: 4)
        text.append("-")
        text.append(padded: month, width: 2)
        text.append("-")
        text.append(padded: day, width: 2)
        return text
    }
}

extension Timestamp {
    /// RFC 3339 text in UTC, as `JSONWriter.time` writes it. Cost: an array and a string.
    var text: String {
        var writer = JSONWriter(limit: 64)
        writer.time("", self)
        // Without the empty key, the colon and the quotation marks.
        return String(decoding: writer.bytes.dropFirst(4).dropLast(), as: UTF8.self)
    }
}
