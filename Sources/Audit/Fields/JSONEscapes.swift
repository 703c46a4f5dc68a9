/// The escapes of one JSON string.
struct JSONEscapes {
    private let bytes: ArraySlice<UInt8>
    /// The offsets of escapes of letters and digits of ASCII. No encoder in use writes them.
    private(set) var needless: [Int] = []
    /// The scalars outside ASCII that are written as escapes.
    private(set) var escaped: Set<Unicode.Scalar> = []

    /// The string whose bytes between the quotation marks are `bytes`.
    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// The text. A surrogate without its partner becomes U+FFFD.
    mutating func decoded() throws(FieldError) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] != UInt8(ascii: "\\") {
                let end = bytes[index...].firstIndex(of: UInt8(ascii: "\\")) ?? bytes.endIndex
                result.append(contentsOf: bytes[index..<end])
                index = end
                continue
            }
            guard index + 1 < bytes.endIndex else { throw .malformed(at: index) }
            if bytes[index + 1] == UInt8(ascii: "u") {
                let start = index
                let scalar = try unicodeScalar(at: &index)
                note(scalar, at: start)
                result += UTF8.encode(scalar).map(Array.init) ?? [0xEF, 0xBF, 0xBD]
            } else {
                guard let byte = Self.short(bytes[index + 1]) else { throw .malformed(at: index) }
                result.append(byte)
                index += 2
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func note(_ scalar: Unicode.Scalar, at offset: Int) {
        if scalar.isASCII {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            let isWord = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isWord && needless.count < 1024 { needless.append(offset) }
        } else if escaped.count < 1024 {
            escaped.insert(scalar)
        }
    }

    private func unicodeScalar(at index: inout Int) throws(FieldError) -> Unicode.Scalar {
        let first = try unit(at: index)
        index += 6
        if (0xD800...0xDBFF).contains(first), index + 1 < bytes.endIndex, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        {
            let second = try unit(at: index)
            if (0xDC00...0xDFFF).contains(second) {
                index += 6
                return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private func unit(at index: Int) throws(FieldError) -> UInt32 {
        guard index + 6 <= bytes.endIndex else { throw .malformed(at: index) }
        var value: UInt32 = 0
        for byte in bytes[(index + 2)..<(index + 6)] {
            guard let digit = byte.hexadecimalDigit else { throw .malformed(at: index) }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func short(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }
}
