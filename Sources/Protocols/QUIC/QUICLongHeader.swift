public import Bytes

/// The view of one packet with a long header inside a datagram: numbers and ranges, nothing copied.
///
/// RFC 8999 section 5.1 for what all versions share, RFC 9000 section 17.2 and RFC 9369 section 3.2 for the rest.
/// Ranges count from the datagram's first byte.
@frozen
public struct QUICLongHeader: Equatable, Sendable, BitwiseCopyable {
    /// What kind of packet it is.
    @frozen
    public enum Kind: Equatable, Sendable, BitwiseCopyable {
        /// Carries the beginning of the handshake (RFC 9000 section 17.2.2).
        case initial
        /// Early data of a resumed connection (RFC 9000 section 17.2.3).
        case zeroRTT
        /// The rest of the handshake, under keys that a monitor has not (RFC 9000 section 17.2.4).
        case handshake
        /// The server asks for proof of the address, under a new connection id (RFC 9000 section 17.2.5).
        case retry
        /// The server lists its versions (RFC 9000 section 17.2.1).
        case versionNegotiation
        /// A version whose packets are not read here: only the shared fields are.
        case other
    }

    /// The kind of packet.
    public let kind: Kind
    /// The version.
    public let version: QUICVersion
    /// The destination connection id, up to 255 bytes.
    public let destinationID: ByteRange
    /// The source connection id, up to 255 bytes.
    public let sourceID: ByteRange
    /// The token of an Initial packet; empty otherwise.
    public let token: ByteRange
    /// Where the packet begins.
    public let start: Int
    /// Where the packet number begins, or what follows the connection ids where the kind has none.
    public let packetNumberOffset: Int
    /// Where the packet ends and a coalesced one may begin (RFC 9000 section 12.2).
    public let end: Int

    /// Reads the header that begins `offset` bytes into `datagram`.
    ///
    /// `truncated` where the datagram, or what was captured of it, ends before the packet does; `malformed` if it is
    /// no long header or a known version's packet breaks its layout; `unsupported` never: such a packet is `.other`.
    public init(_ datagram: RawSpan, at offset: Int = 0) throws(ParseError) {
        var reader = ByteReader(datagram)
        try reader.skip(offset)
        let first = try reader.uint8()
        guard first & 0x80 != 0 else { throw .malformed }
        start = offset
        version = QUICVersion(rawValue: try reader.uint32())
        destinationID = try reader.range(Int(try reader.uint8()))
        sourceID = try reader.range(Int(try reader.uint8()))
        let kind = QUICLongHeader.kind(first: first, version: version)
        self.kind = kind
        var token = ByteRange.empty
        var end = datagram.byteCount
        switch kind {
        case .versionNegotiation, .other, .retry: packetNumberOffset = reader.position
        case .initial, .zeroRTT, .handshake:
            if kind == .initial { token = try reader.range(try reader.variableLength()) }
            let length = try reader.variableLength()
            packetNumberOffset = reader.position
            guard length <= reader.count else { throw .truncated }
            end = packetNumberOffset &+ length
        }
        self.token = token
        self.end = end
        guard kind == .versionNegotiation || kind == .other || hasValidLayout else { throw .malformed }
    }

    /// No connection id is longer than the version allows. The fixed bit may be 0 (RFC 9287): anyone who takes a packet without
    /// it for QUIC needs another reason, such as a tag that verifies.
    private var hasValidLayout: Bool {
        destinationID.count <= QUICConnectionID.maximumCount && sourceID.count <= QUICConnectionID.maximumCount
    }

    private static func kind(first: UInt8, version: QUICVersion) -> Kind {
        if version == .negotiation { return .versionNegotiation }
        guard version.isReadable else { return .other }
        // Version 2 turns the two type bits by one (RFC 9369 section 3.2).
        let turned = version == .version2 ? (first >> 4) &- 1 : first >> 4
        switch turned & 0x03 {
        case 0: return .initial
        case 1: return .zeroRTT
        case 2: return .handshake
        default: return .retry
        }
    }
}

extension ByteReader {
    /// Reads a variable-length integer of 1, 2, 4 or 8 bytes, 0...2^62-1 (RFC 9000 section 16).
    package mutating func variableInteger() throws(ParseError) -> UInt64 {
        let first = try uint8()
        var value = UInt64(first & 0x3f)
        let following = (1 << Int(first >> 6)) &- 1
        guard following <= count else { throw .truncated }
        for _ in 0..<following {
            value = value << 8 | UInt64(try uint8())
        }
        return value
    }

    /// Reads a variable-length integer that counts bytes; one past what an address space holds is `malformed`.
    package mutating func variableLength() throws(ParseError) -> Int {
        let value = try variableInteger()
        guard value <= UInt64(UInt32.max) else { throw .malformed }
        return Int(value)
    }
}

/// A connection id of at most 20 bytes (RFC 9000 section 17.2), held by value.
@frozen
public struct QUICConnectionID: Hashable, Sendable, BitwiseCopyable {
    let first: UInt64
    let second: UInt64
    let third: UInt32
    private let length: UInt8

    /// The number of bytes, 0...20.
    public var count: Int { Int(length) }

    /// A copy of `bytes`; `nil` if there are more than 20. Allocates nothing.
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
