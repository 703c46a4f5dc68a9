import Text

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
