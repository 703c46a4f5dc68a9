import Bytes

extension Span where Element == UInt8 {
    /// The same bytes, for what reads `RawSpan`.
    package var raw: RawSpan {
        @_lifetime(copy self)
        get {
            // Invariant: bytes have no padding.
            unsafe bytes
        }
    }
}

extension RawSpan {
    /// The bytes of `range` as a text; what is not UTF-8 becomes U+FFFD. Cost: one pass and one copy.
    package func text(_ range: Range<Int>) -> String {
        // Invariant: the pointer is used only inside the closure, while the span is borrowed.
        unsafe clamped(range).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of `range` as a text, or `nil` if they are not UTF-8. Cost: one pass and one copy.
    package func validText(_ range: Range<Int>) -> String? {
        // Invariant: the pointer is used only inside the closure, while the span is borrowed.
        unsafe clamped(range).withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    }

    /// The number of bytes of ASCII in a row from `start` on. Cost: a step for every eight bytes.
    package func asciiCount(from start: Int) -> Int {
        var offset = start
        while offset &+ 8 <= byteCount {
            // Invariant: `offset + 8 <= byteCount`.
            let word = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self).littleEndian
            let high = word & 0x8080_8080_8080_8080
            if high != 0 { return offset &- start &+ high.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while let byte = byte(at: offset), byte < 0x80 { offset &+= 1 }
        return offset &- start
    }

    /// Appends the characters of `range`, which are of ASCII. Cost: one step a byte.
    package func appendScalars(_ range: Range<Int>, to scalars: inout [Unicode.Scalar]) {
        // Invariant: the pointer is used only inside the closure, while the span is borrowed.
        unsafe clamped(range).withUnsafeBytes { bytes in
            unsafe scalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
        }
    }

    /// The first offset at or after `start` of a byte that a JSON string cannot hold as it is: a quotation mark, a backslash or a
    /// control character; or `end`. Cost: a step for every eight bytes.
    package func plainEnd(from start: Int, to end: Int) -> Int {
        var offset = start
        let end = min(end, byteCount)
        while offset &+ 8 <= end {
            // Invariant: `offset + 8 <= byteCount`.
            let word = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self).littleEndian
            // The highest bit of a byte below 0x20 stays clear in the sum, and is clear in the word.
            let control = ~((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x6060_6060_6060_6060 | word) & 0x8080_8080_8080_8080
            let found = control | SwarBytes.equal(word, to: 0x22) | SwarBytes.equal(word, to: 0x5C)
            if found != 0 { return offset &+ found.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while offset < end, let byte = byte(at: offset), byte >= 0x20, byte != 0x22, byte != 0x5C { offset &+= 1 }
        return offset
    }
}
