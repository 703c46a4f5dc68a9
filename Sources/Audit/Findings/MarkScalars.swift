/// The characters of a text by position: its bytes if all are of ASCII, and otherwise its scalars.
///
/// Most texts of a request are of ASCII. Their bytes are a quarter of the memory, and cost no decoding.
struct MarkScalars: RandomAccessCollection {
    private let ascii: [UInt8]
    private let wide: [Unicode.Scalar]
    private let isASCII: Bool
    /// The positions of the characters outside ASCII, in order.
    let foreign: [Int]
    /// For each of `foreign`, by how many bytes the UTF-8 up to its end is longer than the number of characters.
    private let surplus: [Int]

    /// The characters of `text`. Cost: one pass; four bytes for each character of a text that is not all ASCII.
    init(_ text: String) {
        let bytes = Array(text.utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
        guard !isASCII else {
            (ascii, wide, self.foreign, self.surplus) = (bytes, [], [], [])
            return
        }
        var scalars: [Unicode.Scalar] = []
        var foreign: [Int] = []
        var surplus: [Int] = []
        var extra = 0
        scalars.reserveCapacity(bytes.count)
        for scalar in text.unicodeScalars {
            if !scalar.isASCII {
                extra += UTF8.width(scalar) - 1
                foreign.append(scalars.count)
                surplus.append(extra)
            }
            scalars.append(scalar)
        }
        (ascii, wide, self.foreign, self.surplus) = ([], scalars, foreign, surplus)
    }

    var startIndex: Int { 0 }
    var endIndex: Int { isASCII ? ascii.count : wide.count }

    subscript(index: Int) -> Unicode.Scalar { isASCII ? Unicode.Scalar(ascii[index]) : wide[index] }

    /// The bytes of a text that is all ASCII, or `nil`.
    var asciiBytes: [UInt8]? { isASCII ? ascii : nil }

    /// The offset in UTF-8 of the character at `index`; the length of the text at its end. Cost: a bisection.
    func offset(of index: Int) -> Int {
        var (low, high) = (0, foreign.count)
        while low < high {
            let middle = (low + high) / 2
            if foreign[middle] < index { low = middle + 1 } else { high = middle }
        }
        return index + (low > 0 ? surplus[low - 1] : 0)
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

    /// No letters.
    init() {}

    /// The letters of `scalars`.
    init(_ scalars: MarkScalars) {
        var latin = 0
        for scalar in scalars {
            if scalar.isASCII {
                if scalar.isLetterOfASCII { latin += 1 }
            } else if let script = LetterScript(scalar) {
                self[script] += 1
            }
        }
        self[.latin] += latin
    }
}

extension Unicode.Scalar {
    /// Whether it is a letter of ASCII.
    var isLetterOfASCII: Bool { (0x61...0x7A).contains(value | 0x20) }
}
