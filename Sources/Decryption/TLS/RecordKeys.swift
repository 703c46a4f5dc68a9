import Bytes

/// A record that was opened: its content type and its content.
package struct OpenedRecord: Sendable {
    /// The content type (RFC 8446 section 5.1).
    package var type: UInt8
    /// The content without padding.
    package var content: [UInt8]
}

/// The keys of one direction for one phase of a connection.
package protocol RecordOpener: Sendable {
    /// Opens the record with the header `header` (five bytes) and the body `body`, as number `number` of its phase.
    /// `nil` if its tag or code does not verify.
    func open(header: [UInt8], body: RawSpan, number: UInt64) -> OpenedRecord?

    /// The bytes by which a record on the wire, its header included, is longer than its content, or `nil` if that varies.
    var overhead: Int? { get }
}

/// The keys of TLS 1.3 (RFC 8446 section 5.2).
package struct TLS13Keys: RecordOpener {
    /// The secret from which the keys come and from which the next ones are made.
    package let secret: [UInt8]
    /// The suite.
    package let suite: CipherSuite
    private let key: AEADKey

    /// Derives the keys of a traffic secret; `nil` if its length does not fit the suite.
    package init?(secret: [UInt8], suite: CipherSuite) {
        guard case .aead(let algorithm) = suite.protection, secret.count == suite.hash.byteCount else { return nil }
        self.secret = secret
        self.suite = suite
        key = AEADKey(
            algorithm: algorithm, key: suite.hash.expand(secret, "key", count: algorithm.keyCount),
            iv: suite.hash.expand(secret, "iv", count: 12))
    }

    /// The keys after a KeyUpdate (RFC 8446 section 7.2).
    package func updated() -> TLS13Keys? {
        TLS13Keys(secret: suite.hash.expand(secret, "traffic upd", count: suite.hash.byteCount), suite: suite)
    }

    /// Decrypts a record; `nil` if it does not verify. Throws nothing: a wrong key is no error here.
    package func open(header: [UInt8], body: RawSpan, number: UInt64) -> OpenedRecord? {
        guard var content = key.open(body, number: number, authenticating: header) else { return nil }
        // Padding of zeros follows the type (RFC 8446 section 5.4).
        var end = content.count
        while end > 0, content[end - 1] == 0 { end -= 1 }
        guard end > 0 else { return nil }
        let type = content[end - 1]
        content.removeLast(content.count - end + 1)
        return OpenedRecord(type: type, content: content)
    }

    /// How many bytes a record has beyond its content; `nil` if that varies.
    package var overhead: Int? { 5 + 1 + key.algorithm.tagCount }
}

/// The keys of an AEAD suite of TLS 1.2 (RFC 5288, RFC 6655, RFC 7905).
struct TLS12AEADKeys: RecordOpener {
    let algorithm: AEADAlgorithm
    let key: AEADKey
    /// The four bytes that begin a nonce whose rest is sent with the record; empty for ChaCha20-Poly1305.
    let salt: [UInt8]

    func open(header: [UInt8], body: RawSpan, number: UInt64) -> OpenedRecord? {
        guard header.count == 5 else { return nil }
        let explicit = salt.isEmpty ? 0 : 8
        let count = body.byteCount - explicit - algorithm.tagCount
        guard count >= 0 else { return nil }
        let authenticated = RecordNumber.bytes(number) + header[..<3] + RecordNumber.length(count)
        let sealed = body.clamped(explicit...)
        let content =
            salt.isEmpty
            ? key.open(sealed, number: number, authenticating: authenticated)
            : key.open(sealed, nonce: salt + body.clamped(0..<8).copied(), authenticating: authenticated)
        return content.map { OpenedRecord(type: header[0], content: $0) }
    }

    var overhead: Int? { 5 + (salt.isEmpty ? 0 : 8) + algorithm.tagCount }
}

/// Numbers as they are authenticated beside a record.
enum RecordNumber {
    /// The record number in eight bytes.
    static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }

    /// A length in two bytes.
    static func length(_ count: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
    }
}
