import Bytes

/// What a value must be for a test of it to be able to hold: by this a rule is found without being asked.
enum IndexKey: Sendable {
    /// This text.
    case text(String)
    /// This name, or one below it.
    case suffix(String)
    /// An address in this block.
    case prefix(AddressPrefix)
    /// A number from the first to the second, both inclusive.
    case range(Int64, Int64)
    /// True or false.
    case boolean(Bool)
    /// Something in this list.
    case list(NamedList)
    /// Anything at all.
    case present
    /// Nothing.
    case absent
}

/// Index keys of which an observation must have one for a condition to be able to hold.
struct IndexKeys: Sendable {
    /// The keys, each with the field that has it.
    var keys: [(field: Field, key: IndexKey)]
    /// About which share of the observations has one of them, from 0 to 1: only to choose between two sets of keys.
    var selectivity: Double
}

extension Condition {
    /// The keys by which it is found, those that the fewest observations should have; `nil` if there are none, as
    /// of a condition that holds of what is not there.
    var keys: IndexKeys? {
        switch self {
        case .test(let test): return test.predicate.keys(of: test.field)
        case .all(let parts): return parts.compactMap(\.keys).min { $0.selectivity < $1.selectivity }
        case .any(let parts):
            var all = IndexKeys(keys: [], selectivity: 0)
            for part in parts {
                guard let keys = part.keys else { return nil }
                all.keys += keys.keys
                all.selectivity += keys.selectivity
            }
            return all
        case .none: return nil
        }
    }
}

extension Predicate {
    /// The keys by which a test of `field` is found.
    fileprivate func keys(of field: Field) -> IndexKeys? {
        switch self {
        case .text(let texts):
            return field.keys(
                texts.sorted().map { .text($0) }, selectivity: field.type.selectivity(ofTexts: texts.count))
        case .suffix(let names):
            return field.keys(names.members.map { .suffix($0) }, selectivity: Selectivity.suffix * Double(names.count))
        case .glob(let globs):
            let keys = globs.compactMap(\.key)
            guard keys.count == globs.count else { return field.keys([.present], selectivity: Selectivity.present) }
            return field.keys(keys, selectivity: Selectivity.suffix * Double(keys.count))
        case .pattern: return field.keys([.present], selectivity: Selectivity.present)
        case .prefixes(let prefixes):
            return field.keys(prefixes.members.map { .prefix($0) }, selectivity: prefixes.selectivity)
        case .lists(let lists):
            return field.keys(lists.map { .list($0) }, selectivity: lists.reduce(0) { $0 + $1.selectivity(of: field) })
        case .numbers(let numbers):
            return field.keys(
                numbers.sorted().map { .range($0, $0) }, selectivity: Selectivity.number * Double(numbers.count))
        case .range(let low, let high):
            let isOpen = low == .min || high == .max
            return field.keys([.range(low, high)], selectivity: isOpen ? Selectivity.openRange : Selectivity.range)
        case .boolean(let value): return field.keys([.boolean(value)], selectivity: Selectivity.boolean)
        case .exists(let isPresent):
            return field.keys([isPresent ? .present : .absent], selectivity: Selectivity.present)
        case .not(.exists(let isPresent)): return Predicate.exists(!isPresent).keys(of: field)
        case .not: return nil
        case .all(let parts): return parts.compactMap { $0.keys(of: field) }.min { $0.selectivity < $1.selectivity }
        }
    }
}

extension Field {
    fileprivate func keys(_ keys: [IndexKey], selectivity: Double) -> IndexKeys {
        IndexKeys(keys: keys.map { (self, $0) }, selectivity: selectivity)
    }
}

extension Glob {
    /// What a text must be, or end in, to match; `nil` if the pattern ends within a label.
    fileprivate var key: IndexKey? {
        guard let star = text.lastIndex(where: { "*?".contains($0) }) else { return .text(text) }
        let end = text[text.index(after: star)...]
        return end.hasPrefix(".") ? .suffix(String(end.dropFirst())) : nil
    }
}

/// How many observations have a value of one kind, as a rough share: what is seldom there makes the better key.
private enum Selectivity {
    static let text = 0.002
    static let suffix = 0.002
    static let number = 0.02
    static let range = 0.2
    static let openRange = 0.4
    static let boolean = 0.5
    static let present = 0.7
}

extension FieldType {
    fileprivate func selectivity(ofTexts count: Int) -> Double {
        if case .enumeration(let words, _) = self { return Double(count) / Double(max(1, words.count)) }
        return Selectivity.text * Double(count)
    }
}

extension NamedList {
    fileprivate func selectivity(of field: Field) -> Double {
        kind == .cidr ? prefixes.selectivity : min(Selectivity.present, field.type.selectivity(ofTexts: names.count))
    }
}

extension PrefixSet {
    /// Clients are close together, so that a block of half the bits has more than its part of all addresses.
    fileprivate var selectivity: Double {
        members.reduce(0) { sum, prefix in
            let open = 1 - Double(prefix.length) / Double(prefix.address.bitWidth)
            return sum + max(0.001, open * open)
        }
    }
}
