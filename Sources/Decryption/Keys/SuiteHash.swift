import Crypto

/// The hash function of a cipher suite.
package enum SuiteHash: Sendable {
    case sha256
    case sha384

    /// The length of a secret, in bytes.
    package var byteCount: Int { self == .sha256 ? 32 : 48 }

    /// HKDF-Expand-Label of TLS 1.3 with an empty context (RFC 8446 section 7.1).
    package func expand(_ secret: [UInt8], _ label: String, count: Int) -> [UInt8] {
        let name = Array("tls13 \(label)".utf8)
        let info =
            [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count), UInt8(clamping: name.count)]
            + name + [0]
        let key = SymmetricKey(data: secret)
        var block: [UInt8] = []
        var output: [UInt8] = []
        // HKDF-Expand (RFC 5869 section 2.3); nearly always one round.
        for round in 1...UInt8.max where output.count < count {
            block = authenticate(block + info + [round], key: key)
            output += block
        }
        return Array(output.prefix(count))
    }

    /// HMAC of `text`.
    func authenticate(_ text: [UInt8], key: SymmetricKey) -> [UInt8] {
        switch self {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: text, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: text, using: key))
        }
    }

    /// The pseudorandom function of TLS 1.2 (RFC 5246 section 5).
    package func pseudorandom(_ secret: [UInt8], label: String, seed: [UInt8], count: Int) -> [UInt8] {
        let key = SymmetricKey(data: secret)
        let seed = Array(label.utf8) + seed
        var block = seed
        var output: [UInt8] = []
        while output.count < count {
            block = authenticate(block, key: key)
            output += authenticate(block + seed, key: key)
        }
        return Array(output.prefix(count))
    }
}
