import Bytes

// What is read as a table or a dataset.

extension CatalogExport {
    /// A line of comma-separated values.
    static func csv(_ entry: CatalogEntry) -> String {
        let match: (String, String) =
            switch entry.match {
            case .host(let pattern): (pattern.kind.rawValue, pattern.name)
            case .prefix(let prefix): ("prefix", prefix.description)
            }
        let fields = [
            match.0, match.1, entry.vendor ?? "", entry.product ?? "", entry.category.rawValue, entry.role.rawValue,
            entry.scope.rawValue, entry.confidence.rawValue, entry.date, entry.sources.joined(separator: "; "),
            entry.tier?.rawValue ?? "", entry.region ?? "",
        ]
        return fields.map(quoted).joined(separator: ",")
    }

    /// A field of comma-separated values (RFC 4180 section 2), on one line. What a spreadsheet would run as a formula gets an
    /// apostrophe in front.
    static func quoted(_ field: String) -> String {
        var field = String(field.map { $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? " " : $0 })
        if let first = field.first, "=+-@".contains(first) { field = "'" + field }
        guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
        return "\"" + field.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }
}
