import Text

/// What people write who come from another tool, and what it is called here.
extension RuleReader {
    /// What to say of a key that does not exist, if it is known from elsewhere.
    static func hint(forKey key: String) -> String? {
        switch key.lowercased() {
        case "action", "block", "drop", "deny", "reject", "verdict", "response", "prevent":
            "egret never blocks: a rule raises an alert, and nothing else"
        case "name": "a rule has an 'id' and a 'title'"
        case "level", "priority", "risk": "write 'severity'"
        case "condition", "conditions", "detection", "selection", "when", "where", "filter": "write 'match'"
        case "until", "expires", "end": "write 'valid_until'"
        case "from", "since", "start": "write 'valid_from'"
        case "tz", "time_zone", "zone": "write 'timezone'"
        case "allow", "allowlist", "whitelist", "exclude", "except": "write 'exceptions'"
        case "window", "count": "it belongs in 'threshold'"
        default: nil
        }
    }

    /// What to say of a word that is no severity, or none that `key` takes.
    static func hint(forWord word: String, of key: String) -> String? {
        let word = word.lowercased()
        if ["block", "drop", "deny", "reject", "prevent"].contains(word) { return "egret never blocks" }
        guard key == "severity" else { return nil }
        let severities = [
            "warn": "medium", "warning": "medium", "moderate": "medium", "notice": "low", "error": "high",
            "major": "high",
            "severe": "high", "urgent": "critical", "fatal": "critical", "crit": "critical", "emergency": "critical",
            "informational": "info", "information": "info", "debug": "info", "minor": "low",
        ]
        return severities[word].map { "write \($0)" }
    }

    /// How a number with a comparison before it, or several in one text, is written; nothing if `text` is neither.
    static func hint(forNumber text: String) -> String? {
        let signs = [
            (">=", "gte"), ("=>", "gte"), ("<=", "lte"), ("=<", "lte"), ("!=", "not"), ("==", "eq"), (">", "gt"),
            ("<", "lt"), ("≥", "gte"), ("≤", "lte"), ("≠", "not"), ("=", "eq"), ("more than", "gt"), ("over", "gt"),
            ("at least", "gte"), ("less than", "lt"), ("under", "lt"), ("at most", "lte"),
        ]
        for (sign, name) in signs where text.hasPrefix(sign) {
            let rest = text.dropFirst(sign.count).drop { $0 == " " }
            return rest.isEmpty ? nil : name == "eq" ? "write \(rest)" : "write {\(name): \(rest)}"
        }
        if text.hasSuffix("+"), text.dropLast().first?.isNumber == true { return "write {gte: \(text.dropLast())}" }
        let isNumber = { (part: Substring) in !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        let parts = text.split(separator: ",").map { $0.drop { $0 == " " } }
        if parts.count > 1, parts.allSatisfy(isNumber) { return "write [\(parts.joined(separator: ", "))]" }
        for sign in ["-", "..", ":"] {
            let ends = text.split(separator: sign, omittingEmptySubsequences: false).map { Substring($0) }
            if ends.count == 2, ends.allSatisfy(isNumber) { return "write {between: [\(ends[0]), \(ends[1])]}" }
        }
        return nil
    }

    /// How the host that `text` means is written in a condition; nothing if no name can be made of it.
    static func hint(forHost text: String) -> (words: String, suggestion: String?)? {
        let isExpression = text.count > 2 && text.hasPrefix("/") && text.hasSuffix("/")
        if isExpression { return ("write {regex: \(text.dropFirst().dropLast())}", nil) }
        let inner = text.dropFirst(text.hasPrefix("*.") ? 2 : 0)
        if inner.contains("*"), !text.contains("://") { return ("write {glob: \"\(text)\"}", nil) }
        guard let name = HostText.nearest(to: text) else { return nil }
        let isWildcard = text.hasPrefix("*.") || text.hasPrefix(".")
        return isWildcard ? ("write {suffix: \(name)}", nil) : ("", name)
    }
}
