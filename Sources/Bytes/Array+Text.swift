import CBytes

/// ASCII text put together piece by piece: what the lines of events are made with. Each piece is one look at the array's
/// room and one copy.
extension [UInt8] {
    /// Appends text of the program's own. Cost: a copy.
    @inlinable
    public mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        unsafe append(atMost: count) { target in
            // Invariant: there is room for `count` bytes, and the text has as many.
            unsafe target.update(from: text.utf8Start, count: count)
            return count
        }
    }

    /// Appends the bytes of `text` as they are, between quotation marks if it is `quoted`. Cost: a copy.
    @inlinable
    public mutating func append(utf8 text: String, quoted: Bool = false) {
        let utf8 = text.utf8.span
        let count = utf8.count
        let margin = quoted ? 1 : 0
        unsafe utf8.withUnsafeBufferPointer { source in
            unsafe append(atMost: count &+ 2 &* margin) { target in
                // Invariant: there is room for the text and a mark at each end, and the text has `count` bytes.
                if let start = source.baseAddress { unsafe (target + margin).update(from: start, count: count) }
                guard quoted else { return count }
                unsafe target[0] = UInt8(ascii: "\"")
                unsafe target[count &+ 1] = UInt8(ascii: "\"")
                return count &+ 2
            }
        }
    }

    /// Appends a number in decimal digits.
    public mutating func append(decimal value: UInt64) {
        let width = Self.digits(of: value)
        append(padded: value, width: width)
    }

    /// Appends the last `width` digits of a number, zeros in front if it has fewer; a width of 1 to 20.
    public mutating func append(padded value: UInt64, width: Int) {
        unsafe append(atMost: width) { target in
            // Invariant: there is room for `width` bytes.
            unsafe Self.put(value, at: target, width: width)
            return width
        }
    }

    /// Appends a number in `count` lower-case hexadecimal digits.
    public mutating func append(hexadecimal value: UInt64, count: Int) {
        unsafe append(atMost: count) { target in
            for index in 0..<count {
                let nibble = UInt8(truncatingIfNeeded: value >> UInt64(4 &* (count &- 1 &- index))) & 0x0F
                // Invariant: `index` is below `count`, for which there is room.
                unsafe target[index] = nibble &+ (nibble < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
            }
            return count
        }
    }

    /// Appends the time of day that is `nanoseconds` past midnight, with `digits` digits of a second, 1 to 9:
    /// `T02:14:07.123456789Z`.
    public mutating func append(timeOfDay nanoseconds: UInt64, digits: Int) {
        let seconds = nanoseconds / 1_000_000_000
        var fraction = nanoseconds % 1_000_000_000
        let digits = Swift.min(Swift.max(digits, 1), 9)
        for _ in digits..<9 { fraction /= 10 }
        unsafe append(atMost: 11 &+ digits) { target in
            // Invariant: there is room for the ten bytes before the fraction, its digits and the letter after them.
            unsafe target[0] = UInt8(ascii: "T")
            unsafe Self.put(seconds / 3600, at: target + 1, width: 2)
            unsafe target[3] = UInt8(ascii: ":")
            unsafe Self.put(seconds / 60 % 60, at: target + 4, width: 2)
            unsafe target[6] = UInt8(ascii: ":")
            unsafe Self.put(seconds % 60, at: target + 7, width: 2)
            unsafe target[9] = UInt8(ascii: ".")
            unsafe Self.put(fraction, at: target + 10, width: digits)
            unsafe target[10 &+ digits] = UInt8(ascii: "Z")
            return 11 &+ digits
        }
    }

    /// Appends what `write` puts if it is told to, at most `count` bytes; it returns how many those are.
    @inlinable @inline(__always)
    mutating func append(atMost count: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        append(addingCapacity: count) { output in
            // Invariant: after the bytes that are initialized there is room for `count` more, and `write` keeps to them.
            unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
                guard let base = buffer.baseAddress else { return }
                initialized &+= unsafe write(base + initialized)
            }
        }
    }

    /// How many decimal digits a number has.
    private static func digits(of value: UInt64) -> Int {
        var count = 1
        var rest = value
        while rest >= 10_000 {
            rest /= 10_000
            count &+= 4
        }
        return rest < 10 ? count : rest < 100 ? count &+ 1 : rest < 1000 ? count &+ 2 : count &+ 3
    }

    /// Puts the last `width` digits of `value` at `target`, two by two from the end.
    ///
    /// Invariant: the caller has room for `width` bytes at `target`.
    @inline(__always)
    private static func put(_ value: UInt64, at target: UnsafeMutablePointer<UInt8>, width: Int) {
        var rest = value
        var end = width
        let pairs = unsafe Self.pairs.utf8Start
        while end >= 2 {
            // Invariant: a remainder of 100 finds two bytes of the 200, and `end` is at least 2.
            let pair = Int(truncatingIfNeeded: rest % 100)
            rest /= 100
            end &-= 2
            unsafe target[end] = pairs[2 &* pair]
            unsafe target[end &+ 1] = pairs[2 &* pair &+ 1]
        }
        if end == 1 { unsafe target[0] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0") }
    }

    /// The numbers below a hundred in two digits each.
    private static var pairs: StaticString {
        """
        0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
        """
    }
}

extension Array where Element: BitwiseCopyable {
    /// Reserves room as `reserveCapacity` does, and asks the kernel for large pages if it is megabytes: for tables that
    /// are read at random, where each small page would be one more thing to look up.
    ///
    /// Only of use before the first element is there. Cost: one allocation, and a system call.
    public mutating func reserveLargePages(_ count: Int) {
        reserveCapacity(count)
        let bytes = count * MemoryLayout<Element>.stride
        guard isEmpty, bytes >= 4 << 20 else { return }
        // Invariant: the room reserved begins at the pointer, is this array's alone, and what is asked changes no byte of it.
        unsafe withUnsafeMutableBytes { memory in
            if let base = memory.baseAddress { unsafe bytes_prefer_large_pages(base, bytes) }
        }
    }
}
