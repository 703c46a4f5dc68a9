import Crypto

/// JA3 (salesforce/ja3): an MD5 of the hello's numbers in their order, GREASE left out.
enum JA3 {
    /// The fingerprint of `hello`, whose numbers are `numbers`, in 32 hexadecimal digits.
    static func fingerprint(of hello: ClientHello, _ numbers: HelloNumbers) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(512)
        text.appendDecimal(hello.legacyVersion)
        append(numbers.ciphers, to: &text)
        append(numbers.extensions, to: &text)
        append(numbers.groups, to: &text)
        append(numbers.pointFormats, to: &text)
        let digest = Insecure.MD5.hash(data: text)
        text.removeAll(keepingCapacity: true)
        text.appendHexadecimal(digest, count: 16)
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ numbers: [UInt16], to text: inout [UInt8]) {
        var separator = UInt8(ascii: ",")
        if numbers.isEmpty { text.append(separator) }
        for number in numbers {
            text.append(separator)
            text.appendDecimal(number)
            separator = UInt8(ascii: "-")
        }
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func appendDecimal(_ value: UInt16) {
        var divisor: UInt16 =
            value >= 10_000 ? 10_000 : value >= 1_000 ? 1_000 : value >= 100 ? 100 : value >= 10 ? 10 : 1
        while divisor > 0 {
            append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends the first `count` of `bytes` in lower-case hexadecimal digits.
    mutating func appendHexadecimal(_ bytes: some Sequence<UInt8>, count: Int) {
        for byte in bytes.prefix(count) { appendHexadecimal(byte) }
    }

    /// Appends a 16-bit number in four hexadecimal digits.
    mutating func appendHexadecimal(_ number: UInt16) {
        appendHexadecimal(UInt8(truncatingIfNeeded: number >> 8))
        appendHexadecimal(UInt8(truncatingIfNeeded: number))
    }

    private mutating func appendHexadecimal(_ byte: UInt8) {
        append(Self.digit(byte >> 4))
        append(Self.digit(byte & 0x0F))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10
    }
}
