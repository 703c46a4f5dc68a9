/// A text as the rules for marks look at it: its characters with their offsets, and what it is made of.
struct MarkText {
    /// Who wrote a text, as far as its place says so.
    enum Origin {
        /// The program: a system prompt, the description of a tool, a header.
        case template
        /// The program or a person: a message, telemetry.
        case mixed
    }

    /// The field.
    let field: Field
    /// The characters.
    let scalars: [Unicode.Scalar]
    /// The offset of each character in the UTF-8 of the text, and the length at the end.
    let offsets: [Int]
    /// Who wrote it.
    let origin: Origin
    /// Whether a character outside ASCII is in it.
    let isASCII: Bool
    /// The number of letters by script.
    let letters: [LetterScript: Int]
    /// What the other texts of the same request are like.
    let context: MarkContext
    /// Whether a letter that is written from right to left is in it.
    var isRightToLeft: Bool { letters[.rightToLeft, default: 0] > 0 }

    /// The text of a field, or `nil` if the field is no text or longer than is looked at.
    init?(_ field: Field, context: MarkContext = MarkContext()) {
        guard case .text(let text) = field.value, !text.isEmpty, text.utf8.count <= 16 << 20 else { return nil }
        self.field = field
        self.context = context
        isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        origin = Self.origin(of: field.path, text)
        var scalars: [Unicode.Scalar] = []
        var offsets: [Int] = []
        var letters: [LetterScript: Int] = [:]
        var offset = 0
        scalars.reserveCapacity(text.utf8.count)
        offsets.reserveCapacity(text.utf8.count + 1)
        for scalar in text.unicodeScalars {
            scalars.append(scalar)
            offsets.append(offset)
            offset += UTF8.width(scalar)
            if let script = LetterScript(scalar) { letters[script, default: 0] += 1 }
        }
        offsets.append(offset)
        self.scalars = scalars
        self.offsets = offsets
        self.letters = letters
    }

    /// The character at `index`, or `nil` outside the text.
    subscript(index: Int) -> Unicode.Scalar? { scalars.indices.contains(index) ? scalars[index] : nil }

    private static func origin(of path: String, _ text: String) -> Origin {
        let places = [".system", ".tools[", ".instructions", "header.", ".developer"]
        if places.contains(where: { path.contains($0) }) { return .template }
        // Programs put what they add to a person's message between tags of their own.
        return text.hasPrefix("<system") ? .template : .mixed
    }

    /// The index of the first character of the line of `index`.
    func lineStart(of index: Int) -> Int {
        var start = index
        while start > 0, scalars[start - 1] != "\n" { start -= 1 }
        return start
    }

    /// The letters by script in the line of `index`, without the characters of `range`.
    func lettersOfLine(at index: Int, without range: Range<Int>) -> [LetterScript: Int] {
        var counts: [LetterScript: Int] = [:]
        var position = lineStart(of: index)
        while position < scalars.count, scalars[position] != "\n" {
            if !range.contains(position), let script = LetterScript(scalars[position]) {
                counts[script, default: 0] += 1
            }
            position += 1
        }
        return counts
    }

    /// A finding at the character `index`.
    func finding(
        _ grade: Finding.Grade, _ category: String, at index: Int, _ explanation: String,
        expected: Unicode.Scalar? = nil
    ) -> Finding {
        var finding = Finding(
            .mark, grade, category: category, field: field.path, offset: offsets[min(index, offsets.count - 1)],
            explanation: explanation)
        finding.codePoint = self[index]
        finding.expected = expected
        return finding
    }
}

/// The scripts that the rules tell apart. Ranges are those of the Unicode blocks of letters (Blocks.txt).
enum LetterScript {
    case latin
    case greek
    case cyrillic
    case rightToLeft
    case indic
    case eastAsian
    case other

    /// The script of a letter, or `nil` for a character that is none.
    init?(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            guard UInt8(truncatingIfNeeded: scalar.value).isASCIIWord, !(0x30...0x39).contains(scalar.value) else {
                return nil
            }
            self = .latin
            return
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: break
        default: return nil
        }
        switch scalar.value {
        case 0x00AA...0x024F, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA720...0xA7FF, 0xAB30...0xAB6F: self = .latin
        case 0x0250...0x02FF: self = .latin
        case 0x0370...0x03FF, 0x1F00...0x1FFF: self = .greek
        case 0x0400...0x052F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: self = .cyrillic
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC: self = .rightToLeft
        case 0x0900...0x0DFF, 0x0F00...0x109F, 0x1780...0x17FF: self = .indic
        case 0x1100...0x11FF, 0x3040...0x30FF, 0x3100...0x318F, 0x31A0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xAC00...0xD7FF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            self = .eastAsian
        default: self = .other
        }
    }
}

/// A rule for one channel of marks.
protocol MarkRule {
    /// Adds what `text` holds to `findings`.
    func search(_ text: MarkText, into findings: inout FindingCollection)
}
