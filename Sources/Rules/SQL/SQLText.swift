import Bytes
public import Text

/// Pieces of ClickHouse's SQL.
enum SQLText {
    /// `text` as a string literal: quotes and backslashes are escaped, and so are control characters.
    static func literal(_ text: String) -> String {
        var literal = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "\\": literal += "\\\(scalar)"
            case "\n": literal += "\\n"
            case "\t": literal += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                literal += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "'"
    }

    /// The texts as literals in parentheses, sorted, so that the same rule gives the same SQL.
    static func list(_ texts: some Sequence<String>) -> String {
        "(" + texts.sorted().map(literal).joined(separator: ", ") + ")"
    }

    /// The texts as an array of literals, sorted.
    static func array(_ texts: some Sequence<String>) -> String {
        "[" + texts.sorted().map(literal).joined(separator: ", ") + "]"
    }

    /// Whether `value` is one of the addresses of `prefix`. Columns hold IPv4 addresses in their mapped form (RFC 4291 section
    /// 2.5.5.2), and no block of IPv6 holds these.
    static func contains(_ prefix: AddressPrefix, _ value: String) -> String {
        let first = prefix.address
        let bits = first.isIPv4 ? prefix.length + 96 : prefix.length
        let ones = IPAddress(high: .max, low: .max)
        let kept = ones.masked(to: bits)
        let last = IPAddress(high: first.high | ~kept.high, low: first.low | ~kept.low)
        let low = "toIPv6(\(literal(hexadecimal(first))))"
        let range = "\(value) BETWEEN \(low) AND toIPv6(\(literal(hexadecimal(last))))"
        guard !first.isIPv4, prefix.length < 96 else { return range }
        return "(\(range) AND NOT \(isIPv4(value)))"
    }

    /// Whether the column's address is an IPv4 address.
    static func isIPv4(_ value: String) -> String {
        "\(value) BETWEEN toIPv6('::ffff:0:0') AND toIPv6('::ffff:ffff:ffff')"
    }

    /// The address as egret writes it: IPv4 in four decimal parts.
    static func addressText(_ value: String) -> String {
        "if(\(isIPv4(value)), replaceOne(toString(\(value)), '::ffff:', ''), toString(\(value)))"
    }

    /// Eight groups of four hexadecimal digits.
    private static func hexadecimal(_ address: IPAddress) -> String {
        [address.high, address.low].flatMap { half in
            [48, 32, 16, 0].map { String(half >> UInt64($0) & 0xFFFF, radix: 16) }
        }.joined(separator: ":")
    }
}

/// What of a rule cannot be said in SQL.
public struct SQLProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The rule's id.
    public var rule: String
    /// The clause of it, as its author wrote it.
    public let clause: String
    /// Where the clause, or its rule, is.
    public var position: SourcePosition?
    /// Why it cannot, and what can.
    public let reason: String

    init(clause: String, position: SourcePosition? = nil, reason: String) {
        rule = ""
        self.clause = clause
        self.position = position
        self.reason = reason
    }

    /// `file:line:column: error: rule 'id': 'clause' cannot be said in SQL: reason`.
    public var description: String {
        let place = position.map { "\($0): " } ?? ""
        return "\(place)error: rule '\(rule)': '\(clause)' cannot be said in SQL: \(reason)".escapedForDisplay(
            limit: 4_000)
    }
}

/// Expressions of RE2, which ClickHouse has, for the patterns of rules.
enum SQLPattern {
    /// Whether all of `value` matches one of the expressions.
    static func matches(_ value: String, _ expressions: some Sequence<String>) -> String {
        let tests = expressions.map { "match(\(value), \(SQLText.literal("(?s)\\A(?:\($0))\\z")))" }
        return tests.count == 1 ? tests[0] : "(" + tests.joined(separator: " OR ") + ")"
    }

    /// The expression of a pattern of the shell.
    static func expression(_ glob: Glob) -> String {
        glob.text.unicodeScalars.map { scalar in
            switch scalar {
            case "*": ".*"
            case "?": "."
            default: escaped(scalar.value)
            }
        }.joined()
    }

    /// The expression of a tree.
    static func expression(_ tree: PatternTree) -> String {
        switch tree {
        case .characters(let set): expression(set)
        case .sequence(let items): items.map(expression).joined()
        case .choice(let branches): "(?:" + branches.map(expression).joined(separator: "|") + ")"
        case .repetition(let item, let least, let most):
            "(?:\(expression(item)))" + bounds(least, most)
        }
    }

    private static func bounds(_ least: Int, _ most: Int?) -> String {
        guard let most else { return least == 0 ? "*" : least == 1 ? "+" : "{\(least),}" }
        return "{\(least),\(most)}"
    }

    private static func expression(_ set: CharacterSet) -> String {
        guard !set.ranges.isEmpty else { return set.isNegated ? "." : "[^\\x{0}-\\x{10FFFF}]" }
        let ranges = set.ranges.map { range in
            range.lowerBound == range.upperBound
                ? escaped(range.lowerBound) : "\(escaped(range.lowerBound))-\(escaped(range.upperBound))"
        }
        return "[" + (set.isNegated ? "^" : "") + ranges.joined() + "]"
    }

    /// A character by its number, unless it is a letter or a digit.
    private static func escaped(_ scalar: UInt32) -> String {
        switch scalar {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(UInt8(scalar)))
        default: "\\x{\(String(scalar, radix: 16))}"
        }
    }
}
