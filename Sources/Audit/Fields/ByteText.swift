import Bytes

extension UInt8 {
    /// The value of a hexadecimal digit of ASCII, in either case.
    var hexadecimalDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }

    /// Whether it is a letter or digit of ASCII.
    var isASCIIWord: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }

    /// The letter of ASCII in lower case; any other byte as it is.
    var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
}

extension Sequence where Element == UInt8 {
    /// The bytes in lower-case hexadecimal digits.
    package var hexadecimalText: String {
        var result: [UInt8] = []
        result.reserveCapacity(underestimatedCount * 2)
        for byte in self { result.append(hexadecimal: UInt64(byte), count: 2) }
        return String(decoding: result, as: UTF8.self)
    }
}

extension RawSpan {
    /// Whether every byte is one that `allowed` holds, a set of 256 bits. Cost: one look-up a byte, up to the first that is not.
    func consists(of allowed: ByteSet) -> Bool {
        var index = 0
        while let byte = byte(at: index) {
            guard allowed.contains(byte) else { return false }
            index &+= 1
        }
        return true
    }
}

/// A set of bytes of ASCII, one bit for each.
struct ByteSet: Sendable {
    private let low: UInt64
    private let high: UInt64

    /// The set of `bytes`, which are of ASCII; others are left out.
    init(_ bytes: some Sequence<UInt8>) {
        var (low, high) = (UInt64(0), UInt64(0))
        for byte in bytes where byte < 0x80 {
            if byte < 0x40 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
        }
        (self.low, self.high) = (low, high)
    }

    /// Whether `byte` is in it.
    func contains(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 0x40 ? low : high) >> UInt64(byte & 63) & 1 != 0
    }
}

extension Base64Text {
    /// The bytes of both alphabets and the padding.
    static let signs = ByteSet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=".utf8)
}

extension Array where Element == UInt8 {
    /// The text if the bytes are UTF-8 without control characters other than white space; otherwise `nil`.
    package var readableText: String? {
        guard allSatisfy({ $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else { return nil }
        return String(validating: self, as: UTF8.self)
    }

    /// The offset of `needle` at or after `start`.
    func firstOffset(of needle: [UInt8], from start: Int = 0) -> Int? {
        guard let first = needle.first, start >= 0, needle.count <= count else { return nil }
        var index = start
        while index <= count - needle.count {
            if self[index] == first, self[index..<(index + needle.count)].elementsEqual(needle) { return index }
            index += 1
        }
        return nil
    }
}
