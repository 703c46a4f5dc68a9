/// Base64 and base64url (RFC 4648), with or without padding.
package enum Base64Text {
    /// The bytes of both alphabets and the padding.
    static let signs = ByteSet((standardAlphabet + "-_=").utf8)

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

    /// The standard encoding of `bytes`, with padding.
    package static func encode(_ bytes: some Sequence<UInt8>, isURL: Bool = false) -> [UInt8] {
        let alphabet = Array((isURL ? urlAlphabet : standardAlphabet).utf8)
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 1
            if count % 3 == 0 {
                for shift in [18, 12, 6, 0] { result.append(alphabet[Int(bits >> UInt32(shift) & 63)]) }
                bits = 0
            }
        }
        if count % 3 == 1 {
            result += [alphabet[Int(bits >> 2 & 63)], alphabet[Int(bits << 4 & 63)]]
            if !isURL { result += [0x3D, 0x3D] }
        } else if count % 3 == 2 {
            result += [alphabet[Int(bits >> 10 & 63)], alphabet[Int(bits >> 4 & 63)], alphabet[Int(bits << 2 & 63)]]
            if !isURL { result.append(0x3D) }
        }
        return result
    }

    private static let standardAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    private static let urlAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

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
