import Foundation

extension HostName {
    /// `name` with every label that has letters beyond ASCII in its A-label form (`xn--…`, RFC 5890 section 2.3.2.1), as
    /// UTS #46 maps it; `nil` if it has none, or if it is no host name in that form.
    ///
    /// The mapping is that of ICU, by way of Foundation. Cost: one pass for a name in ASCII; some 5 us for any other.
    static func converted(_ name: String) -> String? {
        guard name.utf8.contains(where: { $0 >= 0x80 }), isConvertible(name) else { return nil }
        guard let host = URLComponents(string: "https://" + name)?.encodedHost?.lowercased(), isName(host) else {
            return nil
        }
        return host
    }

    /// Whether nothing but letters beyond ASCII keeps `name` from being a host name: no byte may be taken for another part of
    /// a URL, and no character for the replacement of bytes that are not UTF-8.
    private static func isConvertible(_ name: String) -> Bool {
        name.utf8.count <= longestUnicodeName
            && name.unicodeScalars.allSatisfy { scalar in
                guard let byte = UInt8(exactly: scalar.value), byte < 0x80 else { return scalar != "\u{FFFD}" }
                return byte == UInt8(ascii: ".") || isNameByte(byte | (isUppercase(byte) ? 0x20 : 0))
            }
    }

    private static func isUppercase(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

    /// No character takes more than four bytes of UTF-8 in place of one of the 253 characters of a name.
    private static let longestUnicodeName = 4 * 253
}
