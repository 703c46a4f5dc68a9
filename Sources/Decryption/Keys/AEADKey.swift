import Bytes
import Crypto
import Foundation

/// The algorithms that protect records and packets with one tag.
package enum AEADAlgorithm: Sendable, CaseIterable {
    case aes128GCM
    case aes256GCM
    case chaCha20Poly1305
    case aes128CCM
    case aes128CCM8

    /// The length of the key, in bytes.
    package var keyCount: Int { self == .aes128GCM || self == .aes128CCM || self == .aes128CCM8 ? 16 : 32 }

    /// The length of the tag, in bytes.
    package var tagCount: Int { self == .aes128CCM8 ? 8 : 16 }
}

/// One key of an algorithm with the fixed part of its nonces.
///
/// A value without a counter: the caller says which number a record has.
package struct AEADKey: Sendable {
    /// The algorithm.
    package let algorithm: AEADAlgorithm
    private let key: SymmetricKey
    private let iv: [UInt8]

    /// Creates a key. `iv` has 12 bytes.
    package init(algorithm: AEADAlgorithm, key: [UInt8], iv: [UInt8]) {
        self.algorithm = algorithm
        self.key = SymmetricKey(data: key)
        self.iv = iv
    }

    /// Opens `sealed`, ciphertext and tag, under the nonce that the record number `number` gives (RFC 8446 section 5.3).
    /// `nil` if the tag does not verify. Cost: two copies of the bytes beside the cipher.
    package func open(_ sealed: RawSpan, number: UInt64, authenticating header: [UInt8]) -> [UInt8]? {
        var nonce = iv
        guard nonce.count == 12 else { return nil }
        for index in 0..<8 { nonce[4 + index] ^= UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * index)) }
        return open(sealed, nonce: nonce, authenticating: header)
    }

    /// Opens `sealed` under `nonce`, 12 bytes.
    package func open(_ sealed: RawSpan, nonce: [UInt8], authenticating header: [UInt8]) -> [UInt8]? {
        guard sealed.byteCount >= algorithm.tagCount else { return nil }
        var box: [UInt8] = []
        box.reserveCapacity(12 + sealed.byteCount)
        box.append(contentsOf: nonce)
        sealed.append(to: &box)
        switch algorithm {
        case .aes128GCM, .aes256GCM:
            guard let combined = try? AES.GCM.SealedBox(combined: box),
                let plain = try? AES.GCM.open(combined, using: key, authenticating: header)
            else { return nil }
            return [UInt8](plain)
        case .chaCha20Poly1305:
            guard let combined = try? ChaChaPoly.SealedBox(combined: box),
                let plain = try? ChaChaPoly.open(combined, using: key, authenticating: header)
            else { return nil }
            return [UInt8](plain)
        case .aes128CCM, .aes128CCM8:
            return CCM.open(sealed.copied(), key: key, nonce: nonce, tagCount: algorithm.tagCount, header)
        }
    }
}
