/// The pieces of JSON that events are mostly made of, each put in place as a whole.
extension [UInt8] {
    /// Appends `key` in quotation marks with a colon after it, and a comma before if one is due. The key is a word that
    /// needs no escape.
    @inlinable
    public mutating func append(jsonKey key: StaticString, withComma: Bool) {
        let count = key.utf8CodeUnitCount
        unsafe append(atMost: count &+ 4) { target in
            // Invariant: there is room for the key and four bytes around it, and the key has `count` bytes.
            var end = 0
            if withComma {
                unsafe target[0] = UInt8(ascii: ",")
                end = 1
            }
            unsafe target[end] = UInt8(ascii: "\"")
            unsafe (target + end + 1).update(from: key.utf8Start, count: count)
            unsafe target[end &+ count &+ 1] = UInt8(ascii: "\"")
            unsafe target[end &+ count &+ 2] = UInt8(ascii: ":")
            return end &+ count &+ 3
        }
    }
}

extension String {
    /// Whether the text can be in JSON as it is: see `RawSpan.isPlainJSON`.
    public var isPlainJSON: Bool {
        let utf8 = utf8.span
        // Invariant: the bytes are looked at while the text is borrowed.
        return unsafe utf8.bytes.isPlainJSON
    }

    /// A number that distinguishes most texts from others: see `RawSpan.quickHash`.
    public var quickHash: UInt64 {
        let utf8 = utf8.span
        // Invariant: as above.
        return unsafe utf8.bytes.quickHash
    }
}

extension RawSpan {
    /// Whether no character of this UTF-8 text may need an escape in JSON that a terminal is to show: none below U+0020, no
    /// quotation mark, no reverse solidus, not U+007F, and none of the bytes that begin a character which is escaped: 0xC2
    /// (U+0080 to U+009F), 0xD8 (U+061C) and 0xE2 (separators, and controls of the direction of writing).
    ///
    /// Cost: some twenty instructions for every eight bytes.
    public var isPlainJSON: Bool {
        guard byteCount >= 8 else { return isPlainJSON(from: 0) }
        var offset = 0
        while offset < byteCount {
            // The last eight bytes may be looked at in part for the second time.
            offset = Swift.min(offset, byteCount &- 8)
            // Invariant: `offset + 8 <= byteCount`.
            let word = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            if word & Self.highBits != 0 { return isPlainJSON(from: offset) }
            if Self.needsCare(word) { return false }
            offset &+= 8
        }
        return true
    }

    private func isPlainJSON(from start: Int) -> Bool {
        for index in start..<byteCount {
            guard let byte = byte(at: index) else { continue }
            if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F { return false }
            if byte == 0xC2 || byte == 0xD8 || byte == 0xE2 { return false }
        }
        return true
    }

    /// Whether one of eight ASCII characters is below U+0020, a quotation mark, a reverse solidus or U+007F.
    @inline(__always)
    private static func needsCare(_ word: UInt64) -> Bool {
        let low = word &- ones &* 0x20
        let found = low | hit(word ^ ones &* 0x22) | hit(word ^ ones &* 0x5C) | hit(word ^ ones &* 0x7F)
        return found & highBits != 0
    }

    /// The high bit of the lowest byte that is zero, if no byte of `word` has it set; none if no byte is zero.
    @inline(__always)
    private static func hit(_ word: UInt64) -> UInt64 { word &- ones }

    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }
}
