/// The first values of a kind in the order in which they were seen, without repetition, and whether there were more.
struct SampleSet: Sendable {
    /// Apart from the others, for most sets have one value and none of them.
    private var first: String?
    private var others: [String] = []
    private(set) var isPartial = false
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The values in their order.
    var values: [String] { first.map { [$0] + others } ?? [] }

    /// Adds a value; cost in the capacity.
    mutating func insert(_ value: String) {
        guard let first else {
            first = value
            return
        }
        if first == value || others.contains(value) { return }
        if others.count + 1 < capacity {
            others.append(value)
        } else {
            isPartial = true
        }
    }
}

extension [Int64] {
    /// The middle value, the lower of two; nothing of none.
    var median: Int64? {
        isEmpty ? nil : sorted()[(count - 1) / 2]
    }
}
