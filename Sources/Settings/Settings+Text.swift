extension Settings {
    /// Every effective value, as a file that says the same, with a comment on each: where it came from.
    public var text: String {
        var lines: [(text: String, comment: String?)] = []
        var section = ""
        for key in SettingKey.all {
            if key.section != section {
                section = key.section
                lines.append(("\(section):", nil))
            }
            let entry = self[key]
            let name = key.path.dropFirst(section.count + 1)
            // What is not set has no value that could be here.
            let isUnset = entry.values.isEmpty && entry.origin == .builtIn
            lines.append((isUnset ? "  # \(name):" : "  \(name): \(Self.value(entry, of: key))", "\(entry.origin)"))
        }
        let width = lines.filter { $0.comment != nil }.map(\.text.count).max() ?? 0
        return lines.map { line in
            guard let comment = line.comment else { return line.text + "\n" }
            return line.text + String(repeating: " ", count: width - line.text.count) + "  # \(comment)\n"
        }.joined()
    }

    private static func value(_ entry: Entry, of key: SettingKey) -> String {
        if key.kind.isList { return "[" + entry.values.map(quoted).joined(separator: ", ") + "]" }
        let text = entry.values.first ?? ""
        switch key.kind {
        case .text: return quoted(text)
        default: return text
        }
    }

    /// `text` as a YAML scalar: in single quotes, but for plain words.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || [0x2D, 0x2E, 0x2F, 0x5F].contains($0)
            } && text.utf8.first.map { $0 != 0x2D } ?? false
        return isPlain ? text : "'" + text.replacing("'", with: "''") + "'"
    }
}
