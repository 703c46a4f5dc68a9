import Bytes
import Text

extension RuleReader {
    /// Reads the exceptions of a rule. Each says of what it holds, why, by whose word and until when.
    mutating func readExceptions(
        _ entry: YAMLNode.Entry, _ context: String, of rule: Rule, in file: RuleFile
    ) -> [RuleException] {
        var exceptions: [RuleException] = []
        for item in list(entry) ?? [] {
            guard let exception = readException(item, context, of: rule, in: file) else { continue }
            if exceptions.contains(where: { $0.name == exception.name }) {
                report.error(
                    .duplicateName, at: item.position, "the exception '\(exception.name)' occurs twice \(context)")
            }
            exceptions.append(exception)
        }
        return exceptions
    }

    /// An exception that ends before its rule binds never held anything back; one that ends in the grace period only holds there.
    private mutating func checkExpiry(
        _ entry: YAMLNode.Entry, _ end: Timestamp, of rule: Rule, in place: String
    ) {
        guard let from = rule.validFrom, end <= from else { return }
        let words = "expires \(entry.value.flatText) is not after valid_from of the rule \(place)"
        if let grace = rule.grace?.from, end > grace {
            report.warn(.exceptionExpiry, at: entry.position, "\(words): it holds in the grace period only")
        } else {
            report.error(.exceptionExpiry, at: entry.position, "\(words): it can never hold")
        }
    }

    private mutating func readException(
        _ node: YAMLNode, _ context: String, of rule: Rule, in file: RuleFile
    ) -> RuleException? {
        let name = node.entry("name").flatMap { self.name($0) }
        let place = name.map { "in exception '\($0)' \(context)" } ?? "in an exception \(context)"
        guard check(node, keys: ["name", "match", "reason", "owner", "expires", "permanent"], place) else { return nil }
        for key in ["name", "match", "reason", "owner"] where node[key] == nil {
            report.error(.missingKey, at: node.position, "'\(key)' is missing \(place)")
        }
        let expires = node.entry("expires")
        let isPermanent = node.entry("permanent").flatMap { boolean($0) } ?? false
        if expires == nil, !isPermanent {
            report.error(
                .exceptionExpiry, at: node.position, "no 'expires' \(place); say until when, or 'permanent: true'")
        }
        if let expires, isPermanent {
            report.error(.exceptionExpiry, at: expires.position, "both 'expires' and 'permanent: true' \(place)")
        }
        let end = expires.flatMap { moment($0, zone: rule.zone) }
        if let expires, let end { checkExpiry(expires, end, of: rule, in: place) }
        let condition = node.entry("match").flatMap { readCondition($0.value, in: file) }
        let reason = node.entry("reason").flatMap { text($0) } ?? ""
        let owner = node.entry("owner").flatMap { text($0) } ?? ""
        guard let name, let condition else { return nil }
        return RuleException(name: name, condition: condition, reason: reason, owner: owner, expires: end)
    }
}
