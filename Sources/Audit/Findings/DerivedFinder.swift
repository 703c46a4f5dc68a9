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

    private let heads: DigestHeads

    /// A finder that keeps what it learns of texts in `heads`.
    init(_ heads: DigestHeads) { self.heads = heads }

    /// Adds the derived values among `fields` to `findings`.
    func search(_ request: RequestFields, _ fields: [Field], into findings: inout FindingCollection) {
        addLengths(request, fields, into: &findings)
        var tokens = DigestTokens()
        for field in fields { tokens.add(field) }
        guard !tokens.isEmpty else { return }
        // No body holds its own checksum: only a value outside of it can be one.
        if tokens.isOutsideBody {
            let sent = request.exchange.request.body.bytes
            search(request.plainBody.rawSpan, named: "body", tokens, into: &findings)
            if sent != request.plainBody {
                search(sent.rawSpan, named: "the body as it was sent", tokens, into: &findings)
            }
        }
        // By a hash: two values that share it are taken for one, and the second is no input.
        var seen: Set<UInt64> = []
        for field in fields.prefix(Self.mostInputs) {
            field.value.withBytes { bytes in
                guard (3...Self.longestInput).contains(bytes.byteCount) else { return }
                let key = bytes.hash(seed: Self.seed)
                guard seen.insert(key).inserted else { return }
                search(bytes, key: key, named: field.path, tokens, into: &findings)
            }
        }
    }

    /// The secret of the hashes by which values are told apart.
    private static let seed = UInt64.random(in: .min ... .max)

    /// Adds the tokens that are a checksum of `bytes`, the value of `name`.
    private func search(
        _ bytes: RawSpan, key: UInt64? = nil, named name: String, _ tokens: DigestTokens,
        into findings: inout FindingCollection
    ) {
        guard bytes.byteCount > 0 else { return }
        let key = key ?? bytes.hash(seed: Self.seed)
        var found: [(DigestTokens.Token, Checksum)] = []
        heads.forEachHead(of: bytes, key: key, tokens.checksums) { checksum, head in
            guard tokens.heads.contains(head) else { return }
            for token in tokens.matching(checksum.digest(of: bytes)) where token.field.path != name {
                found.append((token, checksum))
            }
        }
        for (token, checksum) in found { add(token, checksum, of: name, into: &findings) }
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
