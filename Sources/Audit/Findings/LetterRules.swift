/// Letters of another alphabet that look like those of the word around them (UTS #39).
struct HomoglyphRule: MarkRule {
    func search(_ text: MarkText, into findings: inout FindingCollection) {
        guard !text.isASCII else { return }
        let words = mixedWords(text)
        guard !words.isEmpty else { return }
        let letters = LetterCounts(text.scalars)
        // Letters of each script that are in no such word: in a text with honest words of that script, one key of the
        // wrong layout explains an odd letter.
        var honest = letters
        for word in words {
            for index in word.foreign {
                if let script = LetterScript(text.scalars[index]) { honest[script] -= 1 }
            }
        }
        for word in words {
            guard let first = word.foreign.first, let script = LetterScript(text.scalars[first]) else { continue }
            let isDeliberate = honest[script] <= 0 && letters[.latin] >= 12
            for index in word.foreign.prefix(16) {
                let scalar = text.scalars[index]
                findings.add(
                    text.finding(
                        isDeliberate ? .signature : .anomaly, "homoglyph", at: index,
                        "\(scalar.codePointText) is in a word of Latin letters",
                        expected: Confusables.ascii(for: scalar)))
            }
        }
    }

    /// The words of three letters or more that are of ASCII but for fewer letters that look like ASCII.
    private func mixedWords(_ text: MarkText) -> [(word: Range<Int>, foreign: [Int])] {
        var words: [(word: Range<Int>, foreign: [Int])] = []
        var passed = 0
        for index in text.scalars.foreign where index >= passed {
            guard LetterScript(text.scalars[index]) != nil else { continue }
            var start = index
            while start > passed, LetterScript(text.scalars[start - 1]) != nil { start -= 1 }
            var end = index + 1
            while let next = text[end], LetterScript(next) != nil { end += 1 }
            if let foreign = foreign(in: start..<end, text) { words.append((start..<end, foreign)) }
            passed = end
        }
        return words
    }

    private func foreign(in word: Range<Int>, _ text: MarkText) -> [Int]? {
        var foreign: [Int] = []
        var plain = 0
        for index in word {
            let scalar = text.scalars[index]
            if scalar.isASCII {
                plain += 1
            } else if Confusables.ascii(for: scalar) != nil, !Self.isOwn(scalar) {
                foreign.append(index)
            } else {
                // A letter that looks like none of ASCII shows that the word means to be of that script.
                return nil
            }
        }
        return word.count >= 3 && plain > foreign.count && !foreign.isEmpty ? foreign : nil
    }

    /// Latin letters of living alphabets (dotless i, small l with stroke) and signs of units are no imitation.
    private static func isOwn(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x250 || (0x02B0...0x02FF).contains(scalar.value)
    }
}

/// The ASCII character that a letter is confused with.
enum Confusables {
    private static let table: [UInt32: Unicode.Scalar] = {
        var table: [UInt32: Unicode.Scalar] = [:]
        for pair in ConfusableTable.pairs { table[pair >> 8] = Unicode.Scalar(UInt8(truncatingIfNeeded: pair)) }
        return table
    }()

    /// The letter or digit of ASCII that `scalar` looks like, or `nil`.
    static func ascii(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        if let found = table[scalar.value] { return found }
        // Full-width letters and digits look like those of ASCII by their decomposition.
        guard (0xFF10...0xFF5A).contains(scalar.value) else { return nil }
        let plain = Unicode.Scalar(scalar.value - 0xFEE0)
        return plain.flatMap { UInt8(truncatingIfNeeded: $0.value).isASCIIWord ? $0 : nil }
    }
}

/// Combining marks after letters of ASCII, in a text that writes its accents with single characters.
struct CombiningRule: MarkRule {
    func search(_ text: MarkText, into findings: inout FindingCollection) {
        guard !text.isASCII else { return }
        let places = text.scalars.foreign.filter { index in
            let scalar = text.scalars[index]
            guard (0x0300...0x036F).contains(scalar.value), scalar.value != 0x034F else { return false }
            return text[index - 1]?.isASCII == true
        }
        guard !places.isEmpty else { return }
        let composed =
            places.count <= 2 ? 0 : text.scalars.foreign.filter { LetterScript(text.scalars[$0]) == .latin }.count
        guard places.count <= 2 || composed > 4 * places.count else { return }
        for index in places.prefix(64) {
            findings.add(
                text.finding(
                    .anomaly, "combining", at: index,
                    "\(text.scalars[index].codePointText) is combined with a letter of ASCII"))
        }
    }
}

/// Controls of writing direction in a text that is written from left to right only.
struct BidirectionalRule: MarkRule {
    func search(_ text: MarkText, into findings: inout FindingCollection) {
        let controls = text.scalars.foreign.filter { Self.isControl(text.scalars[$0]) }
        guard !controls.isEmpty, !text.hasLetters(of: .rightToLeft) else { return }
        for index in controls {
            switch text.scalars[index].value {
            case 0x202D, 0x202E:
                findings.add(
                    text.finding(
                        .signature, "bidirectional", at: index, "an override of direction in a text of one direction"))
            default:
                findings.add(
                    text.finding(
                        .anomaly, "bidirectional", at: index, "a control of direction in a text of one direction"))
            }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

/// Digits of two scripts in one number.
struct DigitRule: MarkRule {
    func search(_ text: MarkText, into findings: inout FindingCollection) {
        guard !text.isASCII else { return }
        for index in text.scalars.foreign {
            let scalar = text.scalars[index]
            guard Self.isPlainDigit(text[index - 1]) || Self.isPlainDigit(text[index + 1]) else { continue }
            guard scalar.properties.generalCategory == .decimalNumber else { continue }
            let value = scalar.properties.numericValue.map { UInt32($0) } ?? 0
            findings.add(
                text.finding(
                    .signature, "digit", at: index, "\(scalar.codePointText) is in a number of other digits",
                    expected: Unicode.Scalar(0x30 + min(value, 9))))
        }
    }

    private static func isPlainDigit(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { (0x30...0x39).contains($0.value) } ?? false
    }
}
