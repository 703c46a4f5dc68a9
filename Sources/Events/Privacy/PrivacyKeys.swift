public import Bytes
import Foundation

/// The keys of a file, a line each: the moment from which the key is used, RFC 3339 in UTC, and 64 hexadecimal digits.
///
/// A new key is a further line, with a moment to come; the old ones stay as long as somebody may have to go back from
/// what was written by them. A flow or an alert is written by one key for its whole life.
public struct PrivacyKeys: Sendable {
    /// The oldest first; at least one.
    public let keys: [PrivacyKey]

    /// The keys in the file at `path`, which nobody but its owner may read.
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
