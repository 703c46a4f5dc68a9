/// Base64 and base64url (RFC 4648), with or without padding.
package enum Base64Text {
    /// The bytes that `text` encodes, or `nil` if it is not base64.
    ///
    /// Both alphabets are taken, but not in one text; white space is not. Bits that must be zero may be anything.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3 + 3)
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        var isStandard = false
        var isURL = false
        for byte in text {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let digit = digit(byte) else { return nil }
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") { isStandard = true }
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") { isURL = true }
            bits = bits << 6 | UInt32(digit)
            count += 1
            if count % 4 == 0 {
                result.append(UInt8(truncatingIfNeeded: bits >> 16))
                result.append(UInt8(truncatingIfNeeded: bits >> 8))
                result.append(UInt8(truncatingIfNeeded: bits))
            }
        }
        guard !(isStandard && isURL), count % 4 != 1, padding <= 2 else { return nil }
        guard padding == 0 || (count + padding) % 4 == 0 else { return nil }
        switch count % 4 {
        case 2: result.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3:
            result.append(UInt8(truncatingIfNeeded: bits >> 10))
            result.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: break
        }
        return result
    }

    /// The standard encoding of `bytes` with padding, or base64url without.
    package static func encode(_ bytes: some Sequence<UInt8>, isURL: Bool = false) -> [UInt8] {
        var result: [UInt8] = []
        append(bytes, isURL: isURL, to: &result)
        return result
    }

    /// Appends the encoding of `bytes`: standard with padding, or base64url without. Allocates nothing but what `text` grows by.
    package static func append(_ bytes: some Sequence<UInt8>, isURL: Bool = false, to text: inout [UInt8]) {
        var iterator = bytes.makeIterator()
        while let first = iterator.next() {
            let second = iterator.next()
            let third = iterator.next()
            let number = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            text.append(letter(number >> 18, isURL))
            text.append(letter(number >> 12 & 0x3F, isURL))
            if second != nil || !isURL { text.append(second == nil ? padding : letter(number >> 6 & 0x3F, isURL)) }
            if third != nil || !isURL { text.append(third == nil ? padding : letter(number & 0x3F, isURL)) }
        }
    }

    private static var padding: UInt8 { UInt8(ascii: "=") }

    /// The letter for six bits.
    private static func letter(_ value: UInt32, _ isURL: Bool) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        return switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: isURL ? "-" : "+")
        default: UInt8(ascii: isURL ? "_" : "/")
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
