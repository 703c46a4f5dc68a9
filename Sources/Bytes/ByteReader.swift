/// A cursor over bytes that belong to someone else: every read is checked once and moves forward.
///
/// It borrows: neither the reader nor a span it returns may outlive the bytes it was made from, and the compiler holds
/// that. Integers are in network byte order. Each read throws `ParseError.truncated` where the bytes end before it
/// does, and has then moved nothing. No read allocates; each costs one comparison and one load.
@frozen
public struct ByteReader: ~Escapable {
    @usableFromInline var bytes: RawSpan
    @usableFromInline var cursor: Int

    /// A reader at the first byte of `bytes`.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
        self.cursor = 0
    }

    /// The number of bytes read so far.
    @inlinable
    public var position: Int { cursor }

    /// The number of bytes not read yet.
    @inlinable
    public var count: Int { bytes.byteCount &- cursor }

    /// Whether every byte was read.
    @inlinable
    public var isEmpty: Bool { cursor == bytes.byteCount }

    /// The bytes not read yet; reading on does not change the returned span.
    @inlinable
    public var remaining: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(cursor..<bytes.byteCount) }
    }

    /// Reads one byte.
    @inlinable @inline(__always)
    public mutating func uint8() throws(ParseError) -> UInt8 {
        try integer(UInt8.self)
    }

    /// Reads a 16-bit integer.
    @inlinable @inline(__always)
    public mutating func uint16() throws(ParseError) -> UInt16 {
        UInt16(bigEndian: try integer(UInt16.self))
    }

    /// Reads a 24-bit integer, as TLS and QUIC lengths are.
    @inlinable @inline(__always)
    public mutating func uint24() throws(ParseError) -> UInt32 {
        guard 3 <= count else { throw .truncated }
        let high = try uint8()
        let low = try uint16()
        return UInt32(high) << 16 | UInt32(low)
    }

    /// Reads a 32-bit integer.
    @inlinable @inline(__always)
    public mutating func uint32() throws(ParseError) -> UInt32 {
        UInt32(bigEndian: try integer(UInt32.self))
    }

    /// Reads a 64-bit integer.
    @inlinable @inline(__always)
    public mutating func uint64() throws(ParseError) -> UInt64 {
        UInt64(bigEndian: try integer(UInt64.self))
    }

    /// Reads a header of a fixed size with one check.
    @inlinable @inline(__always)
    public mutating func take<let size: Int>(
        _ type: FixedBytes<size>.Type = FixedBytes<size>.self
    ) throws(ParseError) -> FixedBytes<size> {
        guard size <= count else { throw .truncated }
        // Invariant: `cursor + size <= byteCount`, checked above.
        let header = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: cursor, as: FixedBytes<size>.self)
        cursor &+= size
        return header
    }

    /// Reads `length` bytes as a span of their own; a negative length is `malformed`.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public mutating func span(_ length: Int) throws(ParseError) -> RawSpan {
        guard length >= 0 else { throw .malformed }
        guard length <= count else { throw .truncated }
        let span = bytes.extracting(cursor..<cursor &+ length)
        cursor &+= length
        return span
    }

    /// Reads `length` bytes as a reader of their own, so that nothing inside can read past its fence.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public mutating func fenced(_ length: Int) throws(ParseError) -> ByteReader {
        ByteReader(try span(length))
    }

    /// Passes over `length` bytes; a negative length is `malformed`.
    @inlinable @inline(__always)
    public mutating func skip(_ length: Int) throws(ParseError) {
        guard length >= 0 else { throw .malformed }
        guard length <= count else { throw .truncated }
        cursor &+= length
    }

    /// Passes over zero bytes, as many as there are. Cost: a comparison of every eight.
    @inlinable
    public mutating func skipZeros() {
        while 8 <= count {
            // Invariant: `cursor + 8 <= byteCount`, checked above.
            let next = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: cursor, as: UInt64.self)
            if next != 0 { break }
            cursor &+= 8
        }
        while bytes.byte(at: cursor) == 0 { cursor &+= 1 }
    }

    /// The range of the next `length` bytes within the bytes this reader was made from, passing over them.
    @inlinable @inline(__always)
    public mutating func range(_ length: Int) throws(ParseError) -> ByteRange {
        let start = cursor
        try skip(length)
        return ByteRange(offset: start, count: length)
    }

    @inlinable @inline(__always)
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(ParseError) -> Value {
        guard MemoryLayout<Value>.size <= count else { throw .truncated }
        // Invariant: `cursor + size <= byteCount`, checked above.
        let value = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: cursor, as: Value.self)
        cursor &+= MemoryLayout<Value>.size
        return value
    }
}

/// A stretch of bytes inside a buffer that is named elsewhere: a name stays this until an event is made of it.
///
/// Eight bytes, trivial. It says nothing about which buffer it belongs to; anyone who keeps one keeps that beside it.
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

/// Why bytes from the wire could not be read.
///
/// A trivial enumeration: throwing it allocates nothing, so a sender of malformed packets cannot make the sensor
/// allocate. Which layer it was is known to the caller, who counts it there.
@frozen
public enum ParseError: Error, Equatable, Sendable {
    /// The bytes end before the structure does; more bytes could complete it.
    case truncated
    /// The bytes contradict the specification; no further bytes can fix that.
    case malformed
    /// Well formed, but a version or kind that is not read here.
    case unsupported
}
