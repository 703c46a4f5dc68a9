import Bytes
import Crypto
import CryptoExtras

/// The keys of a CBC suite of TLS 1.2 (RFC 5246 section 6.2.3.2), with the code before or after encryption (RFC 7366).
struct CBCKeys: RecordOpener {
    let key: SymmetricKey
    let codeKey: SymmetricKey
    let hash: CipherSuite.CodeHash
    let isEncryptThenMAC: Bool

    func open(header: [UInt8], body: RawSpan, number: UInt64) -> OpenedRecord? {
        guard header.count == 5 else { return nil }
        return isEncryptThenMAC
            ? openOuter(header, body: body, number: number) : openInner(header, body: body, number: number)
    }

    var overhead: Int? { nil }

    /// The code is after the ciphertext and covers it, initialization vector included.
    private func openOuter(_ header: [UInt8], body: RawSpan, number: UInt64) -> OpenedRecord? {
        let count = body.byteCount - hash.byteCount
        guard count >= 32 else { return nil }
        let sealed = body.clamped(0..<count).copied()
        let authenticated = RecordNumber.bytes(number) + header[..<3] + RecordNumber.length(count) + sealed
        guard code(of: authenticated) == body.clamped(count...).copied(), let plain = decrypted(sealed),
            let end = Self.contentEnd(plain)
        else { return nil }
        return OpenedRecord(type: header[0], content: Array(plain.prefix(end)))
    }

    /// The code is after the content, inside the encryption.
    private func openInner(_ header: [UInt8], body: RawSpan, number: UInt64) -> OpenedRecord? {
        guard body.byteCount >= 32, let plain = decrypted(body.copied()), let end = Self.contentEnd(plain) else {
            return nil
        }
        let count = end - hash.byteCount
        guard count >= 0 else { return nil }
        let content = Array(plain.prefix(count))
        let authenticated = RecordNumber.bytes(number) + header[..<3] + RecordNumber.length(count) + content
        guard code(of: authenticated) == Array(plain[count..<end]) else { return nil }
        return OpenedRecord(type: header[0], content: content)
    }

    /// Decrypts all blocks after the first one, which is the initialization vector.
    private func decrypted(_ sealed: [UInt8]) -> [UInt8]? {
        guard sealed.count % 16 == 0, sealed.count >= 32, let iv = try? AES._CBC.IV(ivBytes: sealed.prefix(16)),
            let plain = try? AES._CBC.decrypt(sealed.dropFirst(16), using: key, iv: iv, noPadding: true)
        else { return nil }
        return [UInt8](plain)
    }

    /// Where the padding begins, or `nil` if it is not well formed.
    private static func contentEnd(_ plain: [UInt8]) -> Int? {
        guard let last = plain.last, Int(last) + 1 <= plain.count else { return nil }
        let end = plain.count - Int(last) - 1
        return plain[end...].allSatisfy { $0 == last } ? end : nil
    }

    private func code(of text: [UInt8]) -> [UInt8] {
        switch hash {
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: text, using: codeKey))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: text, using: codeKey))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: text, using: codeKey))
        }
    }
}
