/// What all texts of one request have in common: a single odd character in a short text shows only against the others.
struct MarkContext {
    /// The number of apostrophes between Latin letters, by character.
    private(set) var apostrophes: [Unicode.Scalar: Int] = [:]
    /// The number of dates, by their first separator.
    private(set) var dates: [Unicode.Scalar: Int] = [:]

    /// A context without texts.
    init() {}

    /// Adds what `text` has.
    mutating func add(_ text: MarkText) {
        var plain = 0
        for index in text.positions(ofApostrophes: ApostropheRule.apostrophes)
        where ApostropheRule.isBetweenLetters(text, index) {
            let glyph = text.scalars[index]
            if glyph == "'" { plain += 1 } else { apostrophes[glyph, default: 0] += 1 }
        }
        if plain > 0 { apostrophes["'", default: 0] += plain }
        for index in text.scalars.positions(of: text.places.years) {
            if let place = DateText.place(at: index, text) { dates[place.separators.0, default: 0] += 1 }
        }
    }

    /// The character that is usual where `glyph` is rare: at least eight uses, and eight times as many as of `glyph`.
    static func usual(_ counts: [Unicode.Scalar: Int], besides glyph: Unicode.Scalar) -> (
        glyph: Unicode.Scalar, uses: Int
    )? {
        guard let usual = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), usual.key != glyph else {
            return nil
        }
        guard usual.value >= 8, usual.value >= 8 * counts[glyph, default: 0] else { return nil }
        return (usual.key, usual.value)
    }
}
