import Bytes
import Crypto
import CryptoExtras
public import Protocols

/// Makes Initial packets as a client or a server does, for tests.
///
/// It derives its keys by the library's own HKDF rather than as the parser does, so that each checks the other.
public struct QUICSealer: Sendable {
    /// The end that sends.
    public enum Sender: Sendable { case client, server }

    /// The version in the header.
    public let version: QUICVersion
    /// The first byte of the header before protection; by the version unless it is set.
    public var firstByte: UInt8?
    private let key: SymmetricKey
    private let headerKey: SymmetricKey
    private let iv: [UInt8]

    /// The keys that follow from the client's first destination connection id.
    public init(_ version: QUICVersion = .version1, destination: [UInt8], sender: Sender = .client) {
        self.version = version
        let secret = HKDF<SHA256>.extract(
            inputKeyMaterial: SymmetricKey(data: destination), salt: bytes(hex: QUICSealer.salt(version)))
        let side = HKDF<SHA256>.expand(
            pseudoRandomKey: secret, info: QUICSealer.label(sender == .client ? "client in" : "server in", 32),
            outputByteCount: 32)
        let prefix = version == .version2 ? "quicv2" : "quic"
        key = HKDF<SHA256>.expand(
            pseudoRandomKey: side, info: QUICSealer.label("\(prefix) key", 16), outputByteCount: 16)
        headerKey = HKDF<SHA256>.expand(
            pseudoRandomKey: side, info: QUICSealer.label("\(prefix) hp", 16), outputByteCount: 16)
        // The nonce is wanted as bytes, which a key does not show; one round of the expansion is this HMAC.
        let code = HMAC<SHA256>.authenticationCode(for: QUICSealer.label("\(prefix) iv", 12) + [1], using: side)
        iv = Array(code.prefix(12))
    }

    /// One Initial packet with `frames`, padded with PADDING frames to `size` bytes if it is shorter.
    public func initial(
        to destination: [UInt8], from source: [UInt8] = [], token: [UInt8] = [], number: UInt32 = 0,
        paddedTo size: Int = 0, frames: [UInt8]
    ) throws -> [UInt8] {
        var header: [UInt8] = [firstByte ?? (version == .version2 ? 0xd3 : 0xc3)]
        header += QUICSealer.bigEndian(version.rawValue)
        header += [UInt8(destination.count)] + destination + [UInt8(source.count)] + source
        header += QUICSealer.variableInteger(token.count) + token
        let whole = header.count + 2 + 4 + frames.count + 16
        let plaintext = frames + [UInt8](repeating: 0, count: max(0, size - whole))
        let length = 4 + plaintext.count + 16
        header += [0x40 | UInt8(length >> 8), UInt8(length & 0xff)]
        let numberOffset = header.count
        header += QUICSealer.bigEndian(number)

        var nonce = iv
        for (index, byte) in QUICSealer.bigEndian(number).enumerated() { nonce[8 + index] ^= byte }
        let box = try AES.GCM.seal(plaintext, using: key, nonce: .init(data: nonce), authenticating: header)
        let sealed = Array(box.ciphertext) + Array(box.tag)
        var mask = Array(sealed[..<16])
        try AES.permute(&mask, key: headerKey)
        header[0] ^= mask[0] & 0x0f
        for index in 0..<4 { header[numberOffset + index] ^= mask[1 + index] }
        return header + sealed
    }

    /// A CRYPTO frame (RFC 9000 section 19.6).
    public static func crypto(_ bytes: some Collection<UInt8>, at offset: Int) -> [UInt8] {
        [0x06] + variableInteger(offset) + variableInteger(bytes.count) + bytes
    }

    /// PING, an ACK with ranges and ECN counts, and PADDING: what may be between CRYPTO frames.
    public static let between: [UInt8] = [0x01, 0x03, 0x05, 0x00, 0x01, 0x00, 0x01, 0x01, 0x07, 0x08, 0x09, 0, 0, 0]

    /// `value` as a variable-length integer of 1, 2 or 4 bytes.
    public static func variableInteger(_ value: Int) -> [UInt8] {
        if value < 0x40 { return [UInt8(value)] }
        if value < 0x4000 { return [0x40 | UInt8(value >> 8), UInt8(value & 0xff)] }
        return bigEndian(UInt32(value) | 0x8000_0000)
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        stride(from: UInt32(24), through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// The info of HKDF-Expand-Label (RFC 8446 section 7.1).
    private static func label(_ label: String, _ count: UInt8) -> [UInt8] {
        let name = Array("tls13 \(label)".utf8)
        return [0, count, UInt8(name.count)] + name + [0]
    }

    private static func salt(_ version: QUICVersion) -> String {
        switch version {
        case .version2: "0dede3def700a6db819381be6e269dcbf9bd2ed9"
        case .version1: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a"
        default: "afbfec289993d24c9e9786f19c6111e04390a899"
        }
    }
}
