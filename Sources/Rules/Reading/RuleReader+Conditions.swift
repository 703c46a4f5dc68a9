import Text

extension RuleReader {
    /// Reads a condition: a map of fields, of `any`, `all`, `none` and of `macro`, of which all must hold.
    ///
    /// `macros` are the macros that are being read, so that one cannot contain itself. Nothing where any part of it is
    /// wrong, which is reported.
    mutating func readCondition(_ node: YAMLNode, in file: RuleFile, macros: [String] = []) -> Condition? {
        guard let entries = node.entries else {
            report.error(.shape, at: node.position, "a condition is a map of fields, not \(node.kind)")
            return nil
        }
        let relevant = entries.filter { !$0.key.hasPrefix("x-") }
        guard !relevant.isEmpty else {
            report.error(
                .emptyCondition, at: node.position, "an empty condition holds of everything; name at least one field")
            return nil
        }
        let parts = relevant.map { readPart($0, in: file, macros: macros) }
        let read = parts.compactMap { $0 }
        guard read.count == parts.count else { return nil }
        return read.count == 1 ? read[0] : .all(read)
    }

    private mutating func readPart(_ entry: YAMLNode.Entry, in file: RuleFile, macros: [String]) -> Condition? {
        switch entry.key {
        case "all": return readBranches(entry, in: file, macros: macros).map { .all($0) }
        case "any": return readBranches(entry, in: file, macros: macros).map { .any($0) }
        case "none": return readBranches(entry, in: file, macros: macros).map { .none($0) }
        case "macro": return readMacro(entry, macros: macros, in: file)
        default:
            guard let field = Field.named(entry.key) else {
                report.error(
                    .unknownField, at: entry.position, "unknown field '\(entry.key)'",
                    suggestion: ForeignNames.field(entry.key, among: Field.all.map(\.name) + Self.combinators))
                return nil
            }
            return readTest(entry, of: field, in: file).map { .test($0) }
        }
    }

    private mutating func readBranches(
        _ entry: YAMLNode.Entry, in file: RuleFile, macros: [String]
    ) -> [Condition]? {
        guard let items = list(entry) else { return nil }
        guard !items.isEmpty else {
            report.error(.emptyCondition, at: entry.value.position, "'\(entry.key)' has no conditions")
            return nil
        }
        let branches = items.map { readCondition($0, in: file, macros: macros) }
        let read = branches.compactMap { $0 }
        return read.count == branches.count ? read : nil
    }

    private mutating func readMacro(_ entry: YAMLNode.Entry, macros: [String], in file: RuleFile) -> Condition? {
        guard let name = text(entry) else { return nil }
        let position = entry.value.position
        let found = resolve(
            name, at: position, in: file.source.name, among: definitions.macros, kind: "macro", code: .unknownMacro)
        guard let found, let body = found.value else { return nil }
        return macro(name, body, usedAt: position, macros: macros)
    }

    /// The condition of a macro, read once in the file that defines it.
    mutating func macro(_ name: String, _ body: YAMLNode, usedAt position: SourcePosition, macros: [String])
        -> Condition?
    {
        let key = "\(body.position.file)\u{0}\(name)"
        if macros.contains(key) {
            report.error(.macroCycle, at: position, "the macro '\(name)' contains itself")
            return nil
        }
        if let known = macroConditions[key] { return known }
        guard let file = files[body.position.file] else { return nil }
        let condition = readCondition(body, in: file, macros: macros + [key])
        macroConditions[key] = .some(condition)
        return condition
    }

    private mutating func readTest(_ entry: YAMLNode.Entry, of field: Field, in file: RuleFile) -> FieldTest? {
        guard let predicate = readPredicate(entry.value, of: field, in: file, at: entry.position) else { return nil }
        let text = "\(field.name): \(entry.value.flatText)"
        return FieldTest(field: field, predicate: predicate, text: text, position: entry.position)
    }

    /// A bare value, a list of values, or a map of operators.
    private mutating func readPredicate(
        _ node: YAMLNode, of field: Field, in file: RuleFile, at position: SourcePosition
    ) -> Predicate? {
        guard let entries = node.entries else { return readEqual(node, of: field) }
        guard !entries.isEmpty else {
            report.error(.emptyCondition, at: node.position, "'\(field.name)' has no operator")
            return nil
        }
        let parts = entries.map { readOperator($0, of: field, in: file) }
        let read = parts.compactMap { $0 }
        guard read.count == parts.count else { return nil }
        if let bounds = Self.intersection(read), bounds.0 > bounds.1 {
            report.error(.emptyCondition, at: position, "no number satisfies '\(field.name): \(node.flatText)'")
            return nil
        }
        return read.count == 1 ? read[0] : .all(read)
    }

    /// What all ranges have in common.
    private static func intersection(_ predicates: [Predicate]) -> (Int64, Int64)? {
        predicates.reduce(nil) { bounds, predicate in
            guard case .range(let low, let high) = predicate else { return bounds }
            return (max(bounds?.0 ?? .min, low), min(bounds?.1 ?? .max, high))
        }
    }

    private mutating func readOperator(_ entry: YAMLNode.Entry, of field: Field, in file: RuleFile) -> Predicate? {
        let allowed = field.type.operators
        guard let name = Operator(rawValue: entry.key) else {
            report.error(
                .unknownOperator, at: entry.position,
                "unknown operator '\(entry.key)' on \(field.name) (\(field.type.word)); "
                    + "allowed: \(allowed.map(\.rawValue).joined(separator: ", "))",
                suggestion: ForeignNames.operator(entry.key, of: field.type))
            return nil
        }
        guard allowed.contains(name) else {
            report.error(
                .operatorType, at: entry.position,
                "'\(name.rawValue)' cannot be used with \(field.name) (\(field.type.word)); "
                    + "allowed: \(allowed.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        switch name {
        case .not: return readPredicate(entry.value, of: field, in: file, at: entry.position).map { .not($0) }
        case .exists: return boolean(entry).map { .exists($0) }
        case .in: return readMembership(entry, of: field, in: file)
        case .eq: return readEqual(entry.value, of: field)
        case .gt, .gte, .lt, .lte, .between: return readComparison(entry, name, of: field)
        default: return readTextual(entry, name, of: field, in: file)
        }
    }

    private static let combinators = ["all", "any", "none", "macro"]
}

extension YAMLNode {
    /// The value in one line, for explanations.
    var flatText: String {
        switch content {
        case .scalar(let text, _): text
        case .sequence(let items): "[" + items.map(\.flatText).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\($0.key): \($0.value.flatText)" }.joined(separator: ", ") + "}"
        }
    }
}
