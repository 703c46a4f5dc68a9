import Text
import Vendors

extension RuleReader {
    static let ruleKeys = [
        "id", "title", "description", "rationale", "references", "owner", "enabled", "mode", "on", "match", "timezone",
        "valid_from", "valid_until", "grace", "schedule", "exceptions", "threshold", "severity", "severity_when",
        "dedup", "tags", "message", "evidence", "tests",
    ]

    /// Reads one rule; `nil` if it has no id or no condition, or they are wrong. All errors of it are reported.
    mutating func readRule(_ node: YAMLNode, in file: RuleFile) -> Rule? {
        let id = node.entry("id").flatMap { name($0, isRuleID: true) }
        let context = id.map { "in rule '\($0)'" } ?? "in a rule"
        guard check(node, keys: Self.ruleKeys, context) else { return nil }
        if node["id"] == nil { report.error(.missingKey, at: node.position, "a rule has no 'id'") }
        var rule = Rule(id: id ?? "", position: node.position)
        rule.ruleset = file.ruleset
        rule.revision = file.revision
        readDescription(node, into: &rule)
        readTimes(node, into: &rule, in: file)
        let condition = readMatch(node, context, in: file)
        if let entry = node.entry("exceptions") {
            rule.exceptions = readExceptions(entry, context, of: rule, in: file)
        }
        readSeverity(node, into: &rule, context, in: file)
        rule.threshold = node.entry("threshold").flatMap { readThreshold($0, context) }
        rule.dedup = readDedup(of: node, rule, context, in: file)
        if let entry = node.entry("evidence") { rule.evidence = readEvidence(entry, context) }
        rule.message = readMessage(node, rule, in: file)
        if let entry = node.entry("tests") { rule.tests = readTests(entry, of: rule, context: context) }
        guard let condition, id != nil else { return nil }
        rule.condition = condition
        readTrigger(node, into: &rule)
        return rule
    }

    private mutating func readDescription(_ node: YAMLNode, into rule: inout Rule) {
        rule.title = node.entry("title").flatMap { text($0) } ?? rule.id
        rule.summary = node.entry("description").flatMap { text($0) } ?? ""
        rule.rationale = node.entry("rationale").flatMap { text($0) } ?? ""
        rule.owner = node.entry("owner").flatMap { text($0) } ?? ""
        rule.references = node.entry("references").flatMap { texts($0) }?.map(\.text) ?? []
        rule.isEnabled = node.entry("enabled").flatMap { boolean($0) } ?? true
        rule.isShadow = node.entry("mode").flatMap { keyword($0, of: RuleMode.self) } == .shadow
        for (text, item) in node.entry("tags").flatMap({ texts($0) }) ?? [] {
            if text.hasPrefix("attack."), !Self.isTechnique(text.dropFirst("attack.".count)) {
                report.error(
                    .tag, at: item.position, "'\(text)' is no ATT&CK technique; write attack.T1567 or attack.T1567.002")
            }
            rule.tags.append(text)
        }
    }

    /// `T1567` or `T1567.002`.
    private static func isTechnique(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, first.first == "T", first.utf8.count == 5, parts.count <= 2 else { return false }
        return Digits.number(first.dropFirst()) != nil
            && (parts.count == 1 || (parts[1].utf8.count == 3 && Digits.number(parts[1]) != nil))
    }

    private mutating func readMatch(_ node: YAMLNode, _ context: String, in file: RuleFile) -> Condition? {
        guard let entry = node.entry("match") else {
            report.error(.missingKey, at: node.position, "'match' is missing \(context)")
            return nil
        }
        return readCondition(entry.value, in: file)
    }

