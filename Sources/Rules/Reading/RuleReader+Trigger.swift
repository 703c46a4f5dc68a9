import Text

extension RuleReader {
    /// When a rule is evaluated: what `on` says, or when the last of the fields that it asks for is known.
    mutating func readTrigger(_ node: YAMLNode, into rule: inout Rule) {
        let asked = asked(by: rule)
        let stage = asked.map(\.stage).latest
        let natural = Self.natural(stage, rule)
        let entry = node.entry("on")
        rule.trigger = entry.flatMap { keyword($0, of: Trigger.self) } ?? natural
        checkTrigger(rule, asked, at: (entry ?? node.entry("match"))?.value.position ?? node.position)
        rule.countingTrigger = rule.trigger == .window ? Self.source(stage) : rule.trigger
        rule.isKnownEarly = rule.countingTrigger == .flowUpdate && Self.isKnownEarly(rule, asked)
    }

    /// Whether a rule on a relay asks for nothing that only a report tells. What a flow adds up to is reported too early at any other
    /// moment: few bytes after a second say nothing.
    private static func isKnownEarly(_ rule: Rule, _ asked: [Field]) -> Bool {
        let more = rule.exceptions.flatMap(\.condition.fields) + rule.severityCases.flatMap(\.condition.fields)
        let isSign = { (field: Field) in field.name.hasPrefix("ai.relay_") }
        return asked.contains(where: isSign) && !rule.evidence.isCompleteRequired
            && (asked + more).allSatisfy { isSign($0) || $0.stage.order <= Trigger.flowNamed.order }
    }

    private func asked(by rule: Rule) -> [Field] {
        var fields = rule.condition.fields
        if let threshold = rule.threshold {
            switch threshold.count {
            case .distinct(let field), .sum(let field): fields.append(field)
            case .interactions: fields += [Field.named("flow.interactions_est")].compactMap { $0 }
            case .matches, .flows: break
            }
            fields += threshold.groupBy + (threshold.minDistinct.map { [$0.field] } ?? [])
        }
        return fields
    }

    /// The reports that fill the windows of a rule whose fields are known from `stage` on.
    private static func source(_ stage: Trigger) -> Trigger { stage == .flowStart ? .flowNamed : stage }

    private static func natural(_ stage: Trigger, _ rule: Rule) -> Trigger {
        if rule.threshold?.isUpperBound == true { return .window }
        return stage
    }

    private mutating func checkTrigger(_ rule: Rule, _ asked: [Field], at position: SourcePosition) {
        if rule.trigger == .window, rule.threshold?.kind != .tumbling {
            report.error(
                .threshold, at: position, "'on: window' needs a threshold of 'type: tumbling' in rule '\(rule.id)'")
        }
        if rule.trigger != .window, rule.threshold?.isUpperBound == true {
            report.error(
                .threshold, at: position, "a threshold that asks for few is judged 'on: window' in rule '\(rule.id)'")
        }
        guard rule.trigger != .window else { return }
        if let late = asked.first(where: { !Self.isKnown($0, at: rule.trigger) }) {
            report.error(
                .value, at: position,
                "\(late.name) is not known at \(rule.trigger.rawValue), only from \(late.stage.rawValue) on: "
                    + "rule '\(rule.id)' could never match")
        }
    }

    private static func isKnown(_ field: Field, at trigger: Trigger) -> Bool {
        switch trigger {
        case .dns: field.stage == .dns || field.stage.order <= Trigger.flowNamed.order
        default: field.stage != .dns && field.stage.order <= trigger.order
        }
    }
}
