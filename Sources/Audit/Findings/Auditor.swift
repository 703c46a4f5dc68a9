package import HTTPDecoding

/// Looks at requests for everything that a finding can be about.
package struct Auditor: Sendable {
    /// The findings of one request.
    package struct Result: Sendable {
        /// The fields of the request.
        package var fields: [Field]
        /// The findings, in the order of their places.
        package var findings: [Finding]
        /// The number of values that were left undecoded, and findings that had no room.
        package var refused: Int
    }

    private let known: KnownFinder?
    private let limits: FieldLimits
    private let unpack: ContentUnpacker

    /// An auditor that also searches for `known` values.
    package init(
        known: KnownValues = KnownValues(), limits: FieldLimits = FieldLimits(), unpack: @escaping ContentUnpacker
    ) {
        self.known = known.values.isEmpty ? nil : KnownFinder(known)
        self.limits = limits
        self.unpack = unpack
    }

    /// The fields of one request.
    package func fields(of exchange: HTTPExchange) -> RequestFields {
        RequestFields(exchange, limits: limits, unpack: unpack)
    }

    /// The fields and findings of one request.
    package func audit(_ exchange: HTTPExchange) -> Result {
        let request = fields(of: exchange)
        let fields = request.fields
        var findings = FindingCollection()
        let environment = EnvironmentFinder()
        var texts = fields.map { MarkText($0) }
        let context = MarkContext(texts.compactMap { $0 })
        for (index, field) in fields.enumerated() {
            if Credentials.isCredential(field) { continue }
            known?.search(field, into: &findings)
            environment.search(field, into: &findings)
            if let text = texts[index] { Self.searchMarks(text, context, into: &findings) }
            // What was looked at is let go of, so that the texts do not stand beside all that comes later.
            texts[index] = nil
        }
        if let style = request.style { StyleRules().search(style, into: &findings) }
        DerivedFinder().search(request, fields, into: &findings)
        return Result(fields: fields, findings: findings.findings, refused: request.refused + findings.dropped)
    }

    private static let rules: [any MarkRule & Sendable] = [
        ApostropheRule(), InvisibleRule(), SpaceRule(), LineEndRule(), DashRule(), HomoglyphRule(), CombiningRule(),
        BidirectionalRule(), DigitRule(), DateRule(), NumberRule(), DocumentedMarks(),
    ]

    /// The findings of kind `mark` in one field.
    package static func marks(in field: Field) -> [Finding] {
        var findings = FindingCollection()
        if let text = MarkText(field) { searchMarks(text, MarkContext([text]), into: &findings) }
        return findings.findings
    }

    private static func searchMarks(
        _ plain: MarkText, _ context: MarkContext, into findings: inout FindingCollection
    ) {
        var text = plain
        text.context = context
        for rule in rules { rule.search(text, into: &findings) }
    }
}
