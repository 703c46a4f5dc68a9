package import HTTPDecoding

/// Marks outside of texts: how JSON is written, and how header fields are ordered and capitalized.
package struct StyleRules {
    /// The rules.
    package init() {}

    /// Adds what the writing of one body shows.
    func search(_ style: JSONStyle, into findings: inout FindingCollection) {
        if let first = style.needlessEscapes.first {
            var finding = Finding(
                .mark, .signature, category: "json_escape", field: "body", offset: first,
                explanation: "letters or digits of ASCII are written as escapes, which no encoder does")
            finding.count = style.needlessEscapes.count
            findings.add(finding)
        }
        let commas = style.commas.enumerated().filter { $0.element > 0 }
        guard commas.count > 1, let usual = commas.max(by: { $0.element < $1.element }) else { return }
        for (kind, count) in commas where kind != usual.offset && count * 8 <= usual.element {
            // Line ends and single spaces are side by side in what is printed for people.
            if style.commas[Int(JSONStyle.Space.line.rawValue)] > 0 { continue }
            var finding = Finding(
                .mark, .anomaly, category: "json_spacing", field: "body", offset: style.firstComma[kind] ?? 0,
                explanation: "\(count) commas have other white space after them than the \(usual.element) others")
            finding.count = count
            findings.add(finding)
        }
    }

    /// What the header fields of requests to one place show, by the number of the request.
    ///
    /// Requests with the same names of fields, method, host and path are compared: one program writes them alike.
    package func searchHeaders(_ exchanges: [HTTPExchange]) -> [(request: Int, finding: Finding)] {
        var groups: [String: [HTTPExchange]] = [:]
        for exchange in exchanges where exchange.version != .webSocket {
            let names = exchange.request.fields.map { String(decoding: $0.name, as: UTF8.self) }
            let key =
                [exchange.version.rawValue, exchange.request.method, exchange.request.host, exchange.request.path]
                + names.map { $0.lowercased() }.sorted()
            groups[key.joined(separator: "\n"), default: []].append(exchange)
        }
        var found: [(Int, Finding)] = []
        for group in groups.values where group.count >= 4 {
            found += odd(group, "header_order", "in another order") { $0.lowercased() }
            found += odd(group, "header_case", "with other capitals") { $0 }
        }
        return found.sorted { ($0.0, $0.1.category) < ($1.0, $1.1.category) }.map { (request: $0.0, finding: $0.1) }
    }

    private func odd(
        _ group: [HTTPExchange], _ category: String, _ words: String, _ form: (String) -> String
    ) -> [(Int, Finding)] {
        var forms: [[String]: [HTTPExchange]] = [:]
        for exchange in group {
            var names = exchange.request.fields.map { form(String(decoding: $0.name, as: UTF8.self)) }
            if category == "header_case" { names.sort() }
            forms[names, default: []].append(exchange)
        }
        guard forms.count > 1, let usual = forms.values.map(\.count).max() else { return [] }
        return forms.values.filter { $0.count * 3 <= usual }.flatMap { $0 }.map { exchange in
            let explanation = "the header fields are written \(words) than in \(usual) other requests of this kind"
            return (
                exchange.number,
                Finding(.mark, .anomaly, category: category, field: "header", offset: 0, explanation: explanation)
            )
        }
    }
}
