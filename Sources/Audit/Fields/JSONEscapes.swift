import ByteScanning
import Bytes

/// The escapes of one JSON string.
struct JSONEscapes {
    private let bytes: [UInt8]
    /// The offset of the quotation mark that ends the string, once it is decoded.
    private(set) var end = 0
    /// The offsets of escapes of letters and digits of ASCII. No encoder in use writes them.
    private(set) var needless: [Int] = []
    /// The scalars outside ASCII that are written as escapes.
    private(set) var escaped: Set<Unicode.Scalar> = []

    /// A string of `bytes`.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The text of the string that begins at `start` and is plain up to `plain`. A surrogate without its partner becomes U+FFFD.
    ///
    /// `scratch` is memory that is used again. Cost: one pass, a step for every eight bytes between escapes.
    mutating func decode(from start: Int, plain: Int, _ scratch: inout [UInt8]) throws(FieldError) -> String {
        scratch.removeAll(keepingCapacity: true)
        var run = start
        var index = plain
        while true {
            bytes.rawSpan.clamped(run..<index).append(to: &scratch)
            guard index < bytes.count else { throw .malformed(at: bytes.count) }
            if bytes[index] == UInt8(ascii: "\"") { break }
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else { throw .malformed(at: index) }
            if bytes[index + 1] == UInt8(ascii: "u") {
                let escape = index
                let scalar = try unicodeScalar(at: &index)
                note(scalar, at: escape)
                scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                guard let byte = Self.short(bytes[index + 1]) else { throw .malformed(at: index) }
                scratch.append(byte)
                index += 2
            }
            run = index
            index = bytes.rawSpan.plainEnd(from: run, to: bytes.count)
        }
        end = index
        return scratch.rawSpan.text(0..<scratch.count)
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
        if (0xD800...0xDBFF).contains(first), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
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
        guard index + 6 <= bytes.count else { throw .malformed(at: index) }
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
