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
    /// The length of the whole packet in bytes; 0 if segmentation was offloaded to the hardware.
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

/// An IPv6 header (RFC 8200 section 3): checked once, then read without failing.
@frozen
public struct IPv6Header: Sendable, BitwiseCopyable {
    /// The forty bytes.
    public let bytes: FixedBytes<40>

    /// Reads the header.
    ///
    /// - Throws: `truncated` where the bytes end inside the header, `malformed` where the version is not 6.
    @inlinable @inline(__always)
    public init(_ reader: inout ByteReader) throws(ParseError) {
        bytes = try reader.take()
        guard bytes.uint8(at: 0) >> 4 == 6 else { throw .malformed }
    }

    /// The length of all after the header in bytes; 0 for a jumbogram or where segmentation was offloaded.
    @inlinable public var payloadLength: Int { Int(bytes.uint16(at: 4)) }
    /// The protocol of what follows, extension headers included.
    @inlinable public var nextHeader: IPProtocol { IPProtocol(rawValue: bytes.uint8(at: 6)) }
    /// The sender.
    @inlinable public var source: IPAddress { IPAddress(high: bytes.uint64(at: 8), low: bytes.uint64(at: 16)) }
    /// The receiver.
    @inlinable public var destination: IPAddress { IPAddress(high: bytes.uint64(at: 24), low: bytes.uint64(at: 32)) }
}

/// The extension headers between an IPv6 header and the transport (RFC 8200 section 4).
@frozen
public struct IPv6Extensions: Sendable, BitwiseCopyable {
    /// The protocol after the last extension header.
    public var transport: IPProtocol
    /// The fragment header, if there was one: identification, offset in bytes, whether more follow.
    public var fragment: (identification: UInt32, offset: Int, hasMore: Bool)?
    /// Whether there are more than `limit`, so that the transport was not reached. RFC 8200 sets no limit: the packet
    /// is well-formed.
    public var areTooMany = false

    /// Reads extension headers until something else follows; stops behind a fragment header that is not the whole
    /// packet, whose content is no header.
    ///
    /// - Throws: `truncated` where the bytes end inside one.
    public init(_ reader: inout ByteReader, first: IPProtocol) throws(ParseError) {
        transport = first
        for _ in 0..<Self.limit {
            switch transport {
            case .hopByHop, .routing, .destinationOptions, .mobility, .hostIdentity, .shim6:
                let next = try reader.uint8()
                let length = try reader.uint8()
                try reader.skip(Int(length) &* 8 &+ 6)
                transport = IPProtocol(rawValue: next)
            case .authentication:
                let next = try reader.uint8()
                let length = try reader.uint8()
                try reader.skip(Int(length) &* 4 &+ 6)
                transport = IPProtocol(rawValue: next)
            case .fragment:
                let header: FixedBytes<8> = try reader.take()
                transport = IPProtocol(rawValue: header.uint8(at: 0))
                let position = header.uint16(at: 2)
                // An "atomic" fragment is a whole packet (RFC 6946).
                guard position & 0xFFF9 != 0 else { continue }
                fragment = (header.uint32(at: 4), Int(position & 0xFFF8), position & 1 != 0)
                return
            default:
                return
            }
        }
        areTooMany = true
    }

    /// How many extension headers are passed. Each has eight bytes or more, so that reading them is linear in the frame.
    public static var limit: Int { 64 }
}
