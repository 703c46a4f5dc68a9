import Text

/// Expressions that can never match, or match more than their author means.
extension RuleReader {
    /// Reads regular expressions on `field`; nothing if one of them cannot be read or can never match.
    mutating func readPatterns(
        _ operands: [(text: String, node: YAMLNode)], of field: Field, in file: RuleFile
    ) -> Predicate? {
        var patterns: [Pattern] = []
        for (text, node) in operands {
            do throws(PatternError) {
                let pattern = try Pattern(text)
                if isPossible(pattern, at: node.position, of: field) { patterns.append(pattern) }
            } catch {
                let position = file.source.position(in: node, at: error.index)
                report.error(.pattern, at: position, "the expression '\(text)' cannot be read: \(error.problem)")
            }
        }
        return patterns.count == operands.count ? .pattern(patterns) : nil
    }

    private mutating func isPossible(_ pattern: Pattern, at position: SourcePosition, of field: Field) -> Bool {
        let text = pattern.text
        if field.isLowerCase, !pattern.tree.isPossible({ !$0.holdsCapitalsAlone }) {
            report.error(
                .pattern, at: position, "the expression '\(text)' asks for capital letters, which no \(field.name) has",
                suggestion: Self.lowered(text))
            return false
        }
        if field.isLowerCase, pattern.tree.contains({ $0.holdsCapitalsAlone }) {
            report.warn(
                .pattern, at: position, "a branch of '\(text)' asks for capital letters, which no \(field.name) has",
                suggestion: Self.lowered(text))
        }
        if field.isHostName, let found = InvisibleText.first(in: text) {
            report.error(
                .pattern, at: position, "the expression '\(text)' holds \(found), which no \(field.name) has",
                suggestion: InvisibleText.removed(from: text))
            return false
        }
        guard canHold(pattern, at: position, of: field) else { return false }
        if field.isHostName, pattern.tree.hasBareDot { warnOfDot(text, at: position, of: field) }
        return true
    }

    /// Whether some value of `field` can match by what its values begin with and never hold.
    private mutating func canHold(_ pattern: Pattern, at position: SourcePosition, of field: Field) -> Bool {
        let text = pattern.text
        if field.isHostName, !pattern.tree.isPossible({ !$0.isOnly("/") }) {
            report.error(
                .pattern, at: position, "the expression '\(text)' asks for a '/', which no \(field.name) has",
                suggestion: HostText.nearest(
                    to: text.replacing("\\", with: "").replacing("^", with: "").replacing("$", with: "")
                ).map { Self.escaped($0) })
            return false
        }
        if field.name == "http.path" {
            let hasQuery = !pattern.tree.isPossible { !$0.isOnly("?") && !$0.isOnly("#") }
            guard !hasQuery, pattern.tree.mayBegin(with: "/") || pattern.tree.mayBegin(with: "*") else {
                let why =
                    hasQuery ? "asks for a query, which is not kept" : "does not begin with '/', as every path does"
                let (anchor, rest) = text.hasPrefix("^") ? ("^", text.dropFirst()) : ("", text[...])
                let isPlain = !hasQuery && rest.first.map { $0.isLetter || $0.isNumber } ?? false
                report.error(
                    .pattern, at: position, "the expression '\(text)' \(why)",
                    suggestion: isPlain ? "\(anchor)/\(rest)" : nil)
                return false
            }
        }
        guard let literal = pattern.tree.literal else { return true }
        return canBe(literal, at: position, of: field)
    }

    private static func escaped(_ host: String) -> String { host.replacing(".", with: "\\.") }

    /// A dot between letters is meant as one, and takes any character.
    private mutating func warnOfDot(_ text: String, at position: SourcePosition, of field: Field) {
        let advice = Self.name(in: text).map { "{suffix: \($0)} matches that name and what is below it" } ?? "write \\."
        report.warn(
            .pattern, at: position,
            "the '.' in '\(text)' matches any character, so that other names match too; \(advice)")
    }

