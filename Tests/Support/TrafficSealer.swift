import Crypto
import CryptoExtras

/// Seals records of TLS 1.3 and packets of QUIC under a traffic secret, with AES-128-GCM, for tests of what opens them.
///
/// It derives its keys on its own, so that the code under test is checked by another derivation (RFC 8446 section 7.3).
public struct TrafficSealer {
    private let secret: SymmetricKey
    private let prefix: String
    private var number: UInt64 = 0

    /// Seals under `secret`, 32 bytes; as a packet of QUIC version 1 if `isQUIC`.
    public init(secret: [UInt8], isQUIC: Bool = false) {
        self.secret = SymmetricKey(data: secret)
        prefix = isQUIC ? "quic " : ""
    }

    /// The next record of the stream, with its header. The content is cut to what a record may hold.
    public mutating func record(type: UInt8, _ content: [UInt8], padding: Int = 0) throws -> [UInt8] {
        let plain = content.prefix(16_384) + [type] + [UInt8](repeating: 0, count: min(max(padding, 0), 256))
        let length = plain.count + 16
        let header: [UInt8] = [23, 3, 3, UInt8(length >> 8), UInt8(length & 0xFF)]
        return header + (try seal(Array(plain), header))
    }

    /// The next packet with a short header to the connection ID `destination`, its number in four bytes (RFC 9000 section 17.3.1).
    public mutating func packet(to destination: [UInt8], frames: [UInt8]) throws -> [UInt8] {
        let sent = (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt64(24 - 8 * $0)) }
        var header: [UInt8] = [0x43] + destination + sent
        // The sample of header protection begins four bytes after the number's first byte.
        let plain = frames + [UInt8](repeating: 0, count: max(0, 4 - frames.count))
        let sealed = try seal(plain, header)
        var mask = Array(sealed.prefix(16))
        try AES.permute(&mask, key: SymmetricKey(data: expand("hp", count: 16)))
        header[0] ^= mask[0] & 0x1F
        for index in 0..<4 { header[1 + destination.count + index] ^= mask[1 + index] }
        return header + sealed
    }

    private mutating func seal(_ plain: [UInt8], _ header: [UInt8]) throws -> [UInt8] {
        var nonce = expand("iv", count: 12)
        for index in 0..<8 { nonce[4 + index] ^= UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * index)) }
        number += 1
        let key = SymmetricKey(data: expand("key", count: 16))
        let box = try AES.GCM.seal(plain, using: key, nonce: .init(data: nonce), authenticating: header)
        return Array(box.ciphertext) + Array(box.tag)
    }

    private func expand(_ label: String, count: UInt8) -> [UInt8] {
        let name = Array("tls13 \(prefix)\(label)".utf8)
        let info: [UInt8] = [0, count, UInt8(name.count)] + name + [0, 1]
        return Array(HMAC<SHA256>.authenticationCode(for: info, using: secret).prefix(Int(count)))
    }
}
