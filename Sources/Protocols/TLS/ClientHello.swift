public import Bytes

/// A TLS ClientHello (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2) as ranges of the bytes it was read from.
///
/// Every list is fenced by its own length, so that a wrong length inside one cannot move the reader in another.
/// What was read before a fault stays, and `state` says that there was one. No allocation.
public struct ClientHello: Sendable {
    /// Whether the bytes were all there and sound.
    public enum State: Sendable { case complete, truncated, malformed }

    /// The first byte of the message (RFC 8446 section 4).
    public static var messageType: UInt8 { TLSNumber.clientHello }

    /// Whether the hello was read to its end.
    public private(set) var state = State.complete
    /// The version field of the body, frozen at 1.2 since TLS 1.3.
    public private(set) var legacyVersion: UInt16 = 0
    /// The cipher suites, two bytes each.
    public private(set) var cipherSuites = ByteRange.empty
    /// The extensions, each with its type and length.
    public private(set) var extensions = ByteRange.empty
    /// Whether a server_name extension is there, whatever is in it.
    public private(set) var hasServerName = false
    /// The host_name of server_name; empty if there is none.
    public private(set) var serverName = ByteRange.empty
    /// The protocol names of ALPN, each behind its length byte.
    public private(set) var alpn = ByteRange.empty
    /// The versions of supported_versions, two bytes each.
    public private(set) var supportedVersions = ByteRange.empty
    /// The groups, two bytes each.
    public private(set) var groups = ByteRange.empty
    /// The point formats, a byte each.
    public private(set) var pointFormats = ByteRange.empty
    /// The signature algorithms, two bytes each.
    public private(set) var signatureAlgorithms = ByteRange.empty
    /// The body of encrypted_client_hello.
    public private(set) var encryptedHello: ByteRange?
    /// Whether the client offers a session ticket that holds something, or a pre-shared key.
    public private(set) var offersResumption = false

    /// The extension types below 64 that were met, a bit each.
    private var read: UInt64 = 0

    /// Reads the handshake message `bytes`, its four header bytes included, as far as it is there and sound.
    ///
    /// - Throws: `malformed` if this is no ClientHello at all.
    public init(_ bytes: RawSpan) throws(ParseError) {
        var reader = ByteReader(bytes)
        let type = try reader.uint8()
        guard type == TLSNumber.clientHello else { throw .malformed }
        let length = Int(try reader.uint24())
        do throws(ParseError) {
            // What is behind the message is not part of it.
            let isWhole = length <= reader.count
            try readBody(ByteReader(bytes.clamped(0..<4 &+ length)), isWhole: isWhole)
        } catch {
            // The bytes of a whole message can only run out where one of its own lengths is.
            state = error == .truncated && length > reader.count ? .truncated : .malformed
        }
    }

    private mutating func readBody(_ message: consuming ByteReader, isWhole: Bool) throws(ParseError) {
        try message.skip(4)
        legacyVersion = try message.uint16()
        try message.skip(32)
        try message.skip(Int(try message.uint8()))
        cipherSuites = try message.range(Int(try message.uint16()))
        try message.skip(Int(try message.uint8()))
        // A hello of TLS 1.2 and below may end here (RFC 5246 section 7.4.1.2).
        if message.isEmpty && isWhole { return }
        let length = Int(try message.uint16())
        extensions = ByteRange(offset: message.position, count: min(length, message.count))
        try readExtensions(&message, length: length)
        guard message.isEmpty || !isWhole else { throw .malformed }
    }

    private mutating func readExtensions(_ message: inout ByteReader, length: Int) throws(ParseError) {
        guard length <= message.count else {
            // Cut: read those that are whole.
            while !message.isEmpty { try readExtension(&message) }
            throw .truncated
        }
        let end = message.position &+ length
        while message.position < end {
            try readExtension(&message)
        }
        guard message.position == end else { throw .malformed }
    }

    private mutating func readExtension(_ message: inout ByteReader) throws(ParseError) {
        let type = try message.uint16()
        let length = Int(try message.uint16())
        let start = message.position
        let body = try message.fenced(length)
        do throws(ParseError) {
            try readBody(of: type, at: start, body)
        } catch {
            // The extension's own length fits, so that what runs out inside it is its own fault, and the rest is used.
            state = .malformed
        }
    }

    private mutating func readBody(of type: UInt16, at start: Int, _ body: consuming ByteReader) throws(ParseError) {
        // No type may occur twice (RFC 8446 section 4.2). The first is used, so that a second name cannot hide it.
        guard !wasRead(type) else { throw .malformed }
        switch type {
        case TLSExtension.serverName:
            hasServerName = true
            try readServerName(at: start, body)
        case TLSExtension.alpn:
            alpn = try Self.list16(at: start, &body)
        case TLSExtension.supportedVersions:
            supportedVersions = try Self.list8(at: start, &body)
        case TLSExtension.supportedGroups:
            groups = try Self.list16(at: start, &body)
        case TLSExtension.pointFormats:
            pointFormats = try Self.list8(at: start, &body)
        case TLSExtension.signatureAlgorithms:
            signatureAlgorithms = try Self.list16(at: start, &body)
        case TLSExtension.encryptedClientHello:
            encryptedHello = ByteRange(offset: start, count: body.count)
        case TLSExtension.sessionTicket:
            if body.count > 0 { offersResumption = true }
        case TLSExtension.preSharedKey:
            offersResumption = true
        default:
            break
        }
    }

    /// Whether an extension of this type was met before; notes that it is met now. Types past 63 are not distinguished: of
    /// these only encrypted_client_hello is read.
    private mutating func wasRead(_ type: UInt16) -> Bool {
        guard type < 64 else { return type == TLSExtension.encryptedClientHello && encryptedHello != nil }
        let bit: UInt64 = 1 << UInt64(type)
        defer { read |= bit }
        return read & bit != 0
    }

    /// The first host_name of a ServerNameList; an empty extension is what a server answers, and says nothing.
    private mutating func readServerName(at start: Int, _ body: consuming ByteReader) throws(ParseError) {
        if body.isEmpty { return }
        let listLength = Int(try body.uint16())
        guard listLength <= body.count else { throw .truncated }
        while !body.isEmpty {
            let isHostName = try body.uint8() == 0
            let length = Int(try body.uint16())
            let name = ByteRange(offset: start &+ body.position, count: length)
            try body.skip(length)
            if isHostName {
                serverName = name
                return
            }
        }
    }

    /// A list behind its length in one byte; nothing of it if it is not whole.
    private static func list8(at start: Int, _ body: inout ByteReader) throws(ParseError) -> ByteRange {
        let length = Int(try body.uint8())
        let list = ByteRange(offset: start &+ body.position, count: length)
        try body.skip(length)
        return list
    }

    private static func list16(at start: Int, _ body: inout ByteReader) throws(ParseError) -> ByteRange {
        let length = Int(try body.uint16())
        let list = ByteRange(offset: start &+ body.position, count: length)
        try body.skip(length)
        return list
    }
}
