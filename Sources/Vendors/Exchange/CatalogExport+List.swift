public import Text

extension CatalogExport {
    /// An export of the names of a list instead of a catalog: an allow list that was learned, or one that a person wrote. A name a
    /// line, matched whole; `#` begins a comment. `version` names the list in the comment of the text.
    ///
    /// - Throws: every line that is no host name, with its place.
    public init(list: SourceText, version: String) throws(CatalogErrors) {
        var errors: [CatalogError] = []
        var entries: [CatalogEntry] = []
        let lines = list.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
                .split(whereSeparator: \.isWhitespace)
            guard let word = words.first else { continue }
            let place = SourcePosition(file: list.name, line: index + 1, column: 1)
            if words.count == 1, let pattern = try? HostPattern(.exact, word.lowercased()) {
                entries.append(Self.entry(pattern, at: place))
            } else {
                let text = words.joined(separator: " ").escapedForDisplay(limit: 200)
                errors.append(
                    CatalogError(.listItem, "'\(text)' is not one whole host name such as api.example.com", at: place))
            }
        }
        guard errors.isEmpty else { throw CatalogErrors(errors) }
        self.entries = entries
        self.version = version
    }

    private static func entry(_ pattern: HostPattern, at place: SourcePosition) -> CatalogEntry {
        CatalogEntry(
            match: .host(pattern), vendor: nil, role: .unclassified, category: .api, scope: .dedicated,
            confidence: .high,
            usedBy: [], sources: ["list"], date: "", place: place)
    }
}
