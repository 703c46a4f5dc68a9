public import Bytes

/// An IPv4 header (RFC 791 section 3.1): checked once, then read without failing.
@frozen
public struct IPv4Header: Sendable, BitwiseCopyable {
    /// The bytes without options.
    public let bytes: FixedBytes<20>

    /// Reads the header and passes over its options.
    ///
    /// - Throws: `truncated` where the bytes end inside the header, `malformed` where the version is not 4 or the
    ///   header claims fewer than 20 bytes.
    @inlinable @inline(__always)
    public init(_ reader: inout ByteReader) throws(ParseError) {
        bytes = try reader.take()
        let first = bytes.uint8(at: 0)
        if first == 0x45 { return }
        guard first >> 4 == 4, first & 0x0F >= 5 else { throw .malformed }
        try reader.skip(Int(first & 0x0F) &* 4 &- 20)
    }

    /// The header's length with options, in bytes: 20...60.
    @inlinable public var headerLength: Int { Int(bytes.uint8(at: 0) & 0x0F) &* 4 }
    /// The length of the whole packet in bytes; 0 where segmentation was offloaded to the hardware.
    @inlinable public var totalLength: Int { Int(bytes.uint16(at: 2)) }
    /// The identification that the fragments of one packet share.
    @inlinable public var identification: UInt16 { bytes.uint16(at: 4) }
    /// Whether the packet is a fragment, the first one included.
    @inlinable public var isFragment: Bool { bytes.uint16(at: 6) & 0x3FFF != 0 }
    /// Whether fragments follow.
    @inlinable public var hasMoreFragments: Bool { bytes.uint16(at: 6) & 0x2000 != 0 }
    /// Where the fragment begins, in bytes.
    @inlinable public var fragmentOffset: Int { Int(bytes.uint16(at: 6) & 0x1FFF) &* 8 }
    /// The protocol of the payload.
    @inlinable public var transport: IPProtocol { IPProtocol(rawValue: bytes.uint8(at: 9)) }
    /// The sender.
    @inlinable public var source: IPAddress { IPAddress(ipv4: bytes.uint32(at: 12)) }
    /// The receiver.
    @inlinable public var destination: IPAddress { IPAddress(ipv4: bytes.uint32(at: 16)) }
}
