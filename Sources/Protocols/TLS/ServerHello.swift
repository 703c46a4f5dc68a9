public import Bytes

/// What a TLS ServerHello chooses (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
public struct ServerHello: Equatable, Sendable {
    /// The version, from supported_versions where it is there.
    public private(set) var version: UInt16
    /// The cipher suite.
    public private(set) var cipherSuite: UInt16
    /// The application protocol, which only TLS 1.2 and below answer in the clear.
    public private(set) var alpn: String?

    /// Reads the handshake message `bytes`, its four header bytes included. A HelloRetryRequest reads the same.
    ///
    /// - Throws: `truncated` where the bytes end too early, `malformed` where this is no ServerHello.
    public init(_ bytes: RawSpan) throws(ParseError) {
        var reader = ByteReader(bytes)
        guard try reader.uint8() == TLSNumber.serverHello else { throw .malformed }
        var body = try reader.fenced(Int(try reader.uint24()))
        version = try body.uint16()
        try body.skip(32)
        try body.skip(Int(try body.uint8()))
        cipherSuite = try body.uint16()
        try body.skip(1)
        if body.isEmpty { return }
        var extensions = try body.fenced(Int(try body.uint16()))
        while !extensions.isEmpty {
            let type = try extensions.uint16()
            let length = Int(try extensions.uint16())
            let content = try extensions.span(length)
            switch type {
            case TLSExtension.supportedVersions: version = content.uint16(at: 0) ?? version
            case TLSExtension.alpn: alpn = TLSFacts.protocolNames(content.clamped(2...)).first
            default: break
            }
        }
    }
}
