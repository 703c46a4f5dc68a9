import Crypto

/// The keys that TLS 1.2 makes of a master secret and both randoms (RFC 5246 section 6.3).
struct TLS12KeyBlock {
    let client: any RecordOpener
    let server: any RecordOpener

    /// The keys, or `nil` if the master secret has another length than 48 bytes.
    init?(master: [UInt8], client: [UInt8], server: [UInt8], suite: CipherSuite, isEncryptThenMAC: Bool) {
        guard master.count == 48 else { return nil }
        let sizes = Self.sizes(suite)
        let block = suite.hash.pseudorandom(
            master, label: "key expansion", seed: server + client, count: 2 * (sizes.code + sizes.key + sizes.iv))
        var rest = block[...]
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        let codes = (take(sizes.code), take(sizes.code))
        let keys = (take(sizes.key), take(sizes.key))
        let ivs = (take(sizes.iv), take(sizes.iv))
        self.client = Self.opener(suite, code: codes.0, key: keys.0, iv: ivs.0, isEncryptThenMAC)
        self.server = Self.opener(suite, code: codes.1, key: keys.1, iv: ivs.1, isEncryptThenMAC)
    }

    private static func sizes(_ suite: CipherSuite) -> (code: Int, key: Int, iv: Int) {
        switch suite.protection {
        case .aead(let algorithm): (0, algorithm.keyCount, algorithm == .chaCha20Poly1305 ? 12 : 4)
        case .cbc(let keyCount, let code): (code.byteCount, keyCount, 0)
        }
    }

    private static func opener(
        _ suite: CipherSuite, code: [UInt8], key: [UInt8], iv: [UInt8], _ isEncryptThenMAC: Bool
    ) -> any RecordOpener {
        switch suite.protection {
        case .aead(let algorithm):
            let isExplicit = algorithm != .chaCha20Poly1305
            return TLS12AEADKeys(
                algorithm: algorithm,
                key: AEADKey(algorithm: algorithm, key: key, iv: isExplicit ? [UInt8](repeating: 0, count: 12) : iv),
                salt: isExplicit ? iv : [])
        case .cbc(_, let hash):
            return CBCKeys(
                key: SymmetricKey(data: key), codeKey: SymmetricKey(data: code), hash: hash,
                isEncryptThenMAC: isEncryptThenMAC)
        }
    }
}
