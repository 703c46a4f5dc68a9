import Bytes

/// The five bytes in front of a TLS record (RFC 8446 section 5.1): all that is ever read of an encrypted one.
public struct RecordHeader: Equatable, Sendable {
    /// What a record says it holds. From TLS 1.3 on everything that is encrypted says `applicationData`.
    public enum Content: UInt8, Sendable {
        case changeCipherSpec = 20
        case alert = 21
        case handshake = 22
        case applicationData = 23
    }

    /// The bytes of a header.
    @inlinable public static var size: Int { 5 }
    /// What encryption may add to a fragment of 2^14 bytes (RFC 5246 section 6.2.3; 256 in RFC 8446 section 5.2).
    public static var longest: Int { TLSNumber.recordLimit }

    /// What the record says it holds.
    public let content: Content
    /// The bytes behind the header.
    public let length: Int

    /// The header at `offset`; nothing where its bytes are not all there, or are no header's. Never traps.
    public init?(_ bytes: RawSpan, at offset: Int = 0) {
        guard let type = bytes.byte(at: offset), let rest = bytes.uint32(at: offset &+ 1) else { return nil }
        self.init(packed: UInt64(type) << 32 | UInt64(rest))
    }

    /// The header of five bytes as one number, the first of them the highest; nothing where they are no header's.
    public init?(packed: UInt64) {
        let length = Int(packed & 0xFFFF)
        guard let content = Content(rawValue: UInt8(truncatingIfNeeded: packed >> 32)),
            packed >> 24 & 0xFF == 3, packed >> 16 & 0xFF <= 3, length > 0, length <= Self.longest
        else { return nil }
        // A change of cipher is one byte, and an alert two (RFC 8446 sections 5 and 6), before it is encrypted.
        if content == .changeCipherSpec, length != 1 { return nil }
        self.content = content
        self.length = length
    }
}
