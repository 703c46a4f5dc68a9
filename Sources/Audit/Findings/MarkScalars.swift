import ByteScanning
import Bytes

/// The characters of a text by position: those of the text itself if all are of ASCII, and otherwise its scalars.
///
/// Most texts of a request are of ASCII: they cost no memory and no decoding.
struct MarkScalars: RandomAccessCollection {
    private let text: String
    private let wide: [Unicode.Scalar]
    /// Whether no character outside ASCII is in it.
    let isASCII: Bool
    let endIndex: Int
    /// The positions of the characters outside ASCII, in order.
    let foreign: [Int]
    /// For each of `foreign`, by how many bytes the UTF-8 up to its end is longer than the number of characters.
    private let surplus: [Int]

    /// The characters of `text`. Cost: one pass; four bytes for each character of a text that is not all ASCII.
    init(_ text: String) {
        let bytes = text.utf8.span.raw
        self.text = text
        isASCII = bytes.asciiCount(from: 0) == bytes.byteCount
        guard !isASCII else {
            (wide, self.foreign, self.surplus, endIndex) = ([], [], [], bytes.byteCount)
            return
        }
        var foreign: [Int] = []
        var surplus: [Int] = []
        var extra = 0
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.byteCount)
        var offset = 0
        while offset < bytes.byteCount {
            let end = offset + bytes.asciiCount(from: offset)
            bytes.appendScalars(offset..<end, to: &scalars)
            offset = end
            guard let scalar = bytes.foreignScalar(at: offset) else { continue }
            offset += UTF8.width(scalar)
            extra += UTF8.width(scalar) - 1
            foreign.append(scalars.count)
            surplus.append(extra)
            scalars.append(scalar)
        }
        wide = scalars
        (self.foreign, self.surplus, endIndex) = (foreign, surplus, wide.count)
    }

    var startIndex: Int { 0 }

    subscript(index: Int) -> Unicode.Scalar { isASCII ? Unicode.Scalar(text.utf8.span[index]) : wide[index] }

    /// The offset in UTF-8 of the character at `index`; the length of the text at its end. Cost: a bisection.
    func offset(of index: Int) -> Int {
        var (low, high) = (0, foreign.count)
        while low < high {
            let middle = (low + high) / 2
            if foreign[middle] < index { low = middle + 1 } else { high = middle }
        }
        return index + (low > 0 ? surplus[low - 1] : 0)
    }

    /// The positions of the characters of ASCII that begin at `offsets` in UTF-8, which are in order. Cost: one step for each
    /// offset and each character outside ASCII.
    func positions(of offsets: [Int]) -> [Int] {
        guard !isASCII, !offsets.isEmpty else { return offsets }
        var passed = 0
        return offsets.map { offset in
            // A foreign character ends at its position plus one plus the surplus with it.
            while passed < foreign.count, foreign[passed] + surplus[passed] < offset { passed += 1 }
            return offset - (passed > 0 ? surplus[passed - 1] : 0)
        }
    }

    /// The positions of the character of ASCII `byte`. Cost: one comparison a character.
    func positions(of byte: UInt8) -> [Int] {
        var positions: [Int] = []
        if isASCII {
            let bytes = text.utf8.span.raw
            var start = 0
            while let index = bytes.firstIndex(of: byte, in: start..<bytes.byteCount) {
                positions.append(index)
                start = index + 1
            }
        } else {
            for index in wide.indices where wide[index].value == UInt32(byte) { positions.append(index) }
        }
        return positions
    }

    /// The first position at or after `start` of a digit of ASCII, or `nil`. Cost: one comparison a character.
    func firstDigit(from start: Int) -> Int? {
        var index = start
        if isASCII {
            let bytes = text.utf8.span.raw
            while let byte = bytes.byte(at: index) {
                if byte &- 0x30 < 10 { return index }
                index += 1
            }
        } else {
            while index < wide.count {
                if wide[index].value &- 0x30 < 10 { return index }
                index += 1
            }
        }
        return nil
    }
}

extension RawSpan {
    /// The character outside ASCII that begins at `offset` in valid UTF-8, or `nil` at the end.
    fileprivate func foreignScalar(at offset: Int) -> Unicode.Scalar? {
        guard let first = byte(at: offset) else { return nil }
        let count = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1
        var value = UInt32(first) & (0x3F >> UInt32(count))
        for index in 1...count { value = value << 6 | UInt32(byte(at: offset &+ index) ?? 0) & 0x3F }
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }
}

/// How many letters of each script a text has.
struct LetterCounts {
    private var counts = [Int](repeating: 0, count: LetterScript.allCases.count)

    /// The number of letters of `script`.
    subscript(script: LetterScript) -> Int {
        get { counts[script.rawValue] }
        set { counts[script.rawValue] = newValue }
    }

    /// The letters of `scalars`. Cost: one step a character.
    init(_ scalars: MarkScalars) {
        var latin = 0
        for scalar in scalars where scalar.isLetterOfASCII { latin += 1 }
        for index in scalars.foreign {
            if let script = LetterScript(scalars[index]) { self[script] += 1 }
        }
        self[.latin] += latin
    }
}

extension Unicode.Scalar {
    /// Whether it is a letter of ASCII.
    var isLetterOfASCII: Bool { (0x61...0x7A).contains(value | 0x20) }
}
