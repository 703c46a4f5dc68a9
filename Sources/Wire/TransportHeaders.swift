public import Bytes

/// A TCP header (RFC 9293 section 3.1): checked once, then read without failing.
@frozen
public struct TCPHeader: Sendable, BitwiseCopyable {
    /// The bytes without options.
    public let bytes: FixedBytes<20>

    /// Reads the header and passes over its options; options that were not captured are forgiven, as nothing is read
    /// from them and the payload then is empty.
    ///
    /// - Throws: `truncated` where the bytes end inside the first twenty, `malformed` where the header claims fewer.
    @inlinable @inline(__always)
    public init(_ reader: inout ByteReader) throws(ParseError) {
        bytes = try reader.take()
        guard bytes.uint8(at: 12) >= 0x50 else { throw .malformed }
        let options = headerLength &- 20
        try reader.skip(options <= reader.count ? options : reader.count)
    }

    /// The sender's port.
    @inlinable public var sourcePort: UInt16 { bytes.uint16(at: 0) }
    /// The receiver's port.
    @inlinable public var destinationPort: UInt16 { bytes.uint16(at: 2) }
    /// The sequence number of the first byte, or of the SYN.
    @inlinable public var sequence: UInt32 { bytes.uint32(at: 4) }
    /// The next byte that the sender expects.
    @inlinable public var acknowledgment: UInt32 { bytes.uint32(at: 8) }
    /// The header's length with options, in bytes: 20...60.
    @inlinable public var headerLength: Int { Int(bytes.uint8(at: 12) >> 4) &* 4 }
    /// The control bits.
    @inlinable public var flags: TCPFlags { TCPFlags(rawValue: bytes.uint8(at: 13)) }
}

/// A UDP header (RFC 768).
@frozen
public struct UDPHeader: Sendable, BitwiseCopyable {
    /// The eight bytes.
    public let bytes: FixedBytes<8>

    /// Reads the header.
    ///
    /// - Throws: `truncated` where the bytes end inside it.
    @inlinable @inline(__always)
    public init(_ reader: inout ByteReader) throws(ParseError) {
        bytes = try reader.take()
    }

    /// The sender's port.
    @inlinable public var sourcePort: UInt16 { bytes.uint16(at: 0) }
    /// The receiver's port.
    @inlinable public var destinationPort: UInt16 { bytes.uint16(at: 2) }
    /// The length of header and payload in bytes; 0 for a jumbogram (RFC 2675) or an offloaded segment train.
    @inlinable public var length: Int { Int(bytes.uint16(at: 4)) }
}
