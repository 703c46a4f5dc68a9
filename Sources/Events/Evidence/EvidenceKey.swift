public import Crypto
import Foundation

/// The key with which a sensor seals its log: Ed25519 (RFC 8032).
///
/// In files it has the form that other tools read and make (RFC 8410): `openssl genpkey -algorithm ed25519`.
public struct EvidenceKey: Sendable {
    let key: Curve25519.Signing.PrivateKey

    /// A new key.
    public init() {
        key = Curve25519.Signing.PrivateKey()
    }

    /// The key in the file at `path`, which no one but its owner may read.
    public init(file path: String) throws(EvidenceError) {
        guard let seed = Self.decode(try PrivateFile.read(path), label: "PRIVATE KEY", prefix: Self.privatePrefix),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else { throw EvidenceError("\(path): no Ed25519 key in PEM (openssl genpkey -algorithm ed25519 makes one)") }
        self.key = key
    }

    /// The public half.
    public var publicKey: Curve25519.Signing.PublicKey { key.publicKey }

    /// The public half in hexadecimal digits, as it is next to a log.
    public var publicHexadecimal: String { Hexadecimal.text(publicKey.rawRepresentation) }

    /// The key as PEM text.
    public var pem: String { Self.encode(key.rawRepresentation, label: "PRIVATE KEY", prefix: Self.privatePrefix) }

    /// The public half as PEM text, for those who verify.
    public var publicPEM: String { Self.publicPEM(key.publicKey) }

    /// The public half in the file at `path`: of a public key, or of a private one.
    public static func publicKey(file path: String) throws(EvidenceError) -> Curve25519.Signing.PublicKey {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw EvidenceError("\(path): cannot be read")
        }
        if let raw = decode(data, label: "PUBLIC KEY", prefix: publicPrefix),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
        {
            return key
        }
        return try EvidenceKey(file: path).key.publicKey
    }

    static func publicPEM(_ key: Curve25519.Signing.PublicKey) -> String {
        encode(key.rawRepresentation, label: "PUBLIC KEY", prefix: publicPrefix)
    }

    /// The DER of RFC 8410 in front of the 32 bytes: section 7 for the private key, section 4 for the public one.
    private static var privatePrefix: [UInt8] {
        [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
    }
    private static var publicPrefix: [UInt8] {
        [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    }

    private static func encode(_ raw: Data, label: String, prefix: [UInt8]) -> String {
        "-----BEGIN \(label)-----\n\((Data(prefix) + raw).base64EncodedString())\n-----END \(label)-----\n"
    }

    private static func decode(_ text: Data, label: String, prefix: [UInt8]) -> Data? {
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----",
            let der = Data(base64Encoded: lines.dropFirst().dropLast().joined()),
            der.starts(with: prefix), der.count == prefix.count + 32
        else { return nil }
        return Data(der.dropFirst(prefix.count))
    }
}

/// What keeps evidence from being kept or looked at: a key's file, or a log's directory.
public struct EvidenceError: Error, Equatable, CustomStringConvertible {
    /// For the operator, with the path.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