    private mutating func readTimes(_ node: YAMLNode, into rule: inout Rule, in file: RuleFile) {
        rule.zone = file.zone
        if let entry = node.entry("timezone"), let name = text(entry) {
            rule.zone = zone(name, at: entry.value.position)
        }
        rule.validFrom = node.entry("valid_from").flatMap { moment($0, zone: rule.zone) }
        let until = node.entry("valid_until")
        rule.validUntil = until.flatMap { moment($0, zone: rule.zone) }
        if let until, let from = rule.validFrom, let end = rule.validUntil, end <= from {
            report.error(
                .emptyWindow, at: until.position,
                "valid_until \(until.value.flatText) is not after valid_from \(node["valid_from"]?.flatText ?? ""): "
                    + "the rule can never match")
        }
        if let entry = node.entry("grace") { rule.grace = readGrace(entry, rule) }
        if let entry = node.entry("schedule") { rule.schedule = readScheduleUse(entry, rule, in: file) }
    }

    private mutating func readGrace(_ entry: YAMLNode.Entry, _ rule: Rule) -> Grace? {
        guard check(entry.value, keys: ["from", "severity"], "in grace of rule '\(rule.id)'") else { return nil }
        guard let from = entry.value.entry("from") else {
            report.error(.missingKey, at: entry.position, "'from' is missing in grace of rule '\(rule.id)'")
            return nil
        }
        let severity = entry.value.entry("severity").map { keyword($0, of: Severity.self) } ?? .info
        guard let start = moment(from, zone: rule.zone), let severity else { return nil }
        guard let binding = rule.validFrom else {
            report.error(.emptyWindow, at: entry.position, "grace needs a 'valid_from' at which it ends")
            return nil
        }
        guard start < binding else {
            report.error(
                .emptyWindow, at: from.position,
                "grace begins at \(from.value.flatText), not before valid_from: it is empty")
            return nil
        }
        return Grace(from: start, severity: severity)
    }

    private mutating func readScheduleUse(_ entry: YAMLNode.Entry, _ rule: Rule, in file: RuleFile) -> ScheduleUse? {
        guard check(entry.value, keys: ["only", "except"], "in schedule of rule '\(rule.id)'") else { return nil }
        let choices = ["only", "except"].compactMap { entry.value.entry($0) }
        guard choices.count == 1, let choice = choices.first else {
            report.error(.schedule, at: entry.value.position, "'schedule' takes one of 'only' and 'except'")
            return nil
        }
        guard let name = text(choice) else { return nil }
        let found = resolve(
            name, at: choice.value.position, in: file.source.name, among: definitions.schedules, kind: "schedule",
            code: .unknownSchedule)
        guard let schedule = found?.value else { return nil }
        return ScheduleUse(schedule: schedule, isExcept: choice.key == "except", name: name)
    }

    private mutating func readSeverity(_ node: YAMLNode, into rule: inout Rule, _ context: String, in file: RuleFile) {
        rule.severity = node.entry("severity").flatMap { keyword($0, of: Severity.self) } ?? file.severity
        guard let entry = node.entry("severity_when"), let items = list(entry) else { return }
        for item in items {
            guard check(item, keys: ["match", "severity"], "in severity_when of rule '\(rule.id)'") else { continue }
            guard let match = item.entry("match"), let severity = item.entry("severity") else {
                report.error(.missingKey, at: item.position, "severity_when takes 'match' and 'severity' \(context)")
                continue
            }
            let condition = readCondition(match.value, in: file)
            let word = keyword(severity, of: Severity.self)
            if let condition, let word { rule.severityCases.append(SeverityCase(condition: condition, severity: word)) }
        }
    }

    private mutating func readEvidence(_ entry: YAMLNode.Entry, _ context: String) -> EvidenceRequirement {
        var need = EvidenceRequirement()
        guard check(entry.value, keys: ["min_confidence", "require_complete"], "in evidence \(context)") else {
            return need
        }
        need.minConfidence = entry.value.entry("min_confidence").flatMap { keyword($0, of: Confidence.self) }
        need.isCompleteRequired = entry.value.entry("require_complete").flatMap { boolean($0) } ?? false
        return need
    }
}
