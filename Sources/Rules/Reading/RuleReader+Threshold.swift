import Text

extension RuleReader {
    private static let thresholdKeys = [
        "count", "op", "value", "window", "type", "group_by", "min_distinct", "max_groups",
    ]

    /// Reads a threshold; `nil` if a part of it is missing or wrong.
    mutating func readThreshold(_ entry: YAMLNode.Entry, _ context: String) -> Threshold? {
        let node = entry.value
        guard check(node, keys: Self.thresholdKeys, "in threshold \(context)") else { return nil }
        for key in ["count", "op", "value", "window"] where node[key] == nil {
            report.error(.missingKey, at: entry.position, "'\(key)' is missing in threshold \(context)")
        }
        var threshold = Threshold()
        let count = node.entry("count").flatMap { readCount($0) }
        let comparison = node.entry("op").flatMap { keyword($0, of: ThresholdComparison.self) }
        let window = node.entry("window").flatMap { duration($0) }
        threshold.count = count ?? .matches
        threshold.comparison = comparison.flatMap { Operator(rawValue: $0.rawValue) } ?? .gt
        threshold.window = window ?? threshold.window
        threshold.groupBy = node.entry("group_by").map { fields($0) } ?? []
        threshold.minDistinct = node.entry("min_distinct").flatMap { readMinDistinct($0, context) }
        if let entry = node.entry("max_groups") {
            threshold.maxGroups = number(entry, in: 1...10_000_000).map { Int($0) } ?? threshold.maxGroups
        }
        let value = node.entry("value").flatMap { readThresholdValue($0, of: threshold) }
        threshold.value = value ?? 0
        threshold.kind = readKind(node, of: threshold, context: context)
        let isPartial = threshold.window > CalendarWindow.day && threshold.window % CalendarWindow.day != 0
        if threshold.kind == .tumbling, isPartial, let entry = node.entry("window") {
            report.error(
                .threshold, at: entry.value.position,
                "a tumbling window longer than a day is a number of whole days, not \(entry.value.flatText) \(context)")
        }
        guard count != nil, comparison != nil, window != nil, value != nil else { return nil }
        return threshold
    }

    private mutating func readKind(_ node: YAMLNode, of threshold: Threshold, context: String) -> Threshold.Kind {
        let kind = node.entry("type").flatMap { keyword($0, of: Threshold.Kind.self) }
        guard threshold.isUpperBound else { return kind ?? .sliding }
        if kind != .tumbling, let entry = node.entry("type") ?? node.entry("op") {
            report.error(
                .threshold, at: entry.position,
                "'\(threshold.comparison.rawValue)' is judged at the end of a window; it needs 'type: tumbling' \(context)"
            )
        }
        return .tumbling
    }

    /// `matches`, `flows`, `interactions`, `distinct(field)` or `sum(field)`.
    private mutating func readCount(_ entry: YAMLNode.Entry) -> Threshold.Count? {
        guard let text = text(entry) else { return nil }
        switch text {
        case "matches": return .matches
        case "flows": return .flows
        case "interactions": return .interactions
        default: break
        }
        let parts = text.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix(")"), ["distinct", "sum"].contains(parts[0]) else {
            let words = ["matches", "flows", "interactions"]
            report.error(
                .threshold, at: entry.value.position,
                "cannot count '\(text)'; one of: matches, flows, interactions, distinct(field), sum(field)",
                suggestion: Spelling.nearest(to: text, among: words))
            return nil
        }
        guard let field = field(String(parts[1].dropLast()), at: entry.value.position) else { return nil }
        if parts[0] == "distinct" { return .distinct(field) }
        guard [.number, .size, .duration].contains(field.type), !field.isList else {
            report.error(.threshold, at: entry.value.position, "\(field.name) (\(field.type.word)) cannot be added up")
            return nil
        }
        return .sum(field)
    }

    private mutating func readThresholdValue(_ entry: YAMLNode.Entry, of threshold: Threshold) -> Int64? {
        guard case .sum(let field) = threshold.count else { return number(entry, in: 0...Int64.max) }
        guard let text = text(entry), let value = readValue(text, at: entry.value.position, of: field) else {
            return nil
        }
        if case .number(let number) = value { return number }
        return nil
    }

    private mutating func readMinDistinct(_ entry: YAMLNode.Entry, _ context: String) -> Threshold.MinDistinct? {
        guard check(entry.value, keys: ["field", "value"], "in min_distinct \(context)") else { return nil }
        guard let name = entry.value.entry("field"), let value = entry.value.entry("value") else {
            report.error(.missingKey, at: entry.position, "min_distinct takes 'field' and 'value' \(context)")
            return nil
        }
        guard let text = text(name), let field = field(text, at: name.value.position),
            let number = number(value, in: 1...1_000_000)
        else { return nil }
        return Threshold.MinDistinct(field: field, value: number)
    }
}

extension RuleReader {
    /// The deduplication of a rule: its own, that of its threshold, that of its file, or by source and vendor.
    mutating func readDedup(of node: YAMLNode, _ rule: Rule, _ context: String, in file: RuleFile) -> Dedup {
        var base = file.dedup ?? Dedup(by: Self.usualGroup)
        if let threshold = rule.threshold {
            base.by = threshold.groupBy
            if file.dedup == nil { base.hold = threshold.window }
        }
        guard let entry = node.entry("dedup") else { return base }
        return readDedup(entry, default: base, context)
    }

    /// Reads `{by, for, update_every, close_after}` over `base`.
    mutating func readDedup(_ entry: YAMLNode.Entry, default base: Dedup, _ context: String) -> Dedup {
        var dedup = base
        guard check(entry.value, keys: ["by", "for", "update_every", "close_after"], "in dedup \(context)") else {
            return dedup
        }
        if let by = entry.value.entry("by") { dedup.by = fields(by) }
        if let hold = entry.value.entry("for").flatMap({ duration($0) }) { dedup.hold = hold }
        dedup.updateEvery = entry.value.entry("update_every").flatMap { duration($0) } ?? base.updateEvery
        dedup.closeAfter = entry.value.entry("close_after").flatMap { duration($0) } ?? base.closeAfter
        return dedup
    }

    private static var usualGroup: [Field] { ["src.ip", "ai.vendor"].compactMap(Field.named) }
}
