/// The first values of a kind in the order in which they were seen, without repetition, and whether there were more.
struct SampleSet: Sendable {
    private(set) var values: [String] = []
    private(set) var isPartial = false
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Adds a value; cost in the capacity.
    mutating func insert(_ value: String) {
        if values.contains(value) { return }
        if values.count < capacity {
            values.append(value)
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
