import Bytes
import Text

extension RuleReader {
    /// Whether `node` is a map of none but `keys`; what else is there is reported.
    mutating func check(_ node: YAMLNode, keys: [String], _ context: String) -> Bool {
        guard node.entries != nil else {
            report.error(.shape, at: node.position, "a map belongs \(context), not \(node.kind)")
            return false
        }
        for (entry, suggestion) in node.unknownEntries(besides: keys) {
            let hint = Self.hint(forKey: entry.key)
            let words = hint.map { ": \($0)" } ?? ""
            report.error(
                .unknownKey, at: entry.position, "unknown key '\(entry.key)' \(context)\(words)",
                suggestion: hint == nil ? suggestion : nil)
        }
        return true
    }

    /// The text of a single value.
    mutating func text(_ entry: YAMLNode.Entry) -> String? {
        guard let text = entry.value.text, !entry.value.isEmpty else {
            report.error(
                .shape, at: entry.value.position, "'\(entry.key)' takes a single value, not \(entry.value.kind)")
            return nil
        }
        return text
    }

    /// The items of a list.
    mutating func list(_ entry: YAMLNode.Entry) -> [YAMLNode]? {
        guard let items = entry.value.items else {
            report.error(.shape, at: entry.value.position, "'\(entry.key)' takes a list, not \(entry.value.kind)")
            return nil
        }
        return items
    }

    /// The texts of a list of single values.
    mutating func texts(_ entry: YAMLNode.Entry) -> [(text: String, node: YAMLNode)]? {
        guard let items = list(entry) else { return nil }
        return items.compactMap { item in
            guard let text = item.text, !item.isEmpty else {
                report.error(.shape, at: item.position, "'\(entry.key)' takes single values, not \(item.kind)")
                return nil
            }
            return (text, item)
        }
    }

    /// One of the words of an enumeration.
    mutating func keyword<Word: CaseIterable & RawRepresentable<String>>(
        _ entry: YAMLNode.Entry, of type: Word.Type
    ) -> Word? {
        guard let text = text(entry) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = type.allCases.map(\.rawValue)
        let hint = Self.hint(forWord: text, of: entry.key).map { "; \($0)" } ?? ""
        report.error(
            .value, at: entry.value.position,
            "'\(entry.key)' cannot be '\(text)'; one of: \(words.joined(separator: ", "))\(hint)",
            suggestion: hint.isEmpty ? Spelling.nearest(to: text, among: words) : nil)
        return nil
    }

    /// `true` or `false`.
    mutating func boolean(_ entry: YAMLNode.Entry) -> Bool? {
        guard let text = text(entry) else { return nil }
        if let value = Self.boolean(text) { return value }
        report.error(
            .value, at: entry.value.position, "'\(entry.key)' is '\(text)'; write true or false",
            suggestion: Self.nearestBoolean(to: text))
        return nil
    }

    /// What a word that YAML 1.1 takes for a truth value was meant to be.
    static func nearestBoolean(to text: String) -> String? {
        switch text.lowercased() {
        case "yes", "on", "y", "true", "1": "true"
        case "no", "off", "n", "false", "0": "false"
        default: nil
        }
    }

    static func boolean(_ text: String) -> Bool? {
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// A whole number within `range`.
    mutating func number(_ entry: YAMLNode.Entry, in range: ClosedRange<Int64>) -> Int64? {
        guard let text = text(entry) else { return nil }
        if let value = Int64(text), range.contains(value) { return value }
        let hint =
            entry.key == "value" && Self.hint(forNumber: text) != nil ? "; how it is compared is said by 'op'" : ""
        report.error(
            .value, at: entry.value.position,
            "'\(entry.key)' is '\(text)'; a whole number from \(range.lowerBound) to \(range.upperBound) belongs here\(hint)"
        )
        return nil
    }

    /// A length of time past zero, in nanoseconds.
    mutating func duration(_ entry: YAMLNode.Entry) -> Int64? {
        guard let text = text(entry) else { return nil }
        if let value = DurationText.nanoseconds(text), value > 0 { return value }
        report.error(
            .moment, at: entry.value.position,
            "'\(entry.key)' is '\(text)'; a duration such as 90s, 15m, 1h or 7d belongs here"
        )
        return nil
    }

    /// A moment; a date without an offset needs `zone`.
    mutating func moment(_ entry: YAMLNode.Entry, zone: Zone?) -> Timestamp? {
        guard let text = text(entry) else { return nil }
        return moment(text, at: entry.value.position, zone: zone)
    }

    /// The moment that `text` names.
    mutating func moment(_ text: String, at position: SourcePosition, zone: Zone?) -> Timestamp? {
        switch MomentText(text) {
        case .instant(let instant): return instant
        case .date(let date):
            if let zone { return zone.start(of: date) }
            report.error(
                .dateWithoutZone, at: position,
                "'\(text)' is a date without a time zone; add 'timezone:' to the rule or to defaults")
            return nil
        case nil:
            report.error(
                .moment, at: position,
                "'\(text)' is no date (2026-07-10) and no RFC 3339 time (2026-07-10T00:00:00+08:00)")
            return nil
        }
    }

    /// The field called `text`.
    mutating func field(_ text: String, at position: SourcePosition) -> Field? {
        if let field = Field.named(text) { return field }
        report.error(
            .unknownField, at: position, "unknown field '\(text)'",
            suggestion: ForeignNames.field(text, among: Field.all.map(\.name)))
        return nil
    }

    /// A list of fields, each once.
    mutating func fields(_ entry: YAMLNode.Entry) -> [Field] {
        var fields: [Field] = []
        for (text, node) in texts(entry) ?? [] {
            guard let field = field(text, at: node.position) else { continue }
            if fields.contains(field) {
                report.error(.duplicateName, at: node.position, "'\(text)' occurs twice in '\(entry.key)'")
            } else {
                fields.append(field)
            }
        }
        return fields
    }

    /// A name of lower-case letters, digits, `-` and `_`.
    mutating func name(_ entry: YAMLNode.Entry, isRuleID: Bool = false) -> String? {
        guard let text = text(entry) else { return nil }
        return isName(text, at: entry.value.position, isRuleID: isRuleID) ? text : nil
    }

    /// Whether `text` has the form of a name, or of a rule's id: `[a-z0-9-]{3,64}`.
    mutating func isName(_ text: String, at position: SourcePosition, isRuleID: Bool = false) -> Bool {
        let isFine = text.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || ($0 == 0x5F && !isRuleID)
        }
        if isFine, ((isRuleID ? 3 : 1)...64).contains(text.utf8.count) { return true }
        let form = isRuleID ? "3 to 64 of a-z, 0-9 and -" : "1 to 64 of a-z, 0-9, - and _"
        report.error(.name, at: position, "'\(text)' cannot be a name here; it takes \(form)")
        return false
    }
}
