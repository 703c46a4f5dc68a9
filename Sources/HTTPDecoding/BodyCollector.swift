import Bytes
import Crypto

/// How many bytes of bodies are kept in memory, over all messages of a recording.
///
/// Every byte is counted and hashed; only what is kept is bounded. Shared by all connections of a recording.
package final class BodyBudget {
    /// The most bytes of one body that are kept.
    package let bodyLimit: Int
    /// The bytes that may still be kept.
    package private(set) var left: Int
    /// The bodies of which bytes were left out.
    package private(set) var cutBodies = 0

    /// Creates a budget of `total` bytes, at most `bodyLimit` of them for one body.
    package init(total: Int = 192 << 20, bodyLimit: Int = 32 << 20) {
        self.bodyLimit = bodyLimit
        left = total
    }

    /// How many of `count` bytes may be kept by a body that keeps `kept` already; takes them from the budget.
    func take(_ count: Int, kept: Int) -> Int {
        let allowed = max(0, min(count, bodyLimit - kept, left))
        left -= allowed
        return allowed
    }

    /// Gives back `count` bytes that were kept and are not needed any more.
    package func release(_ count: Int) { left += count }

    /// Notes a body of which bytes were left out.
    func noteCut() { cutBodies += 1 }
}

/// Collects a body: counts and hashes all bytes, and keeps as many as the budget allows.
struct BodyCollector {
    private let budget: BodyBudget
    private var kept: [UInt8] = []
    private var count = 0
    private var hash: SHA256?
    private var isComplete = true
    private var isCut = false

    init(_ budget: BodyBudget) { self.budget = budget }

    /// Adds bytes of the body.
    mutating func append(_ bytes: RawSpan) {
        guard bytes.byteCount > 0 else { return }
        count += bytes.byteCount
        var hasher = hash ?? SHA256()
        // Let go of, so that the hash is updated in place.
        hash = nil
        bytes.update(&hasher)
        hash = hasher
        let allowed = isCut ? 0 : budget.take(bytes.byteCount, kept: kept.count)
        bytes.clamped(0..<allowed).append(to: &kept)
        guard allowed < bytes.byteCount, !isCut else { return }
        isCut = true
        budget.noteCut()
    }

    /// Notes that bytes of the body are missing: so many, or an unknown number.
    mutating func lose(_ missing: Int? = nil) {
        isComplete = false
        let (sum, overflow) = count.addingReportingOverflow(max(missing ?? 0, 0))
        if !overflow { count = sum }
    }

    /// The body as far as it came.
    var body: HTTPBody {
        guard let hash else { return HTTPBody(count: count, isComplete: isComplete) }
        var digits: [UInt8] = []
        for byte in hash.finalize() { digits.append(hexadecimal: UInt64(byte), count: 2) }
        // Growth leaves up to as much memory unused as is used: a large body is kept without it.
        var bytes = kept
        if kept.capacity > kept.count + kept.count / 4 + 4_096 {
            bytes = []
            bytes.reserveCapacity(kept.count)
            bytes.append(contentsOf: kept)
        }
        return HTTPBody(
            bytes: bytes, count: count, sha256: String(decoding: digits, as: UTF8.self),
            isComplete: isComplete && !isCut
        )
    }
}

extension RawSpan {
    /// Feeds these bytes to a hash.
    fileprivate func update(_ hash: inout SHA256) {
        var array: [UInt8] = []
        array.reserveCapacity(byteCount)
        append(to: &array)
        hash.update(data: array)
    }
}
