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

    /// The bytes in base64 with padding (RFC 4648 section 4).
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let index = Int(bits >> UInt32(18 - 6 * position) & 63)
                text.append(position <= group.count ? alphabet[index] : "=")
            }
        }
        return text
    }
}
