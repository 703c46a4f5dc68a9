/// The numbers of a line, cut into segments that each belong to one owner: a block of blocks inside one another.
///
/// A look-up halves the segments, without a branch that could be guessed wrong: some ten instructions for each doubling.
struct SegmentTable<Key: FixedWidthInteger & Sendable>: Sendable {
    /// A block from `first` to `last`, both inclusive. Two blocks are apart, or one inside the other.
    struct Block {
        let first: Key
        let last: Key
        let owner: UInt32
    }

    /// The first number of each segment, ascending; the first of all is the least there is.
    private var starts: [Key] = [.min]
    private var owners: [UInt32] = [SegmentTable.noOwner]

    /// The table of `blocks`, of which none is there twice. `encloses` is called with each owner and that of the block
    /// around its own, if there is one.
    init(_ blocks: [Block], encloses: (_ inner: UInt32, _ outer: UInt32) -> Void) {
        var open: [Block] = []
        for block in blocks.sorted(by: { ($0.first, $1.last) < ($1.first, $0.last) }) {
            while let top = open.last, top.last < block.first { close(&open) }
            if let outer = open.last { encloses(block.owner, outer.owner) }
            begin(block.owner, at: block.first)
            open.append(block)
        }
        while !open.isEmpty { close(&open) }
    }

    /// Whose segment `key` is in; `noOwner` if it is in no block.
    func owner(of key: Key) -> UInt32 {
        var low = 0
        var count = starts.count
        while count > 1 {
            let half = count / 2
            low = starts[low &+ half] <= key ? low &+ half : low
            count &-= half
        }
        return owners[low]
    }

    /// Ends the innermost block; what follows belongs to the one around it.
    private mutating func close(_ open: inout [Block]) {
        guard let closed = open.popLast(), closed.last < .max else { return }
        begin(open.last?.owner ?? Self.noOwner, at: closed.last + 1)
    }

    private mutating func begin(_ owner: UInt32, at start: Key) {
        if starts.last == start {
            owners[owners.count - 1] = owner
        } else {
            starts.append(start)
            owners.append(owner)
        }
    }

    /// The owner of what belongs to no block.
    static var noOwner: UInt32 { .max }
}
