/// Dates in texts: four digits, two and two, with separators.
enum DateText {
    /// One date in a text.
    struct Place {
        /// The index of the first digit.
        var start: Int
        /// The separators.
        var separators: (Unicode.Scalar, Unicode.Scalar)
        /// The index after the last digit.
        var end: Int
    }

    /// The date at `index`: `YYYY?MM?DD` with any single characters that are no digits and letters between.
    static func place(at index: Int, _ text: MarkText) -> Place? {
        guard !isDigit(text[index - 1]), let first = text[index + 4], let second = text[index + 7] else { return nil }
        for offset in [0, 1, 2, 3, 5, 6, 8, 9] where !isDigit(text[index + offset]) { return nil }
        guard !isDigit(text[index + 10]), LetterScript(first) == nil, LetterScript(second) == nil, first != " " else {
            return nil
        }
        guard text[index] == "1" || text[index] == "2", text[index + 5] == "0" || text[index + 5] == "1",
            let day = text[index + 8], day.value <= 0x33
        else { return nil }
        return Place(start: index, separators: (first, second), end: index + 10)
    }

    /// Whether the character at `index` separates the parts of a date.
    static func isSeparator(at index: Int, _ text: MarkText) -> Bool {
        guard isDigit(text[index - 1]), isDigit(text[index + 1]) else { return false }
        return place(at: index - 4, text) != nil || place(at: index - 7, text) != nil
    }

    private static func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { (0x30...0x39).contains($0.value) } ?? false
    }
}

/// A date that is written otherwise than the other dates of the same text.
struct DateRule: MarkRule {
    func search(_ text: MarkText, into findings: inout FindingCollection) {
        var places: [String: [DateText.Place]] = [:]
        for index in text.scalars.positions(of: text.places.years) {
            guard let place = DateText.place(at: index, text) else { continue }
            places["\(place.separators.0)\(place.separators.1)", default: []].append(place)
        }
        let counts = places.mapValues(\.count)
        for (form, dates) in places.sorted(by: { $0.key < $1.key }) {
            guard let first = dates.first, let usual = usual(besides: form, first.separators.0, counts, text) else {
                continue
            }
            var finding = text.finding(
                .anomaly, "date_format", at: first.start + 4, "a date has other separators than \(usual.uses) others",
                expected: usual.separator)
            finding.count = dates.count
            findings.add(finding)
        }
    }

    /// The separator that the text, if the program wrote it, or else the request has in place of a rare one.
    private func usual(
        besides form: String, _ separator: Unicode.Scalar, _ counts: [String: Int], _ text: MarkText
    ) -> (separator: Unicode.Scalar, uses: Int)? {
        let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        if let usual, text.origin == .template, usual.key != form, usual.value >= 2 * counts[form, default: 0],
            let first = usual.key.unicodeScalars.first
        {
            return (first, usual.value)
        }
        return MarkContext.usual(text.context.dates, besides: separator).map { ($0.glyph, $0.uses) }
    }
}
