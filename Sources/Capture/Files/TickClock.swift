public import Bytes

/// How a file's ticks become time: the `if_tsresol` and `if_tsoffset` options of pcapng, or a pcap file's magic.
@usableFromInline
@frozen
struct TickClock: BitwiseCopyable, Sendable {
    /// Nanoseconds a tick; 0 if a tick is not a complete number of them, or an offset is added.
    @usableFromInline var scale: UInt64
    @usableFromInline var resolution: UInt8
    @usableFromInline var offset: Int64

    /// A clock of a resolution as pcapng encodes it (10 to the minus n, or with the top bit set 2 to the minus n).
    init(resolution: UInt8 = 6, offset: Int64 = 0) {
        self.resolution = resolution
        self.offset = offset
        scale = resolution <= 9 && offset == 0 ? Self.power(9 - Int(resolution)) : 0
    }

    /// The time of `ticks`. One multiplication for the resolutions in use; what cannot be held is clamped.
    @inlinable @inline(__always)
    func time(_ ticks: UInt64) -> Timestamp {
        let (nanoseconds, overflow) = ticks.multipliedReportingOverflow(by: scale)
        guard scale != 0, !overflow, nanoseconds <= UInt64(Int64.max) else { return unusualTime(ticks) }
        return Timestamp(nanoseconds: Int64(truncatingIfNeeded: nanoseconds))
    }

    @usableFromInline @inline(never)
    func unusualTime(_ ticks: UInt64) -> Timestamp {
        let exponent = Int(resolution & 0x7F)
        let parts = resolution & 0x80 == 0 ? decimal(ticks, exponent) : binary(ticks, exponent)
        let (seconds, overflow) = Int64(clamping: parts.seconds).addingReportingOverflow(offset)
        let sum = overflow ? (offset < 0 ? .min : .max) : seconds
        let time = Timestamp(seconds: sum, nanoseconds: Int64(clamping: parts.nanoseconds))
        // The earliest moment means "before any frame" to a merge, so no frame may have it.
        return max(time, Timestamp(nanoseconds: .min + 1))
    }

    private func decimal(_ ticks: UInt64, _ exponent: Int) -> (seconds: UInt64, nanoseconds: UInt64) {
        // A tick shorter than 10 to the minus 19 seconds: 64 bits of them do not make two seconds.
        guard exponent <= 19 else { return (0, exponent <= 28 ? ticks / Self.power(exponent - 9) : 0) }
        let unit = Self.power(exponent)
        let fraction = ticks % unit
        let nanoseconds =
            exponent <= 9 ? fraction * Self.power(9 - exponent) : fraction / Self.power(exponent - 9)
        return (ticks / unit, nanoseconds)
    }

    private func binary(_ ticks: UInt64, _ exponent: Int) -> (seconds: UInt64, nanoseconds: UInt64) {
        // `<<` and `>>` past the width give zero.
        let seconds = exponent < 64 ? ticks >> UInt64(exponent) : 0
        let fraction = exponent < 64 ? ticks & ~(UInt64.max << UInt64(exponent)) : ticks
        let product = fraction.multipliedFullWidth(by: 1_000_000_000)
        let low = product.low >> UInt64(exponent)
        let high = exponent <= 64 ? product.high << UInt64(64 - exponent) : product.high >> UInt64(exponent - 64)
        return (seconds, high | low)
    }

    /// Ten to the `exponent`, which is 0...19.
    private static func power(_ exponent: Int) -> UInt64 {
        var value: UInt64 = 1
        for _ in 0..<min(exponent, 19) { value *= 10 }
        return value
    }
}
