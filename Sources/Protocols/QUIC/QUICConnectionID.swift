import Bytes

/// A connection id of at most 20 bytes (RFC 9000 section 17.2), held by value.
@frozen
public struct QUICConnectionID: Hashable, Sendable, BitwiseCopyable {
    let first: UInt64
    let second: UInt64
    let third: UInt32
    private let length: UInt8

    /// The number of bytes, 0...20.
    public var count: Int { Int(length) }

    /// A copy of `bytes`; nothing where there are more than 20. Allocates nothing.
    public init?(_ bytes: RawSpan) {
        guard bytes.byteCount <= QUICConnectionID.maximumCount else { return nil }
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        for index in 0..<bytes.byteCount {
            let byte = bytes.byte(at: index) ?? 0
            switch index {
            case 0..<8: words.0 |= UInt64(byte) << UInt64(56 &- 8 &* index)
            case 8..<16: words.1 |= UInt64(byte) << UInt64(120 &- 8 &* index)
            default: words.2 |= UInt32(byte) << UInt32(152 &- 8 &* index)
            }
        }
        length = UInt8(truncatingIfNeeded: bytes.byteCount)
        (first, second, third) = words
    }

    /// The longest connection id of versions 1 and 2.
    @inlinable public static var maximumCount: Int { 20 }

    /// The bytes, in an array of their own.
    public var bytes: [UInt8] {
        (0..<count).map { index in
            switch index {
            case 0..<8: UInt8(truncatingIfNeeded: first >> UInt64(56 &- 8 &* index))
            case 8..<16: UInt8(truncatingIfNeeded: second >> UInt64(120 &- 8 &* index))
            default: UInt8(truncatingIfNeeded: third >> UInt32(152 &- 8 &* index))
            }
        }
    }
}
