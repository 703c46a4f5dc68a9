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

    /// The most texts of a request that are kept between the two looks at them.
    private static let mostKeptTexts = 4_096

    private let known: KnownFinder?
    private let heads = DigestHeads()
    private let limits: FieldLimits
    private var examined: FieldLimits
    private let unpack: ContentUnpacker

    /// An auditor that also searches for `known` values.
    package init(
        known: KnownValues = KnownValues(), limits: FieldLimits = FieldLimits(), unpack: @escaping ContentUnpacker
    ) {
        self.known = known.values.isEmpty ? nil : KnownFinder(known)
        self.limits = limits
        self.unpack = unpack
        examined = limits
        // No finding needs the bytes of a string beside its text.
        examined.keepsRaw = false
    }

    /// The fields of one request.
    package func fields(of exchange: HTTPExchange) -> RequestFields {
        RequestFields(exchange, limits: limits, unpack: unpack)
    }

    /// The fields and findings of one request.
    package func audit(_ exchange: HTTPExchange) -> Result {
        let request = RequestFields(exchange, limits: examined, unpack: unpack)
        let fields = request.fields
        var findings = FindingCollection()
        let environment = EnvironmentFinder()
        // Each text is looked at twice. Of a request with very many, no more than one is in memory at a time.
        let isKept = fields.count <= Self.mostKeptTexts
        var texts = isKept ? fields.map { MarkText($0) } : []
        var context = MarkContext()
        for (index, field) in fields.enumerated() {
            if let text = isKept ? texts[index] : MarkText(field) { context.add(text) }
        }
        for (index, field) in fields.enumerated() {
            let name = EnvironmentFinder.normalized(FieldPath.lastName(field.path))
            if Credentials.isCredential(field, name: name) { continue }
            known?.search(field, into: &findings)
            let text = isKept ? texts[index] : MarkText(field)
            environment.search(field, name: name, places: text?.places, into: &findings)
            if let text { Self.searchMarks(text, context, into: &findings) }
            if isKept { texts[index] = nil }
        }
        if let style = request.style { StyleRules().search(style, into: &findings) }
        DerivedFinder(heads).search(request, fields, into: &findings)
        return Result(fields: fields, findings: findings.findings, refused: request.refused + findings.dropped)
    }

    private static let rules: [any MarkRule & Sendable] = [
        ApostropheRule(), InvisibleRule(), SpaceRule(), LineEndRule(), DashRule(), HomoglyphRule(), CombiningRule(),
        BidirectionalRule(), DigitRule(), DateRule(), NumberRule(), DocumentedMarks(),
    ]

    /// The findings of kind `mark` in one field.
    package static func marks(in field: Field) -> [Finding] {
        var findings = FindingCollection()
        guard let text = MarkText(field) else { return [] }
        var context = MarkContext()
        context.add(text)
        searchMarks(text, context, into: &findings)
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