    /// The host name that an expression of a name and nothing else means.
    private static func name(in text: String) -> String? {
        var rest = Substring(text)
        if rest.hasPrefix("^") { rest = rest.dropFirst() }
        for start in ["(.*\\.)?", "(?:.*\\.)?", ".*\\.", ".+\\.", ".*", ".+"] where rest.hasPrefix(start) {
            rest = rest.dropFirst(start.count)
            break
        }
        if rest.hasSuffix("$") { rest = rest.dropLast() }
        return HostText.normalised(String(rest).replacing("\\.", with: "."))
    }

    /// `text` with small letters in place of capitals, except after `\`, where they name a class.
    private static func lowered(_ text: String) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            result += isEscaped ? String(character) : character.lowercased()
            isEscaped = character == "\\" && !isEscaped
        }
        return result
    }

    /// Reads patterns of the shell on `field`; nothing if one of them can never match.
    mutating func readGlobs(_ operands: [(text: String, node: YAMLNode)], of field: Field) -> Predicate? {
        var isFine = true
        for (text, node) in operands {
            if !text.contains(where: { $0 == "*" || $0 == "?" }) || field.name == "http.path" {
                guard canBeGlob(text, at: node.position, of: field) else {
                    isFine = false
                    continue
                }
            }
            if field.isLowerCase, !field.isHostName, text != text.lowercased() {
                report.error(
                    .fieldValue, at: node.position,
                    "the pattern '\(text)' asks for capital letters, which no \(field.name) has",
                    suggestion: text.lowercased())
                isFine = false
                continue
            }
            guard field.isHostName else { continue }
            let found = InvisibleText.first(in: text)
            guard found != nil || !text.utf8.allSatisfy({ $0 < 0x80 }) || text.contains("/") else { continue }
            report.error(
                .fieldValue, at: node.position,
                "the pattern '\(text)' holds \(found ?? "what no host name has"): \(field.name) can never match it",
                suggestion: HostText.nearest(to: text).map { text.hasPrefix("*.") ? "*.\($0)" : $0 })
            isFine = false
        }
        return isFine ? .glob(operands.map { Glob(field.isHostName ? $0.text.lowercased() : $0.text) }) : nil
    }

    /// Whether `field` can be what the pattern `text` asks for: all of it where it has no wildcard, and the beginning of a path.
    private mutating func canBeGlob(_ text: String, at position: SourcePosition, of field: Field) -> Bool {
        guard text.contains(where: { $0 == "*" || $0 == "?" }) else {
            // The catalog's words are asked for by all of the patterns together.
            if vocabulary[field.name] != nil { return true }
            return canBe(field.isHostName ? text.lowercased() : text, at: position, of: field)
        }
        guard let first = text.first, !"/*?".contains(first) else { return true }
        report.error(
            .fieldValue, at: position, "the pattern '\(text)' does not begin with '/', as every \(field.name) does",
            suggestion: "/" + text)
        return false
    }

    /// Whether any word of the catalog satisfies `predicate`, where the catalog knows all that `field` can be.
    mutating func matchesAny(_ predicate: Predicate, of field: Field, _ text: String, at position: SourcePosition)
        -> Bool
    {
        if let words = vocabulary[field.name] {
            if words.contains(where: { predicate.holds(.text($0)) }) { return true }
            report.error(.fieldValue, at: position, "no \(field.name) of the catalog matches '\(text)'")
            return false
        }
        guard let words = field.allWords, !words.contains(where: { predicate.holds(.text($0)) }) else { return true }
        report.error(
            .fieldValue, at: position, "no \(field.name) matches '\(text)'", suggestion: nearest(predicate, words))
        return false
    }

    /// The expression in capitals if that matches.
    private func nearest(_ predicate: Predicate, _ words: [String]) -> String? {
        switch predicate {
        case .pattern(let patterns):
            let upper = patterns.map { $0.text.uppercased() }.filter { text in
                (try? Pattern(text)).map { pattern in words.contains { pattern.matches($0) } } ?? false
            }
            return upper.first
        case .glob(let globs):
            return globs.map { $0.text.uppercased() }.first { text in words.contains { Glob(text).matches($0) } }
        default: return nil
        }
    }
}
