package import Bytes
import Protocols

/// What decryption needs of a ClientHello.
package struct ClientHelloFields: Sendable {
    /// The client random.
    package var random: [UInt8]
    /// The session identifier.
    package var sessionID: [UInt8]
    /// The host name of server_name, or `nil`.
    package var serverName: String?
    /// Whether the hello has an encrypted_client_hello extension: the random that is logged may be another one.
    package var hasEncryptedHello: Bool
    /// The session ticket that the client offers (RFC 5077 section 3.2), or empty.
    package var sessionTicket: [UInt8]

    /// Reads a handshake message, its four header bytes included.
    package init(_ message: RawSpan) throws(ParseError) {
        var reader = ByteReader(message)
        try reader.skip(6)
        random = try reader.span(32).copied()
        sessionID = try reader.span(Int(try reader.uint8())).copied()
        sessionTicket = (try? Self.sessionTicket(reader)) ?? []
        let hello = try ClientHello(message)
        let name = message.clamped(hello.serverName.indices)
        serverName = name.byteCount > 0 ? String(decoding: name.copied(), as: UTF8.self).lowercased() : nil
        hasEncryptedHello = hello.encryptedHello != nil
    }

    /// The content of the session_ticket extension; `reader` is at the cipher suites.
    private static func sessionTicket(_ start: ByteReader) throws(ParseError) -> [UInt8] {
        var reader = start
        try reader.skip(Int(try reader.uint16()))
        try reader.skip(Int(try reader.uint8()))
        var extensions = try reader.fenced(Int(try reader.uint16()))
        while !extensions.isEmpty {
            let type = try extensions.uint16()
            let content = try extensions.span(Int(try extensions.uint16()))
            if type == 35 { return content.copied() }
        }
        return []
    }
}

/// What decryption needs of a ServerHello.
package struct ServerHelloFields: Sendable {
    /// The server random.
    package var random: [UInt8]
    /// The session identifier.
    package var sessionID: [UInt8]
    /// The version that the server chose.
    package var version: UInt16
    /// The number of the cipher suite.
    package var suite: UInt16
    /// The application protocol, which TLS 1.3 sends elsewhere.
    package var alpn: String?
    /// Whether the code covers the ciphertext (RFC 7366).
    package var isEncryptThenMAC = false
    /// Whether the master secret depends on the handshake (RFC 7627).
    package var hasExtendedMasterSecret = false
    /// Whether the server asks for another ClientHello (RFC 8446 section 4.1.4).
    package var isRetryRequest: Bool { random == Self.retryRandom }

    /// Reads a handshake message, its four header bytes included.
    package init(_ message: RawSpan) throws(ParseError) {
        var reader = ByteReader(message)
        guard try reader.uint8() == 2 else { throw .malformed }
        var body = try reader.fenced(Int(try reader.uint24()))
        version = try body.uint16()
        random = try body.span(32).copied()
        sessionID = try body.span(Int(try body.uint8())).copied()
        suite = try body.uint16()
        try body.skip(1)
        if body.isEmpty { return }
        var extensions = try body.fenced(Int(try body.uint16()))
        while !extensions.isEmpty {
            let type = try extensions.uint16()
            let content = try extensions.span(Int(try extensions.uint16()))
            switch type {
            case 43: version = content.uint16(at: 0) ?? version
            case 16: alpn = Self.protocolName(content)
            case 22: isEncryptThenMAC = true
            case 23: hasExtendedMasterSecret = true
            default: break
            }
        }
    }

    /// The one name of an ALPN extension that a server sends.
    static func protocolName(_ content: RawSpan) -> String? {
        guard let length = content.byte(at: 2), content.byteCount >= 3 + Int(length) else { return nil }
        return String(decoding: content.clamped(3..<3 + Int(length)).copied(), as: UTF8.self)
    }

    /// The application protocol of an EncryptedExtensions message, its header included.
    package static func protocolName(encryptedExtensions message: RawSpan) -> String? {
        var reader = ByteReader(message)
        do throws(ParseError) {
            try reader.skip(4)
            var extensions = try reader.fenced(Int(try reader.uint16()))
            while !extensions.isEmpty {
                let type = try extensions.uint16()
                let content = try extensions.span(Int(try extensions.uint16()))
                if type == 16 { return protocolName(content) }
            }
        } catch {}
        return nil
    }

    /// SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3).
    private static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2,
        0x11,
        0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]
}

/// Handshake messages out of pieces of a stream (RFC 8446 section 4), each at most `limit` bytes.
struct HandshakeAssembly {
    /// The longest message that is put together; longer ones are passed over.
    static let limit = 1 << 17
    private var bytes: [UInt8] = []
    private var skipping = 0

    /// Takes the next bytes and passes each complete message, its header included, to `body`.
    mutating func take(_ more: RawSpan, _ body: (UInt8, [UInt8]) -> Void) {
        let passed = min(skipping, more.byteCount)
        skipping -= passed
        more.clamped(passed...).append(to: &bytes)
        var start = 0
        while bytes.count - start >= 4 {
            let length = Int(bytes[start + 1]) << 16 | Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
            let end = start + 4 + length
            if end > bytes.count {
                guard length > Self.limit else { break }
                skipping = end - bytes.count
                start = bytes.count
                break
            }
            body(bytes[start], Array(bytes[start..<end]))
            start = end
        }
        bytes.removeFirst(start)
    }

    /// Forgets what is not complete.
    mutating func reset() { self = HandshakeAssembly() }
}
