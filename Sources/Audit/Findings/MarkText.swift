import ByteScanning
import Bytes

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
    let scalars: MarkScalars
    /// Who wrote it.
    let origin: Origin
    /// Whether no character outside ASCII is in it.
    var isASCII: Bool { scalars.isASCII }
    /// Where the rules look closer, in UTF-8.
    let places: TextPlaces
    /// What the other texts of the same request are like.
    var context = MarkContext()

    /// Whether it has a letter of `script`, which is not Latin. Cost: one step for each character outside ASCII.
    func hasLetters(of script: LetterScript) -> Bool {
        scalars.foreign.contains { LetterScript(scalars[$0]) == script }
    }

    /// The text of a field, or `nil` if the field is no text or longer than is looked at.
    init?(_ field: Field) {
        guard case .text(let text) = field.value, !text.isEmpty, text.utf8.count <= 16 << 20 else { return nil }
        self.field = field
        origin = Self.origin(of: field.path, text)
        scalars = MarkScalars(text)
        places = TextPlaces(text.utf8.span.raw)
    }

    /// The positions of the characters of `glyphs`, but for those of ASCII that no letter follows.
    func positions(ofApostrophes glyphs: GlyphSet) -> [Int] {
        let plain = scalars.positions(of: places.apostrophes)
        let others = scalars.foreign.filter { glyphs.contains(scalars[$0]) }
        return others.isEmpty ? plain : (plain + others).sorted()
    }

    /// The character at `index`, or `nil` outside the text.
    subscript(index: Int) -> Unicode.Scalar? { index >= 0 && index < scalars.count ? scalars[index] : nil }

    /// Parts of the paths of texts that programs write.
    private static let templates: [StaticString] = [".system", ".tools[", ".instructions", "header.", ".developer"]

    private static func origin(of path: String, _ text: String) -> Origin {
        let bytes = path.utf8.span.raw
        for index in 0..<bytes.byteCount {
            let byte = bytes.byte(at: index)
            guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: "h") else { continue }
            if templates.contains(where: { bytes.hasASCII($0, at: index) }) { return .template }
        }
        // Programs put what they add to a person's message between tags of their own.
        return text.utf8.span.raw.hasASCII("<system") ? .template : .mixed
    }

    /// A finding at the character `index`.
    func finding(
        _ grade: Finding.Grade, _ category: String, at index: Int, _ explanation: String,
        expected: Unicode.Scalar? = nil
    ) -> Finding {
        var finding = Finding(
            .mark, grade, category: category, field: field.path, offset: scalars.offset(of: min(index, scalars.count)),
            explanation: explanation)
        finding.codePoint = self[index]
        finding.expected = expected
        return finding
    }
}

/// The scripts that the rules tell apart. Ranges are those of the Unicode blocks of letters (Blocks.txt).
enum LetterScript: Int, CaseIterable {
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
            guard scalar.isLetterOfASCII else { return nil }
            self = .latin
            return
        }
        // The letters of most texts that are not Latin: no character of these ranges is anything else.
        switch scalar.value {
        case 0x0410...0x044F: self = .cyrillic
        case 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FEF, 0xAC00...0xD7A3: self = .eastAsian
        default:
            guard let script = Self.rare(scalar) else { return nil }
            self = script
        }
    }

    /// The script of a letter outside ASCII, by the tables of Unicode.
    private static func rare(_ scalar: Unicode.Scalar) -> LetterScript? {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: break
        default: return nil
        }
        switch scalar.value {
        case 0x00AA...0x024F, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA720...0xA7FF, 0xAB30...0xAB6F: return .latin
        case 0x0250...0x02FF: return .latin
        case 0x0370...0x03FF, 0x1F00...0x1FFF: return .greek
        case 0x0400...0x052F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: return .cyrillic
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC: return .rightToLeft
        case 0x0900...0x0DFF, 0x0F00...0x109F, 0x1780...0x17FF: return .indic
        case 0x1100...0x11FF, 0x3040...0x30FF, 0x3100...0x318F, 0x31A0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xAC00...0xD7FF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            return .eastAsian
        default: return .other
        }
    }
}

/// A rule for one channel of marks.
protocol MarkRule {
    /// Adds what `text` holds to `findings`.
    func search(_ text: MarkText, into findings: inout FindingCollection)
}
