public import Bytes

/// The times at which flows are checked next: a hashed timing wheel (Varghese and Lauck, 1987), one second for each spoke.
///
/// A packet never touches it: a flow is checked when its spoke comes up, and put back if it is still active. Adding,
/// moving and removing cost constant time. A moment further away than the wheel is round comes up early, which the owner
/// answers by putting the flow back. Within a spoke flows come up in the order in which they were put there.
@frozen
public struct TimerWheel: ~Copyable {
    @usableFromInline
    @frozen
    struct Link: Sendable, BitwiseCopyable {
        @usableFromInline var next: UInt32
        @usableFromInline var previous: UInt32
        @usableFromInline var spoke: Int32

        @inlinable
        init(next: UInt32, previous: UInt32, spoke: Int32) {
            self.next = next
            self.previous = previous
            self.spoke = spoke
        }
    }

    private var links: FixedBuffer<Link>
    private var heads: FixedBuffer<UInt32>
    private var tails: FixedBuffer<UInt32>
    /// The second that the wheel is at.
    private var now: Int64?

    /// An empty wheel of `spokes` seconds.
    public init(spokes: Int = 1024) {
        links = FixedBuffer(capacity: 1024)
        heads = FixedBuffer(repeating: Self.noSlot, count: max(spokes, 2))
        tails = FixedBuffer(repeating: Self.noSlot, count: max(spokes, 2))
    }

    /// The bytes of the wheel.
    public var memory: Int {
        links.capacity * MemoryLayout<Link>.stride + 2 * heads.count * MemoryLayout<UInt32>.stride
    }

    /// Puts `slot` where it comes up at `time` or within a second after; a time that is past comes up at the next second.
    public mutating func schedule(_ slot: Int, at time: Timestamp) {
        if slot >= links.capacity { links.reserve(max(slot + 1, links.capacity * 2)) }
        while slot >= links.count { links.append(Self.unlinked) }
        cancel(slot)
        let second = Self.second(of: time) &+ 1
        let start = now ?? Self.second(of: time)
        now = start
        let ahead = min(max(second &- start, 1), Int64(heads.count - 1))
        let spoke = spoke(of: start &+ ahead)
        let last = tails[spoke]
        links[slot] = Link(next: Self.noSlot, previous: last, spoke: Int32(spoke))
        if last == Self.noSlot { heads[spoke] = UInt32(slot) } else { links[Int(last)].next = UInt32(slot) }
        tails[spoke] = UInt32(slot)
    }

    /// Takes `slot` off the wheel.
    public mutating func cancel(_ slot: Int) {
        guard slot < links.count, links[slot].spoke >= 0 else { return }
        let link = links[slot]
        let spoke = Int(link.spoke)
        if link.previous == Self.noSlot { heads[spoke] = link.next } else { links[Int(link.previous)].next = link.next }
        if link.next == Self.noSlot {
            tails[spoke] = link.previous
        } else {
            links[Int(link.next)].previous = link.previous
        }
        links[slot] = Self.unlinked
    }

    /// Turns the wheel to `time` and appends every slot that comes up to `due`, each of them taken off.
    ///
    /// However far the time jumps, each spoke is visited at most once.
    public mutating func turn(to time: Timestamp, due: inout [Int]) {
        let target = Self.second(of: time)
        guard let start = now else {
            now = target
            return
        }
        guard target > start else { return }
        now = target
        let steps = min(target &- start, Int64(heads.count))
        for step in 0..<steps {
            // Oldest spoke first; where the jump is longer than the wheel, each comes up once all the same.
            let spoke = spoke(of: target &- steps &+ 1 &+ step)
            while heads[spoke] != Self.noSlot {
                let slot = Int(heads[spoke])
                cancel(slot)
                due.append(slot)
            }
        }
    }

    private func spoke(of second: Int64) -> Int {
        let remainder = Int(second % Int64(heads.count))
        return remainder < 0 ? remainder + heads.count : remainder
    }

    /// The second that `time` is in, rounded down before 1970 as well.
    private static func second(of time: Timestamp) -> Int64 {
        let (second, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? second - 1 : second
    }
    private static var noSlot: UInt32 { .max }
    private static var unlinked: Link { Link(next: noSlot, previous: noSlot, spoke: -1) }
}
