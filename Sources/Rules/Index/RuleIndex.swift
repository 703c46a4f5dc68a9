/// Which rules may hold of an observation, found by its values rather than by asking each rule.
///
/// A rule is found by the part of its condition that the fewest observations should have: a name, an address, a port, a
/// list, or that a field is there at all. Only rules without any such part, which hold of what is not there, are
/// candidates always.
struct RuleIndex: Sendable {
    /// Room to work in, kept from one look-up to the next so that none allocates.
    struct Scratch: Sendable {
        /// The numbers of the rules that may hold, ascending, each once.
        fileprivate(set) var candidates: [Int32] = []
        /// The keys that the observation has.
        var keys: [UInt32] = []
        /// The groups of keys that one field found.
        var groups: [UInt32] = []
        /// The text that is looked for.
        var bytes: [UInt8] = []
    }

    private let fields: [FieldIndex]
    /// For each key the rules that are found by it.
    private let rules: [[Int32]]
    /// The rules that must always be asked, ascending.
    let alwaysEvaluated: [Int32]

    /// The index of `rules`, which are given with their numbers in ascending order.
    init(_ rules: [(offset: Int, element: Rule)]) {
        var builders: [Field: FieldIndexBuilder] = [:]
        var found: [[Int32]] = []
        var alwaysEvaluated: [Int32] = []
        for (number, rule) in rules where rule.isEnabled {
            let number = Int32(clamping: number)
            guard let keys = rule.condition.keys else {
                alwaysEvaluated.append(number)
                continue
            }
            for (field, key) in keys.keys {
                let place = builders[field, default: FieldIndexBuilder(field)].number(of: key) {
                    found.append([])
                    return UInt32(clamping: found.count - 1)
                }
                if found[Int(place)].last != number { found[Int(place)].append(number) }
            }
        }
        fields = Field.all.compactMap { builders[$0]?.finished() }
        self.rules = found
        self.alwaysEvaluated = alwaysEvaluated
    }

    /// Puts the rules that may hold of `observation` into `scratch`. Cost: a look-up for each field that rules are found by,
    /// and the rules that are found; whatever the number of all rules.
    func find(_ scratch: inout Scratch, for observation: Observation) {
        scratch.keys.removeAll(keepingCapacity: true)
        scratch.candidates.removeAll(keepingCapacity: true)
        for field in fields { field.find(&scratch, for: observation) }
        for key in scratch.keys { scratch.candidates += rules[Int(key)] }
        scratch.candidates.sort()
        Self.dropRepeated(&scratch.candidates)
        merge(restInto: &scratch.candidates)
    }

    private static func dropRepeated(_ numbers: inout [Int32]) {
        var kept = 0
        for index in numbers.indices where index == 0 || numbers[index] != numbers[kept - 1] {
            numbers[kept] = numbers[index]
            kept += 1
        }
        numbers.removeLast(numbers.count - kept)
    }

    /// Puts the rules that are always asked between those that were found; no number is in both.
    private func merge(restInto numbers: inout [Int32]) {
        var left = numbers.count - 1
        numbers += alwaysEvaluated
        guard left >= 0 else { return }
        var right = alwaysEvaluated.count - 1
        var place = numbers.count - 1
        while right >= 0, left >= 0 {
            if numbers[left] > alwaysEvaluated[right] {
                numbers[place] = numbers[left]
                left -= 1
            } else {
                numbers[place] = alwaysEvaluated[right]
                right -= 1
            }
            place -= 1
        }
        while right >= 0 {
            numbers[place] = alwaysEvaluated[right]
            place -= 1
            right -= 1
        }
    }
}
