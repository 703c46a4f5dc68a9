/// Usage by up to four dimensions, one row a combination.
///
/// Bounded: past `rowLimit` rows all others are added up in one, and past `sourceLimit` pairs of a row and a source no further
/// sources are distinguished, which `sourcesAreCut` says.
struct UsageTable {
    /// A combination of values.
    struct Key: Hashable {
        var values = SIMD4<UInt32>()
    }

    static var rowLimit: Int { 50_000 }
    static var sourceLimit: Int { 400_000 }

    let dimensions: [Dimension]
    private(set) var rows: [Key: UsageTotals] = [:]
    private(set) var further: UsageTotals?
    private(set) var sourcesAreCut = false
    private var numbers: [Key: UInt32] = [:]
    private var sources: Set<UInt64> = []

    /// A table by `dimensions`, of which four are kept.
    init(_ dimensions: [Dimension]) {
        self.dimensions = Array(dimensions.prefix(4))
    }

    /// Adds what a flow with `values` brought.
    mutating func add(_ use: FlowUse, _ values: DimensionValues) {
        var key = Key()
        for (index, dimension) in dimensions.enumerated() { key.values[index] = values[dimension] }
        guard rows[key] != nil || rows.count < Self.rowLimit else {
            further = further ?? UsageTotals()
            further?.add(use)
            return
        }
        rows[key, default: UsageTotals()].add(use)
        if isNew(values[.source], in: key) { rows[key]?.sources &+= 1 }
    }

    /// Whether `source` was not seen in the row of `key` before.
    private mutating func isNew(_ source: UInt32, in key: Key) -> Bool {
        guard source != TextPool.none else { return false }
        let row: UInt32
        if let number = numbers[key] {
            row = number
        } else {
            row = UInt32(numbers.count)
            numbers[key] = row
        }
        let pair = UInt64(row) << 32 | UInt64(source)
        guard sources.count < Self.sourceLimit || sources.contains(pair) else {
            sourcesAreCut = true
            return false
        }
        return sources.insert(pair).inserted
    }
}
