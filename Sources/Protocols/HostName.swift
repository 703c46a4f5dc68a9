import Bytes

/// Host names in the one form that names have here, whatever they were read from: lower case, no trailing dot, A-labels.
public enum HostName {
    /// The name in `bytes` in its one form; bytes that are no UTF-8 are replaced. `nil` if it is empty. Other bytes than
    /// those of a host name stay as they are: see `isHost`.
    static func text(of bytes: RawSpan) -> String? {
        // The root's dot says nothing; more than one are no name's.
        let isRooted = bytes.byteCount > 1 && bytes.byte(at: bytes.byteCount &- 1) == dot
        var name = bytes.clamped(0..<(isRooted ? bytes.byteCount &- 1 : bytes.byteCount)).copied()
        guard !name.isEmpty else { return nil }
        for index in name.indices where (0x41...0x5A).contains(name[index]) { name[index] |= 0x20 }
        return String(decoding: name, as: UTF8.self)
    }

    /// Whether `name` is a host name (letters, digits, `-` and `_` in labels of 1 to 63 bytes, RFC 1035 section 2.3.4) or
    /// an address. Cost: one pass.
    public static func isHost(_ name: String) -> Bool {
        isName(name) || IPAddress(name) != nil
    }

    static func isName(_ name: String) -> Bool {
        var label = 0
        var count = 0
        for byte in name.utf8 {
            count &+= 1
            if byte == dot {
                guard label > 0 else { return false }
                label = 0
                continue
            }
            label &+= 1
            guard label <= longestLabel, isNameByte(byte) else { return false }
        }
        return label > 0 && count <= longestName
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static let dot = UInt8(ascii: ".")
    private static let longestLabel = 63
    private static let longestName = 253
}
