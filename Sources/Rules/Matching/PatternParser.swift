import Text

/// Reads a regular expression, by recursive descent within a bound on its depth.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// The tree of all of the text. `^` at the start and `$` at the end are permitted and change nothing.
    mutating func parse() throws(PatternError) -> PatternTree {
        guard scalars.count <= Self.longest else { throw error("longer than \(Self.longest) characters") }
        if peek == "^" { index += 1 }
        let tree = try choice()
        if peek == "$", index + 1 == scalars.count { index += 1 }
        guard index == scalars.count else { throw error(peek == ")" ? "')' without '('" : "unexpected '\(current)'") }
        return tree
    }

    private var peek: Unicode.Scalar? { scalars[checked: index] }
    private var current: String { peek.map { String($0) } ?? "end" }

    private func error(_ problem: String) -> PatternError { PatternError(index: index, problem: problem) }

    private mutating func choice() throws(PatternError) -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw error("groups nested more than \(Self.deepest) deep") }
        var branches = [try sequence()]
        while peek == "|" {
            index += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternTree {
        var items: [PatternTree] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            if scalar == "$", index + 1 == scalars.count { break }
            items.append(try repetition())
        }
        return .sequence(items)
    }

    private mutating func repetition() throws(PatternError) -> PatternTree {
        let item = try atom()
        guard let sign = peek else { return item }
        var tree = item
        switch sign {
        case "*", "+", "?":
            index += 1
            tree = .repetition(item, least: sign == "+" ? 1 : 0, most: sign == "?" ? 1 : nil)
        case "{": tree = try bounded(item)
        default: return item
        }
        if let sign = peek, ["*", "+", "?", "{"].contains(sign) { throw error("'\(sign)' has nothing to repeat") }
        return tree
    }

    private mutating func bounded(_ item: PatternTree) throws(PatternError) -> PatternTree {
        index += 1
        let least = try number()
        var most: Int? = least
        if peek == "," {
            index += 1
            most = peek == "}" ? nil : try number()
        }
        guard peek == "}" else { throw error("'{' without '}'") }
        index += 1
        if let most, most < least { throw error("a repetition of at least \(least) and at most \(most)") }
        return .repetition(item, least: least, most: most)
    }

    private mutating func number() throws(PatternError) -> Int {
        var digits = ""
        while let scalar = peek, ("0"..."9").contains(scalar), digits.count < 5 {
            digits.unicodeScalars.append(scalar)
            index += 1
        }
        guard let number = Int(digits), number <= Self.mostRepetitions else {
            throw error("a number up to \(Self.mostRepetitions) belongs here")
        }
        return number
    }

    private mutating func atom() throws(PatternError) -> PatternTree {
        guard let scalar = peek else { throw error("something belongs here") }
        switch scalar {
        case "(": return try group()
        case "[": return .characters(try set())
        case ".":
            index += 1
            return .characters(.any)
        case "\\": return .characters(try escape())
        case "*", "+", "?", "{": throw error("'\(scalar)' has nothing to repeat")
        case "^", "$": throw error("'\(scalar)' inside; an expression always matches the whole text")
        default:
            index += 1
            return .characters(CharacterSet(ranges: [scalar.value...scalar.value]))
        }
    }

    private mutating func group() throws(PatternError) -> PatternTree {
        index += 1
        if peek == "?" {
            guard scalars[checked: index + 1] == ":" else { throw error("'(?' other than '(?:' is not supported") }
            index += 2
        }
        let tree = try choice()
        guard peek == ")" else { throw error("'(' without ')'") }
        index += 1
        return tree
    }

    private mutating func escape() throws(PatternError) -> CharacterSet {
        index += 1
        guard let scalar = peek else { throw error("'\\' at the end") }
        if let set = CharacterSet.named(scalar) {
            index += 1
            return set
        }
        let isWord = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        guard !isWord else { throw error("'\\\(scalar)' is not supported") }
        index += 1
        return CharacterSet(ranges: [scalar.value...scalar.value])
    }

    private mutating func set() throws(PatternError) -> CharacterSet {
        index += 1
        var set = CharacterSet(ranges: [])
        if peek == "^" {
            set.isNegated = true
            index += 1
        }
        var isFirst = true
        while let scalar = peek, scalar != "]" || isFirst {
            isFirst = false
            try range(into: &set)
        }
        guard peek == "]" else { throw error("'[' without ']'") }
        index += 1
        return set
    }

    private mutating func range(into set: inout CharacterSet) throws(PatternError) {
        let low = try member()
        guard low.count == 1, peek == "-", let after = scalars[checked: index + 1], after != "]" else {
            set.ranges += low
            return
        }
        index += 1
        let high = try member()
        guard high.count == 1, low[0].lowerBound <= high[0].lowerBound else {
            throw error("a range that ends too early")
        }
        set.ranges.append(low[0].lowerBound...high[0].lowerBound)
    }

    private mutating func member() throws(PatternError) -> [ClosedRange<UInt32>] {
        guard let scalar = peek else { throw error("'[' without ']'") }
        guard scalar == "\\" else {
            index += 1
            return [scalar.value...scalar.value]
        }
        let set = try escape()
        guard !set.isNegated else { throw error("a negated class inside '[]' is not supported") }
        return set.ranges
    }

    private static let longest = 1_000
    private static let deepest = 30
    private static let mostRepetitions = 1_000
}
