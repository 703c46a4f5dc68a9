import Yams

/// A file's text in which the earlier of two equal keys is hidden, so that the YAML reader gets past them.
///
/// Hiding puts a private-use character of its own in place of the key's first one: every position stays the same.
struct MaskedKeys: Sendable {
    private let source: SourceText
    /// What was written at each hidden offset, and what is there now.
    private var hidden: [Int: (written: String, mask: Unicode.Scalar)] = [:]

    init(_ source: SourceText) {
        self.source = source
    }

    /// The text to compose.
    var text: String {
        guard !hidden.isEmpty else { return source.string }
        var bytes: [UInt8] = []
        var copied = 0
        for offset in hidden.keys.sorted() {
            bytes += source.bytes[copied..<offset]
            if let mask = hidden[offset]?.mask { bytes += Array(String(mask).utf8) }
            copied = source.advance(from: offset, scalars: 1)
        }
        bytes += source.bytes[copied...]
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Hides the key that `error` says occurs twice; false if the error is another or the key cannot be hidden.
    mutating func hide(_ error: YamlError) -> Bool {
        guard case .duplicatedKeysInMapping(_, let context) = error else { return false }
        var offset = source.offset(readerLine: context.mark.line, column: context.mark.column)
        if let first = source.bytes[checked: offset], first == 0x22 || first == 0x27 { offset += 1 }
        guard let byte = source.bytes[checked: offset], Self.isWord(byte), hidden[offset] == nil else { return false }
        let number = UInt32(truncatingIfNeeded: hidden.count)
        guard let mask = Unicode.Scalar(Self.firstMask + number) else { return false }
        hidden[offset] = (String(decoding: [byte], as: UTF8.self), mask)
        return true
    }

    /// The key as its author wrote it, and whether it was hidden.
    func restore(_ key: String, at offset: Int) -> (key: String, wasHidden: Bool) {
        guard let entry = hidden[offset] ?? hidden[offset + 1], key.unicodeScalars.first == entry.mask else {
            return (key, false)
        }
        return (entry.written + String(key.unicodeScalars.dropFirst()), true)
    }

    /// What `error` says, in one line, and where it is.
    func fault(_ error: YamlError) -> YAMLError {
        let offset: Int
        var kind = YAMLError.Kind.syntax
        var message: String
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let start = context?.mark ?? mark
            let words = YAMLWords.explain(problem, in: context?.text ?? "", from: start.line, to: mark.line)
            let place = words?.isAtStart == true ? start : mark
            offset = source.offset(readerLine: place.line, column: place.column)
            if problem == YAMLWords.misplacedColon, let entry = source.entryWithoutColon(before: offset) {
                return YAMLError(
                    kind: kind, position: source.position(at: entry), message: "not YAML: \(YAMLWords.missingColon)")
            }
            let isTab = source.bytes[checked: offset] == 0x09
            message = isTab ? "not YAML: a tab cannot indent; use spaces" : "not YAML: \(words?.words ?? problem)"
            let isAlias = problem.contains("alias") || context?.text.contains("alias") ?? false
            if isAlias { message += "; put a text that begins with '*' in quotes" }
        case .duplicatedKeysInMapping(let keys, let context):
            offset = source.offset(readerLine: context.mark.line, column: context.mark.column)
            kind = .duplicateKey
            message = "the key '\(keys.first ?? "")' occurs twice in one map"
        case .reader(let problem, let scalars, _, _):
            offset = source.advance(from: 0, scalars: scalars ?? 0)
            message = "not YAML: \(problem)"
        default:
            offset = 0
            message = "not YAML"
        }
        return YAMLError(kind: kind, position: source.position(at: offset), message: message)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
    }

    /// The first private-use character.
    private static let firstMask: UInt32 = 0xE000
}
