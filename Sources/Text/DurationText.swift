/// Lengths of time as people write them: `90s`, `15m`, `1h`, `7d`, also `500ms`, in nanoseconds.
public enum DurationText {
    /// The nanoseconds of `text`; nothing where it is none, or past 100 years.
    public static func nanoseconds(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...15).contains(digits.utf8.count), let number = Int64(digits),
            let unit = units[String(text.dropFirst(digits.count))]
        else {
            return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow || product > longest ? nil : product
    }

    /// `nanoseconds` in the largest unit that holds it whole.
    public static func text(_ nanoseconds: Int64) -> String {
        guard nanoseconds != 0 else { return "0s" }
        for word in ["d", "h", "m", "s", "ms"] {
            if let unit = units[word], nanoseconds % unit == 0 { return "\(nanoseconds / unit)\(word)" }
        }
        return "\(nanoseconds)ns"
    }

    private static let units: [String: Int64] = [
        "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]
    private static let longest: Int64 = 3_155_760_000_000_000_000
}
