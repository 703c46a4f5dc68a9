/// A counter for each case of a closed enumeration whose raw values are field names.
///
/// Every case is written, those at zero included: that nothing was lost is a statement too.
public struct CounterSet<Key>: Sendable
where
    Key: CaseIterable & RawRepresentable & Hashable & Sendable,
    Key.RawValue == String
{
    private var counts: [Key: UInt64] = [:]

    /// Every counter at zero.
    public init() {}

    /// The counter of `key`.
    public subscript(key: Key) -> UInt64 {
        get { counts[key, default: 0] }
        set { counts[key] = newValue == 0 ? nil : newValue }
    }

    /// The sum of all counters; stays at the end of its range.
    public var total: UInt64 {
        counts.values.reduce(0) { sum, count in
            let (value, overflow) = sum.addingReportingOverflow(count)
            return overflow ? .max : value
        }
    }
}

extension CounterSet: Equatable {}

extension JSONWriter {
    /// Writes every counter of `counters` as an object under `key`, in the order of the cases.
    public mutating func counters<Key>(_ key: StaticString, _ counters: CounterSet<Key>) {
        beginObject(key)
        for name in Key.allCases { integer(word: name.rawValue, counters[name]) }
        endObject()
    }
}
