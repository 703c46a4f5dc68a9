/// Which rules may hold of an observation, found by its values rather than by asking each rule.
struct RuleIndex: Sendable {
    private var keyed: [IndexKey: [Int]] = [:]
    private var rest: [Int] = []
    private var textFields: [Field] = []
    private var suffixFields: [Field] = []

    /// The index of `rules`, which are given with their numbers in ascending order.
    init(_ rules: [(offset: Int, element: Rule)]) {
        for (number, rule) in rules where rule.isEnabled {
            guard let keys = rule.condition.keys else {
                rest.append(number)
                continue
            }
            for key in Set(keys) { keyed[key, default: []].append(number) }
        }
        textFields = FieldTest.indexed.filter { field in
            keyed.keys.contains { if case .text(field.name, _) = $0 { true } else { false } }
        }
        suffixFields = FieldTest.indexed.filter { field in
            keyed.keys.contains { if case .suffix(field.name, _) = $0 { true } else { false } }
        }
    }

    /// The numbers of the rules that may hold, ascending. One look-up for each field that rules are found by.
    func candidates(for observation: Observation) -> [Int] {
        var found: [Int] = []
        for field in textFields {
            guard case .text(let value) = field.read(observation) else { continue }
            found += keyed[.text(field: field.name, value: value)] ?? []
        }
        for field in suffixFields {
            guard case .text(let value) = field.read(observation) else { continue }
            var rest = value[...]
            while true {
                found += keyed[.suffix(field: field.name, value: String(rest))] ?? []
                guard let dot = rest.firstIndex(of: ".") else { break }
                rest = rest[rest.index(after: dot)...]
            }
        }
        return found.isEmpty ? rest : Self.merged(Set(found).sorted(), rest)
    }

    /// Both in one, ascending; no number is in both.
    private static func merged(_ left: [Int], _ right: [Int]) -> [Int] {
        guard !right.isEmpty else { return left }
        var result: [Int] = []
        result.reserveCapacity(left.count + right.count)
        var index = 0
        for number in left {
            while index < right.count, right[index] < number {
                result.append(right[index])
                index += 1
            }
            result.append(number)
        }
        return result + right[index...]
    }
}
