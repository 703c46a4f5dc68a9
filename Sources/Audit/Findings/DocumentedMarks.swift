/// Marks that are described in public, named as such where a text is consistent with one.
///
/// The date sentence: reported in public issue threads and articles of 2026 on releases of one coding agent. The apostrophe of
/// "Today's date is" is one of four by the class of the endpoint's host, and the separators of the date are `-` or `/` by time zone.
struct DocumentedMarks: MarkRule {
    /// The name of the mark.
    static let dateSentence = "date-sentence"

    private static let before = Array("Today".unicodeScalars)
    private static let after = Array("s date is ".unicodeScalars)
    private static let variants: [Unicode.Scalar: String] = [
        "\u{2019}": "a host of the first class", "\u{02BC}": "a host of the second class",
        "\u{02B9}": "a host of the third class",
    ]

    func search(_ text: MarkText, into findings: inout FindingCollection) {
        for index in text.scalars.positions(of: text.places.todays) where isSentence(text, index) {
            let apostrophe = index + Self.before.count
            let date = apostrophe + 1 + Self.after.count
            let glyph = text.scalars[apostrophe]
            if Self.variants[glyph] != nil {
                add(
                    text, at: apostrophe, expected: "'",
                    "the apostrophe of the date sentence is \(glyph.codePointText)", into: &findings)
            }
            if let place = DateText.place(at: date, text), place.separators.0 != "-" {
                add(
                    text, at: date + 4, expected: "-",
                    "the date of the date sentence is written with \(place.separators.0.codePointText)", into: &findings
                )
            }
        }
    }

    private func isSentence(_ text: MarkText, _ index: Int) -> Bool {
        let tail = index + Self.before.count + 1
        guard tail + Self.after.count < text.scalars.count,
            text.scalars[index..<(index + Self.before.count)].elementsEqual(Self.before),
            ApostropheRule.apostrophes.contains(text.scalars[tail - 1])
        else { return false }
        return text.scalars[tail..<(tail + Self.after.count)].elementsEqual(Self.after)
            && DateText.place(at: tail + Self.after.count, text) != nil
    }

    private func add(
        _ text: MarkText, at index: Int, expected: Unicode.Scalar, _ explanation: String,
        into findings: inout FindingCollection
    ) {
        var finding = text.finding(.signature, "documented", at: index, explanation, expected: expected)
        finding.mark = Self.dateSentence
        findings.add(finding)
    }
}
