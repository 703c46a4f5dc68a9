public import Bytes
import Text

extension CivilDate {
    /// Reads `2026-07-10`; nothing where it is no day, or the year lies outside 1970 to 2199.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = Digits.number(parts[0]), let month = Digits.number(parts[1]), let day = Digits.number(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}
