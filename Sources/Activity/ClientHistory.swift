public import Bytes
public import Vendors

/// Which clients of AI models each source was seen to use with their own vendor, and when last.
///
/// Bounded: past `capacity` what is older than `lifetime` makes room, and if nothing is, the new one is not kept and
/// counted. Used once or twice for a flow, never for a packet.
public struct ClientHistory: Sendable {
    /// A client at a source.
    private struct Key: Hashable, Sendable {
        let source: IPAddress
        let vendor: String
        let product: String
    }

    /// How long a client is remembered after its last flow, in nanoseconds: a day.
    public static var lifetime: Int64 { 86_400_000_000_000 }

    private var seen: [Key: Timestamp] = [:]
    private let capacity: Int
    private var nextSweep = Timestamp.distantPast
    /// How many could not be kept.
    public private(set) var overflow: UInt64 = 0

    /// A memory of at most `capacity` clients at sources.
    public init(capacity: Int = 65_536) {
        self.capacity = max(1, capacity)
    }

    /// How many are remembered.
    public var count: Int { seen.count }

    /// Notes that `source` reached the vendor of `client` at `time` with its hello.
    public mutating func note(_ client: Fingerprint, at source: IPAddress, time: Timestamp) {
        guard let key = Self.key(client, source) else { return }
        if let before = seen[key] {
            if time > before { seen[key] = time }
            return
        }
        if seen.count >= capacity { sweep(at: time) }
        if seen.count < capacity {
            seen[key] = time
        } else {
            overflow &+= 1
        }
    }

    /// Whether `source` was seen with `client` less than a day before or after `time`.
    public func knows(_ client: Fingerprint, at source: IPAddress, time: Timestamp) -> Bool {
        guard let key = Self.key(client, source), let seen = seen[key] else { return false }
        return abs(time.nanoseconds(since: seen).clamped) < Self.lifetime
    }

    private static func key(_ client: Fingerprint, _ source: IPAddress) -> Key? {
        guard let vendor = client.vendor, let product = client.product else { return nil }
        return Key(source: source, vendor: vendor, product: product)
    }

    /// Forgets what is old; at most once a minute of packet time, so that a full table costs little.
    private mutating func sweep(at time: Timestamp) {
        guard time >= nextSweep else { return }
        nextSweep = time.advanced(byNanoseconds: 60_000_000_000)
        seen = seen.filter { time.nanoseconds(since: $0.value) < Self.lifetime }
    }
}

extension Int64 {
    /// The value where its magnitude can be had, else the greatest.
    fileprivate var clamped: Int64 { self == .min ? .max : self }
}
