/// Values in numbered slots that are used again, in blocks: one that is added moves no other, and the memory is what is used and one
/// block, where a dictionary or an array takes up to three times as much while it grows.
public struct BlockArray<Element: Sendable>: Sendable {
    private var blocks: [[Element?]] = []
    private var free: [Int] = []
    /// The number of values.
    public private(set) var count = 0

    private static var blockSize: Int { 64 }

    /// No values.
    public init() {}

    /// Puts `element` into a free slot, and returns the slot.
    public mutating func insert(_ element: Element) -> Int {
        count += 1
        if let slot = free.popLast() {
            blocks[slot / Self.blockSize][slot % Self.blockSize] = element
            return slot
        }
        if blocks.last.map({ $0.count == Self.blockSize }) ?? true {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
        }
        blocks[blocks.count - 1].append(element)
        return (blocks.count - 1) * Self.blockSize + blocks[blocks.count - 1].count - 1
    }

    /// Takes out the value in `slot`, which is free afterwards.
    public mutating func remove(_ slot: Int) -> Element? {
        guard let element = take(slot) else { return nil }
        count -= 1
        free.append(slot)
        return element
    }

    /// Takes out the value in `slot` to change it; `putBack` follows.
    public mutating func take(_ slot: Int) -> Element? {
        guard slot / Self.blockSize < blocks.count, slot % Self.blockSize < blocks[slot / Self.blockSize].count else {
            return nil
        }
        return blocks[slot / Self.blockSize][slot % Self.blockSize].take()
    }

    /// Puts back what `take` took out of `slot`.
    public mutating func putBack(_ element: Element, _ slot: Int) {
        blocks[slot / Self.blockSize][slot % Self.blockSize] = element
    }

    /// The value in `slot`, in place; `nil` if it is free. The slot must be one that `insert` returned.
    public subscript(slot: Int) -> Element? {
        _read { yield blocks[slot / Self.blockSize][slot % Self.blockSize] }
        _modify { yield &blocks[slot / Self.blockSize][slot % Self.blockSize] }
    }
}
