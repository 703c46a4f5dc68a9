/// A number whose digits are grouped otherwise than those of the other numbers of the same template: `1,000` among `1'000`.
///
/// A point counts with two groups or more: one may be a decimal or a version.
struct NumberRule: MarkRule {
    /// The characters that group digits in the customs of CLDR, but for the plain space, which also separates numbers.
    private static let separators = GlyphSet([
        ",", ".", "'", "_", "\u{2019}", "\u{00A0}", "\u{202F}", "\u{2009}", "\u{066C}", "\u{02BC}", "\u{FF0C}",
    ])

    func search(_ text: MarkText, into findings: inout FindingCollection) {
        guard text.origin == .template else { return }
        var places: [Unicode.Scalar: [Int]] = [:]
        var index = 0
        while let start = text.scalars.firstDigit(from: index) {
            let number = Self.number(text, from: start)
            if let separator = number.separator { places[separator, default: []].append(start + number.first) }
            index = number.end
        }
        guard places.count > 1, let usual = places.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) })
        else {
            return
        }
        for (separator, indices) in places.sorted(by: { $0.key < $1.key }) where separator != usual.key {
            guard usual.value.count >= 3, indices.count * 4 <= usual.value.count, let first = indices.first else {
                continue
            }
            var finding = text.finding(
                .anomaly, "number_format", at: first,
                "a number has other separators than \(usual.value.count) others", expected: usual.key)
            finding.count = indices.count
            findings.add(finding)
        }
    }

    /// The number at `start`: its end, the length of its first group, and what separates its groups of three.
    private static func number(
        _ text: MarkText, from start: Int
    ) -> (end: Int, first: Int, separator: Unicode.Scalar?) {
        var index = start
        while let digit = text[index], isDigit(digit) { index += 1 }
        let first = index - start
        guard first <= 3, !isWord(text[start - 1]), let separator = text[index], separators.contains(separator) else {
            return (index, first, nil)
        }
        var groups = 0
        while text[index] == separator, (1...3).allSatisfy({ text[index + $0].map(isDigit) ?? false }) {
            index += 4
            groups += 1
        }
        let isWhole = groups > 0 && !isWord(text[index]) && (separator != "." || groups > 1)
        return (max(index, start + 1), first, isWhole ? separator : nil)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    /// Whether a number beside the character would be a part of a word, a date or a version.
    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return isDigit(scalar) || LetterScript(scalar) != nil || scalar == "." || scalar == "-" || scalar == "/"
    }
}
