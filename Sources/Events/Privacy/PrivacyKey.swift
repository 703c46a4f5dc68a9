public import Bytes
import Crypto

/// A key of pseudonyms, and from when on it is used.
public struct PrivacyKey: Sendable {
    /// The first flow or alert that is written by it begins at this moment.
    public let from: Timestamp
    /// Eight digits that name the key in events, and say nothing of it.
    public let id: String
    /// The mapping of addresses.
    public let addresses: CryptoPAn
    private let secret: SymmetricKey

    /// From 32 bytes; nothing for another number.
    init?(from: Timestamp, _ bytes: [UInt8]) {
        guard let addresses = CryptoPAn(bytes) else { return nil }
        self.from = from
        self.addresses = addresses
        // What names the key and what hides names and ids are apart from what hides addresses.
        secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes), info: Array("egret names".utf8), outputByteCount: 32)
        id = String(Self.digits(for: "egret key id", secret).prefix(8))
    }

    /// Sixteen digits that stand for `text`: the same for the same, and nobody without the key finds out what for.
    func digits(for text: String) -> String { Self.digits(for: text, secret) }

    private static func digits(for text: String, _ secret: SymmetricKey) -> String {
        Hexadecimal.text(Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: secret)).prefix(8))
    }
}
