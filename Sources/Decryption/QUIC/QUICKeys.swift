import Bytes
import Crypto
import CryptoExtras
import Protocols

/// The keys of one direction at one level of a QUIC connection (RFC 9001 section 5).
struct QUICKeys {
    let suite: CipherSuite
    let version: QUICVersion
    let secret: [UInt8]
    private let key: AEADKey
    private let headerKey: SymmetricKey
    private let algorithm: AEADAlgorithm

    /// Derives the keys of a secret; `nil` if its length does not fit the suite.
    init?(secret: [UInt8], suite: CipherSuite, version: QUICVersion, keepingHeaderKeyOf older: QUICKeys? = nil) {
        guard case .aead(let algorithm) = suite.protection, secret.count == suite.hash.byteCount else { return nil }
        self.suite = suite
        self.version = version
        self.secret = secret
        self.algorithm = algorithm
        let prefix = Self.prefix(version)
        key = AEADKey(
            algorithm: algorithm, key: suite.hash.expand(secret, "\(prefix) key", count: algorithm.keyCount),
            iv: suite.hash.expand(secret, "\(prefix) iv", count: 12))
        headerKey =
            older?.headerKey
            ?? SymmetricKey(data: suite.hash.expand(secret, "\(prefix) hp", count: algorithm.keyCount))
    }

    /// The keys of the next key phase; header protection stays (RFC 9001 section 6.1).
    func updated() -> QUICKeys? {
        let next = suite.hash.expand(secret, "\(Self.prefix(version)) ku", count: suite.hash.byteCount)
        return QUICKeys(secret: next, suite: suite, version: version, keepingHeaderKeyOf: self)
    }

    /// The keys of a client's or server's Initial packets (RFC 9001 section 5.2); `nil` if the version's salt is not known.
    static func initial(_ destination: [UInt8], version: QUICVersion, isClient: Bool) -> QUICKeys? {
        guard let salt = salt(version), let suite = CipherSuite(number: 0x1301) else { return nil }
        let initial = SuiteHash.sha256.authenticate(destination, key: SymmetricKey(data: salt))
        let secret = SuiteHash.sha256.expand(initial, isClient ? "client in" : "server in", count: 32)
        return QUICKeys(secret: secret, suite: suite, version: version)
    }

    private static func prefix(_ version: QUICVersion) -> String { version == .version2 ? "quicv2" : "quic" }

    private static func salt(_ version: QUICVersion) -> [UInt8]? {
        switch version {
        case .version2:
            [
                0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9,
                0xbd,
                0x2e, 0xd9,
            ]
        case .version1, QUICVersion(rawValue: 0xFF00_0021), QUICVersion(rawValue: 0xFF00_0022):
            [
                0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc,
                0xbb,
                0x7f, 0x0a,
            ]
        case QUICVersion(rawValue: 0xFF00_001D), QUICVersion(rawValue: 0xFF00_001E), QUICVersion(rawValue: 0xFF00_001F),
            QUICVersion(rawValue: 0xFF00_0020):
            [
                0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43,
                0x90,
                0xa8, 0x99,
            ]
        default: nil
        }
    }

    /// A packet whose header protection was removed.
    struct Unmasked {
        var header: [UInt8]
        var truncated: UInt64
        var numberCount: Int
        /// Where the sealed payload begins.
        var payload: Int
        var isKeyPhaseSet: Bool { (header.first ?? 0) & 0x04 != 0 }
    }

    /// Removes header protection (RFC 9001 section 5.4) of the packet at `start..<end` whose number is at `numberOffset`.
    func unmask(_ datagram: RawSpan, start: Int, numberOffset: Int, end: Int) -> Unmasked? {
        guard numberOffset + 20 <= end, let first = datagram.byte(at: start) else { return nil }
        let sample = datagram.clamped(numberOffset + 4..<numberOffset + 20).copied()
        guard let mask = mask(sample), mask.count >= 5 else { return nil }
        var header = datagram.clamped(start..<numberOffset).copied()
        header[0] = first ^ mask[0] & (first & 0x80 != 0 ? 0x0F : 0x1F)
        let count = Int(header[0] & 0x03) + 1
        var truncated: UInt64 = 0
        for index in 0..<count {
            let byte = (datagram.byte(at: numberOffset + index) ?? 0) ^ mask[index + 1]
            truncated = truncated << 8 | UInt64(byte)
            header.append(byte)
        }
        return Unmasked(header: header, truncated: truncated, numberCount: count, payload: numberOffset + count)
    }

    /// Opens the payload of a packet under its full number.
    func open(_ packet: Unmasked, _ datagram: RawSpan, end: Int, number: UInt64) -> [UInt8]? {
        guard packet.payload < end else { return nil }
        return key.open(datagram.clamped(packet.payload..<end), number: number, authenticating: packet.header)
    }

    /// The mask of header protection by AES (RFC 9001 section 5.4.3) or ChaCha20 (section 5.4.4).
    private func mask(_ sample: [UInt8]) -> [UInt8]? {
        if algorithm != .chaCha20Poly1305 {
            var block = sample
            return (try? AES.permute(&block, key: headerKey)) == nil ? nil : block
        }
        guard let counter = try? Insecure.ChaCha20CTR.Counter(data: sample.prefix(4)),
            let nonce = try? Insecure.ChaCha20CTR.Nonce(data: sample.dropFirst(4)),
            let mask = try? Insecure.ChaCha20CTR.encrypt(
                [UInt8](repeating: 0, count: 5), using: headerKey, counter: counter, nonce: nonce)
        else { return nil }
        return [UInt8](mask)
    }
}
