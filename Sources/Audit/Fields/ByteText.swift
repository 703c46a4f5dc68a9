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

extension Array where Element == UInt8 {
    /// The text if the bytes are UTF-8 without control characters other than white space; otherwise `nil`.
    package var readableText: String? {
        guard let text = String(validating: self, as: UTF8.self) else { return nil }
        let isReadable = text.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        return isReadable ? text : nil
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
