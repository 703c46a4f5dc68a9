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
                report.error(.pattern, position, "the expression '\(text)' cannot be read: \(error.problem)")
            }
        }
        return patterns.count == operands.count ? .pattern(patterns) : nil
    }

    private mutating func isPossible(_ pattern: Pattern, at position: SourcePosition, of field: Field) -> Bool {
        let text = pattern.text
        if field.isLowerCase, !pattern.tree.isPossible({ !$0.holdsCapitalsAlone }) {
            report.error(
                .pattern, position, "the expression '\(text)' asks for capital letters, which no \(field.name) has",
                suggestion: Self.lowered(text))
            return false
        }
        if field.isLowerCase, pattern.tree.contains({ $0.holdsCapitalsAlone }) {
            report.warn(
                .pattern, position, "a branch of '\(text)' asks for capital letters, which no \(field.name) has",
                suggestion: Self.lowered(text))
        }
        if field.isHostName, let found = InvisibleText.first(in: text) {
            report.error(
                .pattern, position, "the expression '\(text)' holds \(found), which no \(field.name) has",
                suggestion: InvisibleText.removed(from: text))
            return false
        }
        if field.isHostName, pattern.tree.hasBareDot { warnOfDot(text, at: position, of: field) }
        return true
    }

    /// A dot between letters is meant as one, and takes any character.
    private mutating func warnOfDot(_ text: String, at position: SourcePosition, of field: Field) {
        let advice = Self.name(in: text).map { "{suffix: \($0)} matches that name and what is below it" } ?? "write \\."
        report.warn(
            .pattern, position,
            "the '.' in '\(text)' stands for any character, so that other names match too; \(advice)")
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
            guard field.isHostName else { continue }
            let found = InvisibleText.first(in: text)
            guard found != nil || !text.utf8.allSatisfy({ $0 < 0x80 }) || text.contains("/") else { continue }
            report.error(
                .fieldValue, node.position,
                "the pattern '\(text)' holds \(found ?? "what no host name has"): \(field.name) can never match it",
                suggestion: HostText.nearest(to: text).map { text.hasPrefix("*.") ? "*.\($0)" : $0 })
            isFine = false
        }
        return isFine ? .glob(operands.map { Glob(field.isHostName ? $0.text.lowercased() : $0.text) }) : nil
    }

    /// Whether any word of the catalog satisfies `predicate`, where the catalog knows all that `field` can be.
    mutating func matchesAny(_ predicate: Predicate, of field: Field, _ text: String, at position: SourcePosition)
        -> Bool
    {
        guard let words = vocabulary[field.name], !words.contains(where: { predicate.holds(.text($0)) }) else {
            return true
        }
        report.error(.fieldValue, position, "no \(field.name) of the catalog matches '\(text)'")
        return false
    }
}

extension PatternTree {
    /// Whether some text matches that uses none but characters of sets for which `isPossible` is true.
    func isPossible(_ isPossible: (CharacterSet) -> Bool) -> Bool {
        switch self {
        case .characters(let set): isPossible(set)
        case .sequence(let items): items.allSatisfy { $0.isPossible(isPossible) }
        case .choice(let branches): branches.contains { $0.isPossible(isPossible) }
        case .repetition(let item, let least, _): least == 0 || item.isPossible(isPossible)
        }
    }

    /// Whether a set of the tree satisfies `isWanted`.
    func contains(_ isWanted: (CharacterSet) -> Bool) -> Bool {
        switch self {
        case .characters(let set): isWanted(set)
        case .sequence(let items), .choice(let items): items.contains { $0.contains(isWanted) }
        case .repetition(let item, _, _): item.contains(isWanted)
        }
    }

    /// Whether a `.` stands alone between two characters that are written out.
    var hasBareDot: Bool {
        switch self {
        case .characters: return false
        case .choice(let branches): return branches.contains(where: \.hasBareDot)
        case .repetition(let item, _, _): return item.hasBareDot
        case .sequence(let items):
            let isDot = items.indices.contains { index in
                guard case .characters(.any) = items[index], index > 0, index + 1 < items.count else { return false }
                return items[index - 1].isLiteral && items[index + 1].isLiteral
            }
            return isDot || items.contains(where: \.hasBareDot)
        }
    }

    private var isLiteral: Bool {
        guard case .characters(let set) = self, !set.isNegated, let range = set.ranges.first else { return false }
        return set.ranges.count == 1 && range.count == 1
    }
}

extension CharacterSet {
    /// Whether it has none but capital letters of ASCII.
    fileprivate var holdsCapitalsAlone: Bool {
        !isNegated && !ranges.isEmpty && ranges.allSatisfy { $0.lowerBound >= 0x41 && $0.upperBound <= 0x5A }
    }
}
