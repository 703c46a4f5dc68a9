import Bytes

/// What a value must be for a test of it to be able to hold: by this a rule is found without being asked.
enum Clue: Sendable {
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

/// Clues of which an observation must have one for a condition to be able to hold.
struct Clues: Sendable {
    /// The clues, each with the field that has it.
    var clues: [(field: Field, clue: Clue)]
    /// About which share of the observations has one of them, from 0 to 1: only to choose between two sets of clues.
    var share: Double
}

extension Condition {
    /// The clues by which it is found, those that the fewest observations should have; nothing where there are none, as
    /// of a condition that holds of what is not there.
    var clues: Clues? {
        switch self {
        case .test(let test): return test.predicate.clues(of: test.field)
        case .all(let parts): return parts.compactMap(\.clues).min { $0.share < $1.share }
        case .any(let parts):
            var all = Clues(clues: [], share: 0)
            for part in parts {
                guard let clues = part.clues else { return nil }
                all.clues += clues.clues
                all.share += clues.share
            }
            return all
        case .none: return nil
        }
    }
}

extension Predicate {
    /// The clues by which a test of `field` is found.
    fileprivate func clues(of field: Field) -> Clues? {
        switch self {
        case .text(let texts):
            return field.clues(texts.sorted().map { .text($0) }, share: field.type.share(ofTexts: texts.count))
        case .suffix(let names):
            return field.clues(names.members.map { .suffix($0) }, share: Share.suffix * Double(names.count))
        case .glob(let globs):
            let clues = globs.compactMap(\.clue)
            guard clues.count == globs.count else { return field.clues([.present], share: Share.present) }
            return field.clues(clues, share: Share.suffix * Double(clues.count))
        case .pattern: return field.clues([.present], share: Share.present)
        case .prefixes(let prefixes): return field.clues(prefixes.members.map { .prefix($0) }, share: prefixes.share)
        case .lists(let lists):
            return field.clues(lists.map { .list($0) }, share: lists.reduce(0) { $0 + $1.share(of: field) })
        case .numbers(let numbers):
            return field.clues(numbers.sorted().map { .range($0, $0) }, share: Share.number * Double(numbers.count))
        case .range(let low, let high):
            let isOpen = low == .min || high == .max
            return field.clues([.range(low, high)], share: isOpen ? Share.openRange : Share.range)
        case .boolean(let value): return field.clues([.boolean(value)], share: Share.boolean)
        case .exists(let isPresent):
            return field.clues([isPresent ? .present : .absent], share: Share.present)
        case .not(.exists(let isPresent)): return Predicate.exists(!isPresent).clues(of: field)
        case .not: return nil
        case .all(let parts): return parts.compactMap { $0.clues(of: field) }.min { $0.share < $1.share }
        }
    }
}

extension Field {
    fileprivate func clues(_ clues: [Clue], share: Double) -> Clues {
        Clues(clues: clues.map { (self, $0) }, share: share)
    }
}

extension Glob {
    /// What a text must be, or end in, to match; nothing where the pattern ends within a label.
    fileprivate var clue: Clue? {
        guard let star = text.lastIndex(where: { "*?".contains($0) }) else { return .text(text) }
        let end = text[text.index(after: star)...]
        return end.hasPrefix(".") ? .suffix(String(end.dropFirst())) : nil
    }
}

/// How many observations have a value of one kind, as a rough share: what is seldom there makes the better clue.
private enum Share {
    static let text = 0.002
    static let suffix = 0.002
    static let number = 0.02
    static let range = 0.2
    static let openRange = 0.4
    static let boolean = 0.5
    static let present = 0.7
}

extension FieldType {
    fileprivate func share(ofTexts count: Int) -> Double {
        if case .enumeration(let words, _) = self { return Double(count) / Double(max(1, words.count)) }
        return Share.text * Double(count)
    }
}

extension NamedList {
    fileprivate func share(of field: Field) -> Double {
        kind == .cidr ? prefixes.share : min(Share.present, field.type.share(ofTexts: names.count))
    }
}

extension PrefixSet {
    /// Clients lie close together, so that a block of half the bits has more than its part of all addresses.
    fileprivate var share: Double {
        members.reduce(0) { sum, prefix in
            let open = 1 - Double(prefix.length) / Double(prefix.address.bitWidth)
            return sum + max(0.001, open * open)
        }
    }
}
