import Text

extension RuleReader {
    /// The template of a rule's message, or one that names the ends where the rule has none.
    mutating func readMessage(_ node: YAMLNode, _ rule: Rule, in file: RuleFile) -> MessageTemplate {
        guard let entry = node.entry("message") else { return Self.plainMessage(rule) }
        guard let text = text(entry) else { return MessageTemplate() }
        var template = MessageTemplate()
        let scalars = Array(text.unicodeScalars)
        var index = 0
        var literal = ""
        while index < scalars.count {
            guard scalars[index] == "{", scalars[checked: index + 1] == "{" else {
                literal.unicodeScalars.append(scalars[index])
                index += 1
                continue
            }
            if !literal.isEmpty { template.parts.append(.literal(literal)) }
            literal = ""
            guard let end = Self.end(of: scalars, from: index + 2) else {
                let position = file.source.position(in: entry.value, at: index)
                report.error(.template, at: position, "'{{' without '}}' in the message of rule '\(rule.id)'")
                return template
            }
            let sources = readChoice(scalars[(index + 2)..<end], start: index + 2, entry: entry, rule: rule, in: file)
            template.parts.append(.choice(sources))
            index = end + 2
        }
        if !literal.isEmpty { template.parts.append(.literal(literal)) }
        return template
    }

    private static func end(of scalars: [Unicode.Scalar], from start: Int) -> Int? {
        var index = start
        while index + 1 < scalars.count {
            if scalars[index] == "}", scalars[index + 1] == "}" { return index }
            index += 1
        }
        return nil
    }

    /// `field`, or `field|other` where `other` is in for an absent field: a field too, or a text in quotes.
    private mutating func readChoice(
        _ scalars: ArraySlice<Unicode.Scalar>, start: Int, entry: YAMLNode.Entry, rule: Rule, in file: RuleFile
    ) -> [MessageTemplate.Source] {
        var offset = start
        return scalars.split(separator: "|", omittingEmptySubsequences: false).compactMap { part in
            let lead = part.prefix { $0 == " " }.count
            let position = file.source.position(in: entry.value, at: offset + lead)
            offset += part.count + 1
            var view = String.UnicodeScalarView()
            view.append(contentsOf: part.dropFirst(lead))
            while view.last == " " { view.removeLast() }
            return readPlace(String(view), at: position, rule)
        }
    }

    private mutating func readPlace(
        _ name: String, at position: SourcePosition, _ rule: Rule
    ) -> MessageTemplate.Source? {
        if name.count >= 2, name.hasPrefix("'"), name.hasSuffix("'") {
            return .text(String(name.dropFirst().dropLast()))
        }
        switch name {
        case "alert.count": return .alertCount
        case "rule.id": return .text(rule.id)
        case "rule.title": return .text(rule.title)
        case "threshold.value":
            if rule.threshold != nil { return .thresholdValue }
            report.error(
                .templateField, at: position, "'threshold.value' in the message of a rule that has no threshold")
            return nil
        default: break
        }
        if let field = Field.named(name) { return .field(field) }
        report.error(
            .templateField, at: position, "unknown field '\(name)' in the message of rule '\(rule.id)'",
            suggestion: Spelling.nearest(to: name, among: Field.all.map(\.name) + Self.placeNames))
        return nil
    }

    private static func plainMessage(_ rule: Rule) -> MessageTemplate {
        let ends = ["src.ip", "dst.host", "dst.ip"].compactMap(Field.named).map { MessageTemplate.Source.field($0) }
        return MessageTemplate(parts: [
            .literal(rule.title + ": "), .choice(Array(ends.prefix(1))), .literal(" to "),
            .choice(Array(ends.dropFirst())),
        ])
    }

    private static let placeNames = ["alert.count", "rule.id", "rule.title", "threshold.value"]
}
