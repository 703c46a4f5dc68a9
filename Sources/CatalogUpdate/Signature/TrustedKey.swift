import Crypto
import Foundation

/// A public key of minisign whose signatures are trusted.
///
/// The text is one line of base64 of 42 bytes: `Ed`, the id of the key (8 bytes), an Ed25519 public key (32 bytes; RFC 8032). A key
/// file has a comment line before it.
public struct TrustedKey: Sendable {
    let id: SigningKeyID
    private let key: Curve25519.Signing.PublicKey

    /// The id of the key as `minisign` prints it.
    public var name: String { id.description }

    /// Reads the line `text`, or the text of a key file.
    ///
    /// - Throws: what is wrong with it, naming `origin`.
    public init(_ text: String, origin: String) throws(BundleError) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        let keys = lines.filter { !$0.isEmpty && !$0.hasPrefix("untrusted comment:") }
        guard keys.count == 1, let bytes = Data(base64Encoded: keys[0]).map({ [UInt8]($0) }),
            bytes.count == Self.length, bytes.starts(with: "Ed".utf8),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes[10...])
        else {
            throw BundleError(
                .signature,
                "\(origin) is no public key of minisign: it is the line that minisign -G prints, RW and 54 more characters, or the file that holds it"
            )
        }
        id = SigningKeyID(bytes: Array(bytes[2..<10]))
        self.key = key
    }

    /// The keys of `values`, each a key itself, a key file, or a directory of `.pub` files.
    public static func load(_ values: [String]) throws(BundleError) -> [TrustedKey] {
        var keys: [TrustedKey] = []
        for value in values {
            for (text, origin) in try texts(of: value) { keys.append(try TrustedKey(text, origin: origin)) }
        }
        return keys
    }

    private static func texts(of value: String) throws(BundleError) -> [(text: String, origin: String)] {
        if value.hasPrefix("RW"), value.utf8.count == encodedLength { return [(value, "the key '\(value)'")] }
        if let names = try? FileManager.default.contentsOfDirectory(atPath: value) {
            let files = names.filter { $0.hasSuffix(".pub") && !$0.hasPrefix(".") }.sorted()
            guard !files.isEmpty else { throw BundleError(.signature, "\(value) holds no .pub file") }
            return try files.map { (name) throws(BundleError) in try read("\(value)/\(name)") }
        }
        return [try read(value)]
    }

    private static func read(_ path: String) throws(BundleError) -> (text: String, origin: String) {
        let bytes = try PlainFileReader.bytes(of: path, limit: 4_096)
        return (String(decoding: bytes, as: UTF8.self), path)
    }

    func isValid(_ signature: ArraySlice<UInt8>, for message: [UInt8]) -> Bool {
        key.isValidSignature(signature, for: message)
    }

    private static let length = 42
    private static let encodedLength = 56
}

/// The eight bytes by which minisign names a key.
struct SigningKeyID: Equatable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    /// As `minisign` prints it: hexadecimal, the last byte first.
    var description: String {
        bytes.reversed().map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
