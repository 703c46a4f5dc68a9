import Bytes
import HTTPDecoding

/// Finds values that are a function of other values of the same request: checksums, lengths.
///
/// Such a value changes with what it is derived from. It is named, and a comparison never calls it dependent on a setting.
struct DerivedFinder {
    /// The longest value that is an input of a checksum, in bytes, besides the body.
    private static let longestInput = 1 << 20
    /// The most values of one request that are tried as inputs.
    private static let mostInputs = 20_000

    /// Adds the derived values among `fields` to `findings`.
    func search(_ request: RequestFields, _ fields: [Field], into findings: inout FindingCollection) {
        addLengths(request, fields, into: &findings)
        var tokens = DigestTokens()
        for field in fields { tokens.add(field) }
        guard !tokens.isEmpty else { return }
        var inputs: [(name: String, bytes: [UInt8])] = []
        // No body holds its own checksum: only a value outside of it can be one.
        if tokens.isOutsideBody { inputs.append(("body", request.plainBody)) }
        if tokens.isOutsideBody, request.exchange.request.body.bytes != request.plainBody {
            inputs.append(("the body as it was sent", request.exchange.request.body.bytes))
        }
        // By a hash: two values that share it are taken for one, and the second is no input.
        var seen: Set<UInt64> = []
        for field in fields.prefix(Self.mostInputs) {
            let bytes = field.value.utf8
            guard (3...Self.longestInput).contains(bytes.count), seen.insert(XXHash64.hash(of: bytes)).inserted
            else { continue }
            inputs.append((field.path, bytes))
        }
        for input in inputs where !input.bytes.isEmpty {
            for checksum in Checksum.allCases {
                for token in tokens.matching(checksum.digest(of: input.bytes)) where token.field.path != input.name {
                    add(token, checksum, of: input.name, into: &findings)
                }
            }
        }
    }

    private func add(
        _ token: DigestTokens.Token, _ checksum: Checksum, of source: String, into findings: inout FindingCollection
    ) {
        var finding = Finding(
            .derived, .anomaly, category: checksum.rawValue, field: token.field.path, offset: token.field.offset,
            explanation: "is \(token.isWhole ? "the" : "a prefix of the") \(checksum.title) of \(source)",
            value: token.field.value)
        finding.source = source
        findings.add(finding)
    }

    private func addLengths(_ request: RequestFields, _ fields: [Field], into findings: inout FindingCollection) {
        let body = request.exchange.request.body
        guard body.count > 0, let field = fields.first(where: { $0.path == "header.content-length" }),
            field.value.text == String(body.count)
        else { return }
        var finding = Finding(
            .derived, .anomaly, category: "length", field: field.path, offset: field.offset,
            explanation: "is the length of the body", value: field.value)
        finding.source = "body"
        findings.add(finding)
    }
}

/// The values of a request that could be checksums, found by the first bytes of a digest.
struct DigestTokens {
    /// One such value.
    struct Token {
        var field: Field
        /// The digits or characters.
        var text: [UInt8]
        var isBase64: Bool
        var isWhole = false
    }

    private var byPrefix: [[UInt8]: [Token]] = [:]
    /// The first four bytes of the digests that the tokens may be: nearly every digest is ruled out by one look-up.
    private var heads: Set<UInt32> = []
    private var count = 0

    var isEmpty: Bool { byPrefix.isEmpty }
    /// Whether a token is in the target or the header section.
    private(set) var isOutsideBody = false

    /// Adds the tokens of a field: the whole value, or what follows an equals sign in it.
    mutating func add(_ field: Field) {
        guard case .text(let text) = field.value, (8...4096).contains(text.utf8.count), count < 100_000 else { return }
        for piece in text.utf8.split(whereSeparator: {
            !($0.isASCIIWord || [0x2B, 0x2F, 0x2D, 0x5F, 0x3D].contains($0))
        }) {
            add(Array(piece), field)
            if let equals = piece.firstIndex(of: 0x3D), piece.index(after: equals) < piece.endIndex {
                add(Array(piece[piece.index(after: equals)...]), field)
            }
        }
    }

    private mutating func add(_ text: [UInt8], _ field: Field) {
        if (8...128).contains(text.count), text.allSatisfy({ $0.hexadecimalDigit != nil }) {
            let lower = text.map(\.lowercasedASCII)
            // A word or a decimal number is not taken for a digest that happens to begin so: 32 bits must agree.
            heads.insert(lower.prefix(8).reduce(0) { $0 << 4 | UInt32($1.hexadecimalDigit ?? 0) })
            insert(Token(field: field, text: lower, isBase64: false), under: Array(lower.prefix(8)))
        } else if (22...88).contains(text.count), let plain = Base64Text.decode(text) {
            heads.insert(Self.head(plain))
            insert(Token(field: field, text: text, isBase64: true), under: Array(text.prefix(16)))
        }
    }

    private mutating func insert(_ token: Token, under key: [UInt8]) {
        count += 1
        if !token.field.path.hasPrefix("body") { isOutsideBody = true }
        byPrefix[key, default: []].append(token)
    }

    private static func head(_ bytes: [UInt8]) -> UInt32 { bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }

    /// The tokens that are `digest` or a prefix of it.
    func matching(_ digest: [UInt8]) -> [Token] {
        guard heads.contains(Self.head(digest)) else { return [] }
        let digits = Array(digest.hexadecimalText.utf8)
        var found: [Token] = []
        for var token in byPrefix[Array(digits.prefix(8))] ?? [] where digits.starts(with: token.text) {
            token.isWhole = digits.count == token.text.count
            found.append(token)
        }
        guard digest.count >= 16 else { return found }
        for isURL in [false, true] {
            let encoded = Base64Text.encode(digest, isURL: isURL)
            let bare = encoded.filter { $0 != 0x3D }
            for var token in byPrefix[Array(encoded.prefix(16))] ?? [] where token.isBase64 {
                guard token.text.filter({ $0 != 0x3D }) == bare else { continue }
                token.isWhole = true
                found.append(token)
            }
            if !encoded.contains(where: { $0 == 0x2B || $0 == 0x2F || $0 == 0x2D || $0 == 0x5F }) { break }
        }
        return found
    }
}
