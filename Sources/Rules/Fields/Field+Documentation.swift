extension Field {
    /// The table of all fields in Markdown: what stands in the documentation, which a test holds.
    public static var table: String {
        let head = "| field | type | known from | what it is |\n|---|---|---|---|\n"
        let rows = all.map { field in
            let type = field.isList ? "list of \(field.type.word)" : field.type.word
            return "| `\(field.name)` | \(type) | `\(field.stage.rawValue)` | \(field.summary)\(field.wordList) |\n"
        }
        return head + rows.joined()
    }

    private var wordList: String {
        guard case .enumeration(let words, let isOrdered) = type else { return "" }
        return ": " + words.map { "`\($0)`" }.joined(separator: isOrdered ? " < " : " ")
    }
}

extension FieldType {
    /// The table of operators by type in Markdown.
    public static var operatorTable: String {
        let types: [FieldType] = [
            .string, .address, .number, .size, .duration, .boolean, .enumeration([], isOrdered: false),
            .enumeration([], isOrdered: true),
        ]
        let rows = types.map { type in
            "| \(type.word) | \(type.operators.map { "`\($0.rawValue)`" }.joined(separator: " ")) |\n"
        }
        return "| type | operators |\n|---|---|\n" + rows.joined()
    }
}
