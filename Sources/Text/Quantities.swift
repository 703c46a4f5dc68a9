/// Lengths of time as people write them: `90s`, `15m`, `1h`, `7d`, also `500ms`, in nanoseconds.
public enum DurationText {
    /// The nanoseconds of `text`; `nil` if it is not one, or past 100 years.
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

/// Numbers of bytes as people write them: `5MB` is 5,000,000, `5MiB` is 5,242,880, `100` and `100B` are 100.
public enum SizeText {
    /// The bytes of `text`, which may have a fraction before a unit; `nil` if it is not one.
    public static func bytes(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let unit = units[String(text.dropFirst(digits.count))] else { return nil }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let digits = parts.first, let whole = Int64(digits) else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        guard let fraction = parts[checked: 1] else { return product }
        guard unit > 1, fraction.utf8.count <= 3, let number = Digits.number(fraction) else { return nil }
        let scale: Int64 = [10, 100, 1_000][fraction.utf8.count - 1]
        let (sum, carry) = product.addingReportingOverflow(
            unit / scale * Int64(number) + unit % scale * Int64(number) / scale)
        return carry ? nil : sum
    }

    private static let units: [String: Int64] = [
        "": 1, "B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
        "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
    ]
}

/// Numbers of plain digits.
public enum Digits {
    /// The number of `text`, which holds one to nine ASCII digits and nothing else.
    public static func number(_ text: some StringProtocol) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
