import Crypto

/// The keys of one direction's Initial packets (RFC 9001 section 5.1).
struct QUICPacketKeys: Sendable {
    /// The AES-128-GCM key.
    let key: SymmetricKey
    /// The AES-128 key of header protection.
    let headerKey: SymmetricKey
    /// The fixed part of the nonce, as numbers: its first 4 bytes, and the 8 that the packet number is mixed into.
    let ivHigh: UInt32
    let ivLow: UInt64

    init(secret: KeyedHash, protection: QUICProtection) {
        // One round of HKDF-Expand each, cut to what is asked for.
        key = SymmetricKey(data: Array(secret.code(of: protection.keyLabel).prefix(16)))
        headerKey = SymmetricKey(data: Array(secret.code(of: protection.headerLabel).prefix(16)))
        let iv = Array(secret.code(of: protection.ivLabel).prefix(12))
        ivHigh = iv[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        ivLow = iv[4...].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// The secret from which both directions' Initial keys come: the client's first destination connection id and the
/// version's salt (RFC 9001 section 5.2).
///
/// Cost: five HMACs for the client's keys, four more for the server's, which are made only when asked for. A class, so that
/// a connection that has none, as every finished one, keeps no room for them.
final class QUICInitialKeys: Sendable {
    let version: QUICVersion
    let destinationID: QUICConnectionID
    let client: QUICPacketKeys
    private let protection: QUICProtection
    private let secret: KeyedHash

    /// The keys of a connection; `nil` if the version's salt is not known.
    init?(version: QUICVersion, destinationID: QUICConnectionID) {
        guard let protection = version.protection else { return nil }
        self.version = version
        self.destinationID = destinationID
        self.protection = protection
        secret = KeyedHash(key: protection.extractor.code(of: destinationID.bytes))
        client = QUICInitialKeys.keys(secret, label: QUICProtection.clientLabel, protection: protection)
    }

    /// The server's keys.
    func server() -> QUICPacketKeys {
        QUICInitialKeys.keys(secret, label: QUICProtection.serverLabel, protection: protection)
    }

    private static func keys(_ secret: KeyedHash, label: [UInt8], protection: QUICProtection) -> QUICPacketKeys {
        QUICPacketKeys(secret: KeyedHash(key: secret.code(of: label)), protection: protection)
    }
}

/// HMAC-SHA256 under one key (RFC 2104), for short messages: the library's hash over a keyed block and the message, twice.
///
/// The library's own `HMAC` gives the same at twice the cost, which is most of what Initial keys cost: it copies a context
/// for each message. Cost: two hashes of two blocks, and four small allocations, three of them the library's.
struct KeyedHash: Sendable {
    /// The key's two blocks, the inner one first.
    private let blocks: [UInt8]

    /// Under `key`, of which no more than a block counts.
    init(key: some Sequence<UInt8>) {
        let count = SHA256.blockByteCount
        var blocks = [UInt8](repeating: 0x36, count: 2 * count)
        for (index, byte) in zip(0..<count, key) { blocks[index] ^= byte }
        for index in 0..<count { blocks[count + index] = blocks[index] ^ 0x36 ^ 0x5C }
        self.blocks = blocks
    }

    /// The code of `message`.
    func code(of message: [UInt8]) -> SHA256.Digest {
        var text: [UInt8] = []
        text.reserveCapacity(SHA256.blockByteCount + max(message.count, SHA256.byteCount))
        text += blocks[..<SHA256.blockByteCount]
        text += message
        let digest = SHA256.hash(data: text)
        text.removeAll(keepingCapacity: true)
        text += blocks[SHA256.blockByteCount...]
        text += digest
        return SHA256.hash(data: text)
    }
}
