/// A table that tells of each byte what it may begin, and of each byte what it may continue: it finds the places in a text where two
/// bytes in a row agree.
package struct BytePairs: Sendable {
    /// For each byte, the kinds that it may begin in the low half, and those that it may be the second byte of in the high half.
    private var table = [UInt32](repeating: 0, count: 256)

    /// A table that finds nothing.
    package init() {}

    /// Adds the kind of the bit `kind`, one of the lowest 16: a byte of `first` and then one of `second`.
    package mutating func add(_ kind: UInt32, _ first: some Sequence<UInt8>, _ second: some Sequence<UInt8>) {
        for byte in first { table[Int(byte)] |= kind & 0xFFFF }
        for byte in second { table[Int(byte)] |= kind << 16 }
    }

    /// Calls `visit` with each place of `text` at which a kind may be, in order: the kinds, and the offset of the first byte.
    ///
    /// Cost: one look-up a byte, and a call for each place.
    package func forEachPlace(in text: RawSpan, _ visit: (_ kinds: UInt32, _ offset: Int) -> Void) {
        guard text.byteCount > 1 else { return }
        unsafe table.withUnsafeBufferPointer { table in
            unsafe text.withUnsafeBytes { bytes in
                var last = unsafe table[Int(bytes[0])]
                var index = 1
                // Four bytes at a time: most of them begin nothing.
                while index &+ 4 <= bytes.count {
                    // Invariant: `index + 3 < bytes.count`, and a byte is below 256, the size of the table.
                    let first = unsafe table[Int(bytes[index])]
                    let second = unsafe table[Int(bytes[index &+ 1])]
                    let third = unsafe table[Int(bytes[index &+ 2])]
                    let fourth = unsafe table[Int(bytes[index &+ 3])]
                    let found = (last & first >> 16) | (first & second >> 16) | (second & third >> 16)
                    if (found | third & fourth >> 16) & 0xFFFF != 0 {
                        Self.report(last & first >> 16, index &- 1, visit)
                        Self.report(first & second >> 16, index, visit)
                        Self.report(second & third >> 16, index &+ 1, visit)
                        Self.report(third & fourth >> 16, index &+ 2, visit)
                    }
                    last = fourth
                    index &+= 4
                }
                while index < bytes.count {
                    let next = unsafe table[Int(bytes[index])]
                    Self.report(last & next >> 16, index &- 1, visit)
                    last = next
                    index &+= 1
                }
            }
        }
    }

    private static func report(_ bits: UInt32, _ offset: Int, _ visit: (UInt32, Int) -> Void) {
        if bits & 0xFFFF != 0 { visit(bits & 0xFFFF, offset) }
    }
}
