/// Lines in the order in which they came, within a fixed number of bytes: what one class of events waits in.
///
/// One array, used round and round; it doubles up to its capacity and never shrinks, so nothing is allocated after
/// warm-up. Each line is between a head of 13 bytes (its length, its place among all lines, its priority) and a tail
/// of 4 (its length again, so that the newest can be found from the end).
struct LineRing: Sendable {
    /// The most bytes that it holds, heads and tails included.
    let capacity: Int
    /// The lines in it.
    private(set) var count = 0
    /// The bytes in it, heads and tails included.
    private(set) var usedBytes = 0
    private var storage: [UInt8] = []
    private var head = 0

    init(capacity: Int) {
        self.capacity = max(0, capacity)
    }

    /// The place of the oldest line among all lines.
    var oldestOrder: UInt64? { count > 0 ? number(at: 4, width: 8) : nil }

    /// Takes a line as the newest, or refuses it where it does not fit.
    mutating func append(_ line: [UInt8], order: UInt64, priority: Event.Priority) -> Bool {
        let size = Self.frameSize + line.count
        guard size <= capacity - usedBytes else { return false }
        reserve(usedBytes + size)
        put(UInt64(line.count), width: 4)
        put(order, width: 8)
        put(UInt64(priority.rawValue), width: 1)
        put(line)
        put(UInt64(line.count), width: 4)
        count += 1
        return true
    }

    /// Moves the oldest line to the end of `batch`.
    mutating func moveOldest(to batch: inout LineBatch) {
        guard count > 0 else { return }
        let length = Int(number(at: 0, width: 4))
        let priority = Event.Priority(rawValue: UInt8(truncatingIfNeeded: number(at: 12, width: 1))) ?? .normal
        let start = (head + Self.headSize) % storage.count
        let firstPart = min(length, storage.count - start)
        if firstPart == length {
            batch.append(storage[start..<(start + length)], priority: priority)
        } else {
            batch.append(storage[start...] + storage[..<(length - firstPart)], priority: priority)
        }
        dropOldest()
    }

    /// Forgets the oldest line.
    mutating func dropOldest() {
        guard count > 0 else { return }
        let size = Self.frameSize + Int(number(at: 0, width: 4))
        head = (head + size) % storage.count
        usedBytes -= size
        count -= 1
    }

    /// Forgets the newest line.
    mutating func dropNewest() {
        guard count > 0 else { return }
        usedBytes -= Self.frameSize + Int(number(at: usedBytes - Self.tailSize, width: Self.tailSize))
        count -= 1
    }

    /// The bytes that a line costs beside its own.
    static var frameSize: Int { headSize + tailSize }
    private static var headSize: Int { 13 }
    private static var tailSize: Int { 4 }

    private func number(at offset: Int, width: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<width { value = value << 8 | UInt64(storage[(head + offset + index) % storage.count]) }
        return value
    }

    private mutating func put(_ value: UInt64, width: Int) {
        for index in 0..<width {
            let byte = UInt8(truncatingIfNeeded: value >> UInt64(8 * (width - 1 - index)))
            storage[(head + usedBytes) % storage.count] = byte
            usedBytes += 1
        }
    }

    private mutating func put(_ line: [UInt8]) {
        guard !line.isEmpty else { return }
        let start = (head + usedBytes) % storage.count
        let firstPart = min(line.count, storage.count - start)
        storage.replaceSubrange(start..<(start + firstPart), with: line[..<firstPart])
        storage.replaceSubrange(0..<(line.count - firstPart), with: line[firstPart...])
        usedBytes += line.count
    }

    /// Makes room for `needed` bytes in all, by doubling; what is held moves to the front.
    private mutating func reserve(_ needed: Int) {
        guard needed > storage.count else { return }
        var size = max(4096, storage.count)
        while size < needed { size *= 2 }
        var larger: [UInt8] = []
        larger.reserveCapacity(min(size, capacity))
        let firstPart = min(usedBytes, storage.count - head)
        larger += storage[head..<(head + firstPart)]
        larger += storage[..<(usedBytes - firstPart)]
        larger += repeatElement(0, count: min(size, capacity) - usedBytes)
        storage = larger
        head = 0
    }
}
