/// Apostrophes and quotation marks: one glyph where the same text has another in the same context.
struct ApostropheRule: MarkRule {
    /// The characters that are, or look like, an apostrophe between letters.
    static let apostrophes = GlyphSet([
        "'", "\u{2019}", "\u{02BC}", "\u{02B9}", "\u{2018}", "\u{201B}", "\u{02BB}", "\u{02BE}", "\u{02C8}", "\u{055A}",
        "\u{05F3}", "\u{07F4}", "\u{1FBF}", "\u{1FBD}", "\u{2032}", "\u{A78C}", "\u{FF07}", "\u{0060}", "\u{00B4}",
    ])
    /// Letters of phonetic and other alphabets that no contraction of English has.
    private static let modifiers: Set<Unicode.Scalar> = [
        "\u{02BC}", "\u{02B9}", "\u{02BB}", "\u{02BE}", "\u{02C8}", "\u{A78C}",
    ]
    private static let doubles = GlyphSet([
        "\"", "\u{201C}", "\u{201D}", "\u{201E}", "\u{201F}", "\u{2033}", "\u{02BA}", "\u{02EE}", "\u{FF02}",
        "\u{3003}",
    ])

    func search(_ text: MarkText, into findings: inout FindingCollection) {
        guard !text.isASCII else { return }
        let apostrophes = text.positions(ofApostrophes: Self.apostrophes).filter { Self.isBetweenLetters(text, $0) }
        search(text, apostrophes, "apostrophe", into: &findings)
        // The usual mark of ASCII alone differs from no other.
        guard text.scalars.foreign.contains(where: { Self.doubles.contains(text.scalars[$0]) }) else { return }
        let foreign = text.scalars.foreign.filter { Self.doubles.contains(text.scalars[$0]) }
        let marks = (foreign + text.scalars.positions(of: UInt8(ascii: "\""))).sorted()
        search(text, marks.filter { Self.isBesideLetter(text, $0) }, "quotation_mark", into: &findings)
    }

    /// Whether the character at `index` opens or closes a word of Latin letters: marks of inches and of code count alike.
    private static func isBesideLetter(_ text: MarkText, _ index: Int) -> Bool {
        for side in [index - 1, index + 1] {
            if let scalar = text[side], LetterScript(scalar) == .latin { return true }
        }
        return false
    }

    /// Whether the character at `index` has a Latin letter on each side.
    static func isBetweenLetters(_ text: MarkText, _ index: Int) -> Bool {
        guard let before = text[index - 1], let after = text[index + 1] else { return false }
        // Some letters outside ASCII are among them.
        return LetterScript(before) == .latin && LetterScript(after) == .latin
            && (before.isASCII || !apostrophes.contains(before)) && (after.isASCII || !apostrophes.contains(after))
    }

    private func search(
        _ text: MarkText, _ indices: [Int], _ category: String, into findings: inout FindingCollection
    ) {
        var places: [Unicode.Scalar: [Int]] = [:]
        for index in indices { places[text.scalars[index], default: []].append(index) }
        for (glyph, indices) in places.sorted(by: { $0.key < $1.key }) {
            guard let common = usual(besides: glyph, places, category, text) else { continue }
            if category == "quotation_mark" && !glyph.isUnusualQuote { continue }
            for index in indices.prefix(64) {
                let isSignature =
                    category == "apostrophe" && isContraction(text, index) && Self.modifiers.contains(glyph)
                findings.add(
                    text.finding(
                        isSignature ? .signature : .anomaly, category, at: index,
                        "\(glyph.codePointText) is used although \(common.uses) others are \(common.glyph.codePointText)",
                        expected: common.glyph))
            }
        }
        if category == "apostrophe" { addModifiers(text, places, into: &findings) }
    }

    /// The character that the text, or else the request, has in place of a rare `glyph`.
    private func usual(
        besides glyph: Unicode.Scalar, _ places: [Unicode.Scalar: [Int]], _ category: String, _ text: MarkText
    ) -> (glyph: Unicode.Scalar, uses: Int)? {
        let counts = places.mapValues(\.count)
        let count = counts[glyph, default: 0]
        let total = counts.values.reduce(0, +)
        if let usual = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), usual.key != glyph,
            isRare(count, among: total, text), usual.value >= 2 * count
        {
            return (usual.key, usual.value)
        }
        return category == "apostrophe" ? MarkContext.usual(text.context.apostrophes, besides: glyph) : nil
    }

    /// A modifier letter in a contraction of English is reported if the text has no other apostrophe to compare with.
    private func addModifiers(
        _ text: MarkText, _ places: [Unicode.Scalar: [Int]], into findings: inout FindingCollection
    ) {
        guard let glyph = places.keys.first, places.count == 1, Self.modifiers.contains(glyph) else { return }
        guard MarkContext.usual(text.context.apostrophes, besides: glyph) == nil else { return }
        for index in (places[glyph] ?? []).prefix(64) where isContraction(text, index) {
            findings.add(
                text.finding(
                    .anomaly, "apostrophe", at: index,
                    "\(glyph.codePointText) is a letter; English writes an apostrophe here", expected: "'"))
        }
    }

    /// People mix glyphs by pasting: outside of templates only a lone glyph among many is worth a look.
    private func isRare(_ count: Int, among total: Int, _ text: MarkText) -> Bool {
        switch text.origin {
        case .template: total >= 3 && count * 4 <= total
        case .mixed: (count == 1 && total >= 4) || count * 8 <= total
        }
    }

    private static let endings: Set<String> = ["s", "t", "re", "ve", "ll", "d", "m"]

    /// Whether the letters after the apostrophe are the end of a contraction or possessive of English, in a word of ASCII.
    private func isContraction(_ text: MarkText, _ index: Int) -> Bool {
        guard text[index - 1]?.isASCII == true else { return false }
        var ending = ""
        var position = index + 1
        while let scalar = text[position], LetterScript(scalar) != nil, ending.utf8.count < 4 {
            ending.unicodeScalars.append(scalar)
            position += 1
        }
        return Self.endings.contains(ending.lowercased())
    }
}

/// A set of characters that is asked for each character of a text: those of ASCII cost a comparison or two, most others one test.
struct GlyphSet: Sendable {
    private let ascii: [UInt32]
    private let foreign: Set<Unicode.Scalar>
    /// A bit for the lowest six bits of each of `foreign`.
    private let lowBits: UInt64

    /// The set of `glyphs`.
    init(_ glyphs: [Unicode.Scalar]) {
        ascii = glyphs.filter(\.isASCII).map(\.value)
        foreign = Set(glyphs.filter { !$0.isASCII })
        lowBits = foreign.reduce(0) { $0 | 1 << UInt64($1.value & 63) }
    }

    /// Whether it holds `scalar`.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ascii.contains(scalar.value) }
        return lowBits >> UInt64(scalar.value & 63) & 1 != 0 && foreign.contains(scalar)
    }
}

extension Unicode.Scalar {
    /// `U+02BC`.
    package var codePointText: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Whether it is a double quotation mark that no keyboard and no typesetting of English, German or French has.
    fileprivate var isUnusualQuote: Bool {
        switch self {
        case "\"", "\u{201C}", "\u{201D}", "\u{201E}": false
        default: true
        }
    }
}
