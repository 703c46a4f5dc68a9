/// The rows of a day in the order in which they came, in blocks: a row is large, and where one is added none is moved but
/// those of the first block, which grows as an array does.
struct InventoryRows: Sendable {
    typealias Row = (key: InventoryKey, row: InventoryRow)

    private static var blockSize: Int { 256 }
    private var blocks: [[Row]] = []
    private(set) var count = 0

    /// Adds a row behind the others.
    mutating func append(_ row: Row) {
        if count % Self.blockSize == 0 {
            blocks.append([])
            // The first rows of a day may be all there are.
            if blocks.count > 1 { blocks[blocks.count - 1].reserveCapacity(Self.blockSize) }
        }
        blocks[blocks.count - 1].append(row)
        count += 1
    }

    /// The row in `place`, as it lies.
    subscript(place: Int) -> Row {
        _read { yield blocks[place / Self.blockSize][place % Self.blockSize] }
        _modify { yield &blocks[place / Self.blockSize][place % Self.blockSize] }
    }
}
