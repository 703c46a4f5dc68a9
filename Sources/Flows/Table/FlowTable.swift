public import Bytes
import Wire

/// All tracked flows by key: open addressing over one array, the flows in two others.
///
/// The index holds eight bytes a place, the upper half of the hash and the flow's slot, so that a look-up that misses
/// touches one cache line and one that hits touches the flow besides, which fills two. Linear probing; removal shifts back, so that
/// nothing is left after that would slow later look-ups. Both arrays double as flows come, up to `capacity`; past
/// that `insert` refuses and the owner has to evict. Not a set order: nothing is ever listed by hash.
@frozen
public struct FlowTable: ~Copyable {
    /// The slot of no flow.
    @inlinable public static var noSlot: Int { -1 }

    @usableFromInline var index: FixedBuffer<UInt64>
    @usableFromInline var flows: FixedBuffer<Flow>
    /// What is held beside each flow: place for place as in `flows`.
    @usableFromInline var asides: FixedBuffer<FlowColdState>
    @usableFromInline var free: [UInt32]
    @usableFromInline let seed: HashSeed
    /// The most flows that are held.
    public let capacity: Int
    /// The number of flows.
    public private(set) var count = 0

    /// An empty table for at most `capacity` flows (at least one, at most 2^31), hashed with `seed`.
    public init(capacity: Int, seed: HashSeed) {
        self.capacity = min(max(capacity, 1), Int(Int32.max))
        self.seed = seed
        let first = min(self.capacity, 1024)
        flows = FixedBuffer(capacity: first)
        asides = FixedBuffer(capacity: first)
        index = FixedBuffer(repeating: 0, count: 2 * Self.powerOfTwo(atLeast: first))
        free = []
    }

    /// The bytes of all arrays.
    public var memory: Int {
        index.count * MemoryLayout<UInt64>.stride + flows.capacity * MemoryLayout<Flow>.stride
            + asides.capacity * MemoryLayout<FlowColdState>.stride
    }

    /// The bytes that one flow costs where the table is full.
    public static var bytesPerFlow: Int {
        MemoryLayout<Flow>.stride + MemoryLayout<FlowColdState>.stride + 4 * MemoryLayout<UInt64>.stride
    }

    /// The number of slots that exist: every live slot is below it.
    @inlinable public var slots: Int { flows.count }

    /// The flow in `slot`, in place.
    @inlinable
    public subscript(slot: Int) -> Flow {
        @inline(__always) _read { yield flows[slot] }
        @inline(__always) _modify { yield &flows[slot] }
    }

    /// What is held beside the flow in `slot`, in place.
    @inlinable
    public subscript(aside slot: Int) -> FlowColdState {
        @inline(__always) _read { yield asides[slot] }
        @inline(__always) _modify { yield &asides[slot] }
    }

    /// The slot of the flow with `key`, or `noSlot`. `hash` is the key's, kept for `insert`.
    @inlinable @inline(__always)
    public func find(_ key: FlowKey, hash: UInt64) -> Int {
        let mask = index.count &- 1
        let tag = hash >> 32
        var place = Int(truncatingIfNeeded: tag) & mask
        while true {
            let entry = index[place]
            if entry == 0 { return Self.noSlot }
            if entry >> 32 == tag {
                let slot = Int(entry & 0xFFFF_FFFF) &- 1
                if flows[slot].key == key { return slot }
            }
            place = (place &+ 1) & mask
        }
    }

    /// Has the first place of `hash` in the index brought into the cache.
    @inlinable @inline(__always)
    func prefetchPlace(hash: UInt64) {
        index.prefetch(Int(truncatingIfNeeded: hash >> 32) & (index.count &- 1))
    }

    /// Has the flow brought in that is there, whichever it is.
    @inlinable @inline(__always)
    func prefetchFlow(hash: UInt64) {
        let entry = index[Int(truncatingIfNeeded: hash >> 32) & (index.count &- 1)]
        if entry != 0 { flows.prefetch(Int(entry & 0xFFFF_FFFF) &- 1) }
    }

    /// The hash of `key` in this table.
    @inlinable @inline(__always)
    public func hash(_ key: FlowKey) -> UInt64 { key.hash(seed: seed) }

    /// Adds `flow`, whose key must not be there yet, and returns its slot; `noSlot` if the table is full.
    ///
    /// Cost: constant but for the doubling, which makes the index again and copies small arrays.
    public mutating func insert(_ flow: Flow, hash: UInt64) -> Int {
        guard count < capacity else { return Self.noSlot }
        let slot: Int
        if let last = free.popLast() {
            slot = Int(last)
            flows[slot] = flow
            asides[slot] = FlowColdState(start: flow.start)
        } else {
            if flows.count == flows.capacity { grow() }
            slot = flows.count
            flows.append(flow)
            asides.append(FlowColdState(start: flow.start))
        }
        count += 1
        place(slot, tag: hash >> 32)
        return slot
    }

    /// Removes the flow in `slot`; its place and slot are free afterwards.
    public mutating func remove(_ slot: Int) {
        guard flows[slot].flags.contains(.isLive) else { return }
        let mask = index.count - 1
        let wanted = UInt64(slot + 1)
        var hole = Int(hash(flows[slot].key) >> 32) & mask
        while index[hole] & 0xFFFF_FFFF != wanted {
            hole = (hole + 1) & mask
        }
        closeHole(hole, mask)
        flows[slot].flags = []
        free.append(UInt32(slot))
        count -= 1
    }

    /// Moves back what was pushed behind the hole, until an entry is where it belongs.
    private mutating func closeHole(_ start: Int, _ mask: Int) {
        var hole = start
        var next = (hole + 1) & mask
        while index[next] != 0 {
            let home = Int(index[next] >> 32) & mask
            if (next - home) & mask >= (next - hole) & mask {
                index[hole] = index[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        index[hole] = 0
    }

    private mutating func place(_ slot: Int, tag: UInt64) {
        Self.place(slot, tag: tag, in: &index)
    }

    private static func place(_ slot: Int, tag: UInt64, in index: inout FixedBuffer<UInt64>) {
        let mask = index.count - 1
        var place = Int(truncatingIfNeeded: tag) & mask
        while index[place] != 0 {
            place = (place + 1) & mask
        }
        index[place] = tag << 32 | UInt64(slot + 1)
    }

    private mutating func grow() {
        let larger = min(capacity, flows.capacity * 2)
        flows.reserve(larger)
        asides.reserve(larger)
        let places = 2 * Self.powerOfTwo(atLeast: larger)
        guard places > index.count else { return }
        var wider = FixedBuffer<UInt64>(repeating: 0, count: places)
        for place in 0..<index.count where index[place] != 0 {
            Self.place(Int(index[place] & 0xFFFF_FFFF) - 1, tag: index[place] >> 32, in: &wider)
        }
        index = wider
    }

    private static func powerOfTwo(atLeast count: Int) -> Int {
        var power = 16
        while power < count { power *= 2 }
        return power
    }
}
