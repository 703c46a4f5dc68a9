/// A stretch of bytes inside a buffer that is named elsewhere: a name stays this until an event is made of it.
///
/// Eight bytes, trivial. It says nothing about which buffer it belongs to; whoever keeps one keeps that beside it.
@frozen
public struct ByteRange: Equatable, Sendable, BitwiseCopyable {
    /// The first byte, counted from the start of the buffer.
    public var offset: UInt32
    /// The number of bytes.
    public var count: UInt32

    /// A range of `count` bytes from `offset` on; values past 32 bits are clamped, so that it can only ever be too short.
    @inlinable
    public init(offset: Int, count: Int) {
        self.offset = UInt32(clamping: offset)
        self.count = UInt32(clamping: count)
    }

    /// The range that holds nothing.
    @inlinable
    public static var empty: ByteRange { ByteRange(offset: 0, count: 0) }

    /// Whether the range holds no byte.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// The range as indices.
    @inlinable
    public var indices: Range<Int> { Int(offset)..<(Int(offset) &+ Int(count)) }
}
