import Foundation

/// A signature file of minisign.
///
/// Four lines: an untrusted comment; base64 of two bytes of algorithm, the id of the key (8 bytes) and an Ed25519 signature (64
/// bytes); a trusted comment; base64 of a second signature, over the first and the trusted comment. `Ed` signs the bytes of the file,
/// `ED` their BLAKE2b-512.
public struct DetachedSignature: Sendable {
    /// What the first signature is over.
    enum Algorithm: Sendable {
        /// `Ed`: the bytes.
        case whole
        /// `ED`: their BLAKE2b-512.
        case prehashed
    }

    let algorithm: Algorithm
    let id: SigningKeyID
    /// The comment that the second signature is over.
    public let trustedComment: String
    private let signature: [UInt8]
    private let global: [UInt8]

    /// The longest signature file in bytes.
    static let maximumBytes = 16_384

    /// Reads the bytes of a signature file, which errors call `origin`.
    public init(_ bytes: [UInt8], origin: String) throws(BundleError) {
        let malformed = BundleError(
            .signature, "\(origin) is no signature of minisign: it has four lines, two of them base64")
        guard bytes.count <= Self.maximumBytes, !bytes.contains(0), !bytes.contains(UInt8(ascii: "\r")),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw malformed }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        guard lines.count == 4, lines[0].hasPrefix("untrusted comment: "), lines[2].hasPrefix(Self.trustedMark),
            let first = Data(base64Encoded: String(lines[1])).map({ [UInt8]($0) }), first.count == 74,
            let second = Data(base64Encoded: String(lines[3])).map({ [UInt8]($0) }), second.count == 64
        else { throw malformed }
        switch String(decoding: first[..<2], as: UTF8.self) {
        case "Ed": algorithm = .whole
        case "ED": algorithm = .prehashed
        default: throw malformed
        }
        id = SigningKeyID(bytes: Array(first[2..<10]))
        signature = Array(first[10...])
        global = second
        trustedComment = String(lines[2].dropFirst(Self.trustedMark.count))
    }

    /// The key of `keys` that signed `message`.
    ///
    /// `digest` gives BLAKE2b-512; `nil` if no library has it: then a prehashed signature is refused, never taken unchecked.
    ///
    /// - Throws: if none of `keys` made the signature, or either of the two signatures does not match.
    public func check(
        _ message: [UInt8], by keys: [TrustedKey], digest: ([UInt8]) -> [UInt8]?
    ) throws(BundleError) -> TrustedKey {
        let candidates = keys.filter { $0.id == id }
        guard !candidates.isEmpty else {
            let known = keys.map(\.name).joined(separator: ", ")
            throw BundleError(
                .unknownKey,
                "the signature is of key \(id), which is not trusted; trusted: \(known.isEmpty ? "none" : known)")
        }
        guard let signed = algorithm == .whole ? message : digest(message) else {
            throw BundleError(
                .signature,
                "the signature is prehashed (ED), and libsodium, which checks that, is not installed (Debian: libsodium23); sign with minisign -S -l to do without"
            )
        }
        guard let key = candidates.first(where: { $0.isValid(signature[...], for: signed) }) else {
            throw BundleError(
                .signature, "the signature does not match the manifest: one of the two was changed or cut")
        }
        guard key.isValid(global[...], for: signature + Array(trustedComment.utf8)) else {
            throw BundleError(.signature, "the trusted comment was changed: its own signature does not match")
        }
        return key
    }

    private static let trustedMark = "trusted comment: "
}
