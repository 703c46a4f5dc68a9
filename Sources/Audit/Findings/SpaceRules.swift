/// Spaces other than U+0020, by the habits of languages.
struct SpaceRule: MarkRule {
    func search(_ text: MarkText, into findings: inout FindingCollection) {
        guard !text.isASCII else { return }
        var places: [Int] = []
        for index in text.scalars.foreign where Self.isOddSpace(text.scalars[index]) && !isHonest(index, text) {
            places.append(index)
        }
        guard !places.isEmpty, text.origin == .template || places.count <= 4 else { return }
        for index in places.prefix(64) {
            let scalar = text.scalars[index]
            findings.add(
                text.finding(
                    .anomaly, "space", at: index, "\(scalar.codePointText) is used as a space", expected: " "))
        }
    }

    private static func isOddSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00A0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    private func isHonest(_ index: Int, _ text: MarkText) -> Bool {
        let before = text[index - 1]
        let after = text[index + 1]
        if text.scalars[index] == "\u{3000}" { return text.hasLetters(of: .eastAsian) }
        // French puts one before two-part punctuation and inside guillemets; numbers have them between groups and units.
        if let after, ":;!?»%€$£°–—".unicodeScalars.contains(after) { return true }
        if let before, "«–—§№#".unicodeScalars.contains(before) { return true }
        if let before, (0x30...0x39).contains(before.value) { return true }
        if let after, (0x30...0x39).contains(after.value) { return true }
        // Abbreviations and initials: "z. B.", "p. ex.".
        return before == "."
    }
}

/// White space at the ends of lines: a pattern of spaces and tabs that shows nothing can carry bits.
struct LineEndRule: MarkRule {
    func search(_ text: MarkText, into findings: inout FindingCollection) {
        // Without a space beside a tab no pattern is there.
        guard text.origin == .template || text.places.hasMixedBlanks else { return }
        var places: [Int] = []
        var mixed = 0
        let ends = text.scalars.positions(of: text.places.blankEnds).map { $0 + 1 } + [text.scalars.count]
        for lineEnd in ends {
            let end = text[lineEnd - 1] == "\r" ? lineEnd - 1 : lineEnd
            var first = end
            while Self.isBlank(text[first - 1]) { first -= 1 }
            guard first < end, let before = text[first - 1], before != "\n" else { continue }
            let blanks = text.scalars[first..<end]
            // Two spaces are a line break of Markdown.
            if !(blanks.count == 2 && blanks.allSatisfy { $0 == " " }) { places.append(first) }
            if blanks.count >= 3, blanks.contains(" "), blanks.contains("\t") { mixed += 1 }
        }
        guard let first = places.first else { return }
        if mixed >= 8 {
            var finding = text.finding(
                .signature, "line_end", at: first, "spaces and tabs are mixed at the ends of \(mixed) lines")
            finding.count = places.count
            findings.add(finding)
        } else if text.origin == .template, places.count >= 4 {
            let lines = Self.lines(text)
            guard places.count * 4 <= lines else { return }
            var finding = text.finding(
                .anomaly, "line_end", at: first, "\(places.count) of \(lines) lines end in white space")
            finding.count = places.count
            findings.add(finding)
        }
    }
}

extension LineEndRule {
    private static func isBlank(_ scalar: Unicode.Scalar?) -> Bool { scalar == " " || scalar == "\t" }

    /// The number of lines; what follows the last line end is one if it is not empty.
    private static func lines(_ text: MarkText) -> Int {
        text.scalars.positions(of: UInt8(ascii: "\n")).count + (text.scalars.last == "\n" ? 0 : 1)
    }
}

/// Dashes inside words and dates that look like a hyphen and are not one.
struct DashRule: MarkRule {
    private static let dashes = GlyphSet([
        "\u{2010}", "\u{2011}", "\u{2012}", "\u{2043}", "\u{2212}", "\u{02D7}", "\u{FE63}", "\u{FF0D}", "\u{1806}",
        "\u{2013}",
    ])

    func search(_ text: MarkText, into findings: inout FindingCollection) {
        let foreign = text.scalars.foreign.filter { Self.dashes.contains(text.scalars[$0]) }
        guard !foreign.isEmpty else { return }
        var hyphens = 0
        var places: [Int] = []
        for index in (foreign + text.scalars.positions(of: UInt8(ascii: "-"))).sorted() {
            let scalar = text.scalars[index]
            guard let before = text[index - 1], let after = text[index + 1] else { continue }
            let isWord = LetterScript(before) == .latin && LetterScript(after) == .latin
            let isDate = DateText.isSeparator(at: index, text)
            guard isWord || isDate else { continue }
            if scalar == "-" { hyphens += 1 } else if isDate || scalar != "\u{2013}" { places.append(index) }
        }
        guard !places.isEmpty else { return }
        let isRare = hyphens >= 2 * places.count || (text.origin == .template && hyphens >= places.count)
        for index in places.prefix(64) where isRare || DateText.isSeparator(at: index, text) {
            findings.add(
                text.finding(
                    .anomaly, "dash", at: index, "\(text.scalars[index].codePointText) is used as a hyphen",
                    expected: "-"))
        }
    }
}
