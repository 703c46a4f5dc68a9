/// How many different values came within a window: exact to 1,024 of them, past that an estimate.
///
/// Values are kept as 64-bit hashes with the step in which they came last. If there are too many, only those whose
/// hash ends in one zero bit more are kept, and each counts for twice as many (adaptive sampling). The hash is the
/// same in every process, because the estimate depends on it.
struct DistinctCounter: Sendable {
    private var lastSeen: [UInt64: Int64] = [:]
    private var level = 0
    private var expiredAt = Int64.min

    /// Whether `count` is an estimate.
    var isEstimate: Bool { level > 0 }

    /// How many different values are in the window.
    var count: Int64 { Int64(lastSeen.count) << Int64(level) }

    /// How many values are kept.
    var kept: Int { lastSeen.count }

    /// Adds `value` at `step`, after what left the window of `length` steps is gone; keeps at most `capacity` values.
    mutating func add(_ value: String, at step: Int64, length: Int64, capacity: Int = Self.exactTo) {
        expire(at: step, length: length)
        let hash = Self.hash(value)
        guard hash.trailingZeroBitCount >= level else { return }
        lastSeen[hash] = step
        while lastSeen.count > capacity, level < Self.highestLevel {
            level += 1
            lastSeen = lastSeen.filter { $0.key.trailingZeroBitCount >= level }
        }
    }

    /// Lets go of what is no longer in the window that ends with `step`. Linear, once a step.
    mutating func expire(at step: Int64, length: Int64) {
        guard step != expiredAt else { return }
        expiredAt = step
        if lastSeen.values.contains(where: { step - $0 >= length }) {
            lastSeen = lastSeen.filter { step - $0.value < length }
        }
        if lastSeen.isEmpty { level = 0 }
    }

    /// FNV-1a over the bytes, then mixed so that the low bits depend on all of them.
    private static func hash(_ value: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in value.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }

    /// Up to here the count is exact.
    static let exactTo = 1_024
    private static let highestLevel = 32
}
