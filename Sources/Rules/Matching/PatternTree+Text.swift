/// What texts an expression can match, as far as its parts say.
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

    /// Whether a text that begins with `scalar` may match.
    func mayBegin(with scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .characters(let set): return set.contains(scalar)
        case .choice(let branches): return branches.contains { $0.mayBegin(with: scalar) }
        case .repetition(let item, _, let most): return most != 0 && item.mayBegin(with: scalar)
        case .sequence(let items):
            for item in items {
                if item.mayBegin(with: scalar) { return true }
                if !item.mayBeEmpty { return false }
            }
            return false
        }
    }

    private var mayBeEmpty: Bool {
        switch self {
        case .characters: false
        case .choice(let branches): branches.contains(where: \.mayBeEmpty)
        case .repetition(let item, let least, _): least == 0 || item.mayBeEmpty
        case .sequence(let items): items.allSatisfy(\.mayBeEmpty)
        }
    }

    /// The only text that matches; `nil` if there are several, or none.
    var literal: String? {
        switch self {
        case .characters(let set):
            guard isLiteral, let value = set.ranges.first?.lowerBound else { return nil }
            return Unicode.Scalar(value).map { String($0) }
        case .choice(let branches): return branches.count == 1 ? branches[0].literal : nil
        case .repetition: return nil
        case .sequence(let items):
            let parts = items.map(\.literal)
            let read = parts.compactMap { $0 }
            return read.count == parts.count && !read.isEmpty ? read.joined() : nil
        }
    }

    /// Whether an unescaped `.` is next to a literal character.
    var hasBareDot: Bool {
        switch self {
        case .characters: return false
        case .choice(let branches): return branches.contains(where: \.hasBareDot)
        case .repetition(let item, _, _): return item.hasBareDot
        case .sequence(let items):
            let isDot = items.indices.contains { index in
                guard case .characters(.any) = items[index], index > 0, index + 1 < items.count else { return false }
                return items[index - 1].isLiteral || items[index + 1].isLiteral
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
    /// Whether it has `scalar` and nothing else.
    func isOnly(_ scalar: Unicode.Scalar) -> Bool {
        !isNegated && !ranges.isEmpty && ranges.allSatisfy { $0 == scalar.value...scalar.value }
    }

    /// Whether it has none but capital letters of ASCII.
    var holdsCapitalsAlone: Bool {
        !isNegated && !ranges.isEmpty && ranges.allSatisfy { $0.lowerBound >= 0x41 && $0.upperBound <= 0x5A }
    }
}
