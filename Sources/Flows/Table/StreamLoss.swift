/// The bytes of one direction of a TCP connection that its sequence numbers show to be missing.
///
/// The latest gaps are kept, so that bytes that come late are taken back from the count. A segment that fills none of them
/// came again. If more gaps are open than are kept, the oldest is no longer followed: its bytes stay in the count, which then
/// is an upper bound. A value of 48 bytes; an operation costs a step for each open gap.
@frozen
public struct StreamLoss: Sendable, BitwiseCopyable {
    /// A range of sequence numbers, whose end is not part of it.
    @frozen
    @usableFromInline
    struct Gap: Sendable, BitwiseCopyable {
        @usableFromInline var start: UInt32
        @usableFromInline var end: UInt32

        @inlinable
        init(start: UInt32, end: UInt32) { (self.start, self.end) = (start, end) }
    }

    /// How many bytes are missing.
    public private(set) var missed: UInt64 = 0
    @usableFromInline var gaps = InlineArray<4, Gap>(repeating: Gap(start: 0, end: 0))
    @usableFromInline var count: UInt32 = 0

    /// The most gaps that are followed: a burst of losses within one window leaves more only rarely.
    private static var limit: Int { 4 }

    /// Begins with no byte missing.
    @inlinable
    public init() {}

    /// Notes that the bytes from `start` to before `end` were passed over. They come after all gaps that are open.
    mutating func open(from start: UInt32, to end: UInt32) {
        missed &+= UInt64(end &- start)
        append(Gap(start: start, end: end))
    }

    /// Takes back from the count what of the gaps the bytes from `start` to before `end` fill.
    mutating func fill(from start: UInt32, to end: UInt32) {
        for index in (0..<Int(count)).reversed() {
            let gap = gaps[index]
            let length = Int32(bitPattern: gap.end &- gap.start)
            let first = max(0, Int32(bitPattern: start &- gap.start))
            let last = min(length, Int32(bitPattern: end &- gap.start))
            guard last > first else { continue }
            missed &-= min(missed, UInt64(last &- first))
            let middle = (gap.start &+ UInt32(first), gap.start &+ UInt32(last))
            switch (first == 0, last == length) {
            case (true, true): remove(at: index)
            case (true, false): gaps[index].start = middle.1
            case (false, true): gaps[index].end = middle.0
            case (false, false):
                gaps[index].end = middle.0
                if count < Self.limit { append(Gap(start: middle.1, end: gap.end)) }
            }
        }
    }

    private mutating func append(_ gap: Gap) {
        if count == Self.limit { remove(at: 0) }
        gaps[Int(count)] = gap
        count &+= 1
    }

    private mutating func remove(at index: Int) {
        for later in index + 1..<Int(count) { gaps[later &- 1] = gaps[later] }
        count &-= 1
    }
}
