/// A moment: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds, as a 64-bit integer.
///
/// Kept as an integer from the capture file to the event, so that no nanosecond is lost on the way. It reaches from
/// 1677 to 2262; arithmetic past that stays at the end instead of trapping.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the epoch.
    public var nanoseconds: Int64

    /// The moment `nanoseconds` after the epoch.
    @inlinable @inline(__always)
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The moment `seconds` and `nanoseconds` after the epoch, clamped to what can be held.
    @inlinable @inline(__always)
    public init(seconds: Int64, nanoseconds: Int64) {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(nanoseconds)
        self.nanoseconds = overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// The earliest moment that can be held.
    @inlinable public static var distantPast: Timestamp { Timestamp(nanoseconds: .min) }

    /// Whether `left` is before `right`.
    @inlinable @inline(__always)
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `nanoseconds` later, clamped.
    @inlinable @inline(__always)
    public func advanced(byNanoseconds nanoseconds: Int64) -> Timestamp {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return Timestamp(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : sum)
    }

    /// The nanoseconds from `earlier` to this moment, clamped; negative where `earlier` is later.
    @inlinable @inline(__always)
    public func nanoseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? (nanoseconds < earlier.nanoseconds ? .min : .max) : difference
    }
}
