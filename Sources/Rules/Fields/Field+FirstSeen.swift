extension Field {
    static let firstSeen: [Field] = [
        firstSeen("first_seen.product", summary: "for whom the flow is the first to the product", \.product),
        firstSeen("first_seen.vendor", summary: "for whom it is the first to the vendor", \.vendor),
        firstSeen("first_seen.host", summary: "for whom it is the first to the host", \.host),
    ]

    private static func firstSeen(
        _ name: String, summary: String, _ path: any WritableKeyPath<FirstSeenFacts, FirstSeenFacts.Scopes> & Sendable
    ) -> Field {
        Field(name, words(FirstSeenScope.self), on: .flowNamed, summary: summary, isList: true) {
            .texts($0.firstSeen[keyPath: path].words)
        } write: {
            switch $1 {
            case .texts(let words): $0.firstSeen[keyPath: path] = FirstSeenFacts.Scopes(words: words)
            case .text(let word): $0.firstSeen[keyPath: path] = FirstSeenFacts.Scopes(words: [word])
            default: break
            }
        }
    }
}

extension RuleSet {
    /// Whether any rule asks what is seen for the first time, so that it has to be remembered.
    public var asksForFirstSeen: Bool {
        rules.contains { rule in
            let more = rule.exceptions.flatMap(\.condition.fields) + rule.severityCases.flatMap(\.condition.fields)
            return rule.isEnabled && (rule.condition.fields + more).contains { $0.name.hasPrefix("first_seen.") }
        }
    }
}
