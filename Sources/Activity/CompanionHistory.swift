public import Bytes

/// Which programs of vendors each source was seen to run, by hosts that one program alone uses, and when last.
///
/// A coding agent asks its own host for features or sends its telemetry there, and then calls the same interface that any
/// program calls, with the hello of a common library. Bounded: past `capacity` what is older than `lifetime` makes room,
/// and if nothing is, the new one is not kept and is counted. Used a few times for a flow, never for a packet.
public struct CompanionHistory: Sendable {
    /// A program at a source.
    private struct Key: Hashable, Sendable {
        let source: IPAddress
        let vendor: String
        let product: String
    }

    /// A visit of a program to its own host.
    private struct Visit: Sendable {
        var time: Timestamp
        let library: String?
    }

    /// How long a program is taken to run after a visit, and before one, in nanoseconds: a quarter of an hour.
    public static var lifetime: Int64 { 900_000_000_000 }

    private var seen: [Key: Visit] = [:]
    private let capacity: Int
    private var nextSweep = Timestamp.distantPast
    /// How many could not be kept.
    public private(set) var overflow: UInt64 = 0

    /// A history of at most `capacity` programs at sources.
    public init(capacity: Int = 16_384) {
        self.capacity = max(1, capacity)
    }

    /// How many are remembered.
    public var count: Int { seen.count }

    /// Notes that `source` reached a host of `product` alone at `time`. `library` distinguishes TLS libraries, if it is
    /// known: the digest of the cipher suites in the hello's JA4.
    public mutating func note(
        _ product: String, of vendor: String, at source: IPAddress, library: String?, time: Timestamp
    ) {
        let key = Key(source: source, vendor: vendor, product: product)
        if let before = seen[key], before.library == library {
            if time > before.time { seen[key]?.time = time }
            return
        }
        if seen[key] == nil, seen.count >= capacity { sweep(at: time) }
        if seen[key] != nil || seen.count < capacity {
            seen[key] = Visit(time: time, library: library)
        } else {
            overflow &+= 1
        }
    }

    /// Which of `products` runs at `source`, if exactly one does and its hello comes from the same library.
    public func product(
        among products: [String], of vendor: String, at source: IPAddress, library: String?, time: Timestamp
    ) -> String? {
        let running = products.filter { product in
            guard let visit = seen[Key(source: source, vendor: vendor, product: product)] else { return false }
            let distance = time.nanoseconds(since: visit.time)
            let isNear = distance > -Self.lifetime && distance < Self.lifetime
            return isNear && (visit.library == nil || library == nil || visit.library == library)
        }
        return running.count == 1 ? running.first : nil
    }

    /// Forgets what is old; at most once a minute of packet time, so that a full table costs little.
    private mutating func sweep(at time: Timestamp) {
        guard time >= nextSweep else { return }
        nextSweep = time.advanced(byNanoseconds: 60_000_000_000)
        seen = seen.filter { time.nanoseconds(since: $0.value.time) < Self.lifetime }
    }
}
