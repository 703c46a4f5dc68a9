import Text

/// The text of a rule's alerts, with places for fields.
struct MessageTemplate: Sendable {
    /// A stretch of the text.
    enum Part: Sendable {
        /// Text as it is.
        case literal(String)
        /// The first of these that is known.
        case choice([Source])
    }

    /// What fills a place.
    enum Source: Sendable {
        /// A field of the observation.
        case field(Field)
        /// The value that the threshold reached.
        case thresholdValue
        /// The hits so far.
        case alertCount
        /// A fixed text.
        case text(String)
    }

    /// The stretches in order.
    var parts: [Part] = []

    /// Whether a field of the TLS handshake is in it.
    var readsHandshake: Bool {
        parts.contains { part in
            guard case .choice(let sources) = part else { return false }
            return sources.contains { if case .field(let field) = $0 { field.name.hasPrefix("tls.") } else { false } }
        }
    }

    /// The text for `observation`, escaped, at most 1,000 characters; a place whose sources are all absent gets `?`.
    func filled(_ observation: Observation, thresholdValue: Double?, count: Int) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .choice(let sources):
                let value = sources.lazy.compactMap {
                    $0.value(observation, thresholdValue: thresholdValue, count: count)
                }.first
                text += (value ?? "?").escapedForDisplay(limit: 300)
            }
        }
        return text.escapedForDisplay()
    }
}

extension MessageTemplate.Source {
    func value(_ observation: Observation, thresholdValue: Double?, count: Int) -> String? {
        switch self {
        case .field(let field): field.read(observation).text(of: field.type)
        case .thresholdValue: thresholdValue.map { String(Int64(exactly: $0.rounded()) ?? .max) }
        case .alertCount: String(count)
        case .text(let text): text
        }
    }
}
