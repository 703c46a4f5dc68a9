/// Numbers of bytes as people write them: `5MB` is 5,000,000, `5MiB` is 5,242,880, `100` and `100B` are 100.
public enum SizeText {
    /// The bytes of `text`, which may have a fraction before a unit; nothing where it is none.
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
