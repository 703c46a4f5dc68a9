/// Host names as policies write them.
enum HostText {
    /// `text` in lower case without a dot at its end; nothing where it cannot be a host name.
    static func normalised(_ text: String) -> String? {
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard (1...253).contains(name.utf8.count) else { return nil }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isFine = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.allSatisfy { isPermitted($0) }
        }
        return isFine ? name : nil
    }

    /// Letters, digits, `-` and `_`; bytes past ASCII stand for names that are written in their own letters.
    private static func isPermitted(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F || byte >= 0x80
    }
}
