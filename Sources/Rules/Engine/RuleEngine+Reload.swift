extension RuleEngine {
    /// Continues with `new` rules in place of the present ones.
    ///
    /// Counts of a threshold are kept where a rule of the same id has the same threshold; open alerts where it also
    /// groups and holds them the same way, and is live. The other open alerts close, in the order of their deadlines, and
    /// what exceptions suppress begins again.
    public mutating func adopt(_ new: RuleSet, emit: (Alert) -> Void) {
        let numbers = Dictionary(uniqueKeysWithValues: new.rules.enumerated().map { ($0.element.id, $0.offset) })
        var kept: [Int: Int] = [:]
        var live: [Int: Int] = [:]
        for (number, rule) in rules.rules.enumerated() {
            guard let target = numbers[rule.id], Self.sharesCounts(rule, new.rules[target]) else { continue }
            kept[number] = target
            let next = new.rules[target]
            if next.dedup == rule.dedup, next.isEnabled, !next.isShadow { live[number] = target }
        }
        // What is suppressed is identified by the position of its exception, which another file may have elsewhere.
        for entry in alerts.removeAll(where: { live[$0.rule] == nil }) + suppressed.removeAll() {
            if let last = entry.last { emit(last) }
        }
        resetFloods(count: new.rules.count, emit: emit)
        alerts.renumber { live[$0] }
        ledger.renumber { kept[$0] }
        var tables = Self.tables(new)
        for (number, table) in thresholds.enumerated() {
            guard let table else { continue }
            if let target = kept[number] {
                tables[target] = table
            } else {
                forgottenOverflow &+= table.overflow
            }
        }
        thresholds = tables
        windowed = Self.windowed(new)
        rules = new
    }

    private static func sharesCounts(_ old: Rule, _ new: Rule) -> Bool {
        old.threshold == new.threshold && old.trigger == new.trigger && old.countingTrigger == new.countingTrigger
    }
}
