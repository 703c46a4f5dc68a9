import Bytes

/// What is asked of the value of one field.
indirect enum Predicate: Sendable {
    /// The text is one of these.
    case text(Set<String>)
    /// The text ends in one of these, by label.
    case suffix(NameSet)
    /// A pattern of the shell.
    case glob([Glob])
    /// A regular expression.
    case pattern([Pattern])
    /// An address in these blocks.
    case prefixes(PrefixSet)
    /// A member of one of these lists.
    case lists([NamedList])
    /// One of these numbers.
    case numbers(Set<Int64>)
    /// A number from the first to the second, both inclusive.
    case range(Int64, Int64)
    /// True or false.
    case boolean(Bool)
    /// Whether there is a value at all.
    case exists(Bool)
    /// The opposite; it holds of an absent value too.
    case not(Predicate)
    /// All of these.
    case all([Predicate])

    /// Whether it holds of `value`. An absent value satisfies `exists: false` and `not` only.
    func holds(_ value: FieldValue) -> Bool {
        switch self {
        case .not(let inner): return !inner.holds(value)
        case .all(let parts): return parts.allSatisfy { $0.holds(value) }
        case .exists(let wanted): return value.isPresent == wanted
        default: break
        }
        switch value {
        case .absent: return false
        case .text(let text): return holds(text: text)
        case .texts(let texts): return texts.contains { holds(text: $0) }
        case .address(let address): return holds(address: address)
        case .number(let number): return holds(number: number)
        case .numbers(let numbers): return numbers.contains { holds(number: $0) }
        case .boolean(let boolean):
            if case .boolean(let wanted) = self { return boolean == wanted }
            return false
        }
    }

    private func holds(text: String) -> Bool {
        switch self {
        case .text(let texts): texts.contains(text)
        case .suffix(let names): names.containsSuffix(of: text)
        case .glob(let globs): globs.contains { $0.matches(text) }
        case .pattern(let patterns): patterns.contains { $0.matches(text) }
        case .lists(let lists): lists.contains { $0.contains(text) }
        default: false
        }
    }

    private func holds(address: IPAddress) -> Bool {
        switch self {
        case .prefixes(let prefixes): prefixes.contains(address)
        case .lists(let lists): lists.contains { $0.contains(address) }
        default: false
        }
    }

    private func holds(number: Int64) -> Bool {
        switch self {
        case .numbers(let numbers): numbers.contains(number)
        case .range(let low, let high): low <= number && number <= high
        case .lists(let lists): lists.contains { $0.contains(String(number)) }
        default: false
        }
    }
}
