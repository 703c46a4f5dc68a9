public import Bytes
import Crypto
import Foundation

/// The keys of a file, a line each: the moment from which the key is used, RFC 3339 in UTC, and 64 hexadecimal digits.
///
/// A new key is a further line, with a moment to come; the old ones stay as long as someone may have to go back from
/// what was written by them. A flow or an alert is written by one key for its whole life.
public struct PrivacyKeys: Sendable {
    /// The oldest first; at least one.
    public let keys: [PrivacyKey]

    /// The keys in the file at `path`, which no one but its owner may read.
    public init(file path: String) throws(EvidenceError) {
        let text = String(decoding: try PrivateFile.read(path), as: UTF8.self)
        var keys: [PrivacyKey] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let parts = line.split(separator: " ")
            guard let first = parts.first, !first.hasPrefix("#") else { continue }
            guard parts.count == 2, let time = Self.time(String(first)),
                let bytes = Hexadecimal.bytes(String(parts[1])),
                let key = PrivacyKey(from: time, bytes)
            else { throw EvidenceError("\(path):\(index + 1): not a moment in UTC and 64 hexadecimal digits") }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw EvidenceError("\(path): has no key; egret key privacy makes one") }
        self.keys = keys.sorted { $0.from < $1.from }
    }

    /// A line of such a file with a new key.
    public static func line(from time: Timestamp) -> String {
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255) }
        return "\(time.text) \(Hexadecimal.text(bytes))\n"
    }

    /// The moment that `text` names.
    public static func moment(_ text: String) throws(EvidenceError) -> Timestamp {
        guard let time = time(text) else {
            throw EvidenceError("'\(text)' is no moment such as 2026-12-01T00:00:00Z")
        }
        return time
    }

    /// Adds a line with a new key to the file at `path`, whose keys can be read.
    public static func add(_ line: String, to path: String) throws(EvidenceError) {
        _ = try PrivacyKeys(file: path)
        let text = String(decoding: try PrivateFile.read(path), as: UTF8.self)
        let isWhole = text.last.map { $0.isNewline } ?? true
        try PrivateFile.append(path, isWhole ? line : "\n" + line)
    }

    /// `2026-12-01T00:00:00Z`, with or without a fraction of a second.
    private static func time(_ text: String) -> Timestamp? {
        guard text.hasSuffix("Z"), let whole = text.dropLast().split(separator: ".").first,
            let date = try? Date("\(whole)Z", strategy: .iso8601)
        else { return nil }
        return Timestamp(seconds: Int64(date.timeIntervalSince1970), nanoseconds: 0)
    }
}

/// A key of pseudonyms, and from when on it is used.
public struct PrivacyKey: Sendable {
    /// The first flow or alert that is written by it begins at this moment.
    public let from: Timestamp
    /// Eight digits that name the key in events, and say nothing of it.
    public let id: String
    /// The mapping of addresses.
    public let addresses: CryptoPAn
    private let secret: SymmetricKey

    /// From 32 bytes; `nil` for another number.
    init?(from: Timestamp, _ bytes: [UInt8]) {
        guard let addresses = CryptoPAn(bytes) else { return nil }
        self.from = from
        self.addresses = addresses
        // What names the key and what hides names and ids are apart from what hides addresses.
        secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes), info: Array("egret names".utf8), outputByteCount: 32)
        id = String(Self.digits(for: "egret key id", secret).prefix(8))
    }

    /// Sixteen digits that stand for `text`: the same for the same, and no one without the key finds out what for.
    public func digits(for text: String) -> String { Self.digits(for: text, secret) }

    private static func digits(for text: String, _ secret: SymmetricKey) -> String {
        Hexadecimal.text(Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: secret)).prefix(8))
    }
}
