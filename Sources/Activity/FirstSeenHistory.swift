public import Bytes
public import Rules

/// Which products, vendors and hosts each source, each group and the sensor has used, to report what a flow shows for the first time.
///
/// During the learning period, which begins with the first sighting, sightings are recorded and not reported. Time is packet time, so
/// that the same packets give the same facts in every run, and a history that is kept from one run to the next gives what one
/// run would. Bounded by `FirstSeenTable`. Called when a flow is named, never for a packet.
public struct FirstSeenHistory: Sendable {
    /// What one flow shows, and for whom.
    public struct Sighting: Sendable {
        /// The source; `nil` if it is not known by anything that may be kept.
        public var source: FirstSeenSubject?
        /// The source's group.
        public var group: String?
        /// The vendor.
        public var vendor: String?
        /// The product of the vendor.
        public var product: String?
        /// The host.
        public var host: String?

        /// A sighting of nothing.
        public init() {}
    }

    /// How long is learned, in nanoseconds of packet time.
    public let learning: Int64
    private var tables: [FirstSeenTable]

    /// A history that learns for `learning` nanoseconds and holds `capacity` entries of each kind.
    public init(learning: Int64, capacity: Int) {
        self.learning = max(0, learning)
        tables = FirstSeenKind.allCases.map { _ in FirstSeenTable(capacity: capacity) }
    }

    /// The entries of `kind`.
    public subscript(kind: FirstSeenKind) -> FirstSeenTable { tables[kind.place] }

    /// How many entries there are.
    public var count: Int { tables.reduce(0) { $0 + $1.entries.count } }

    /// How many entries were evicted for others.
    public var evicted: UInt64 { tables.reduce(0) { $0 &+ $1.evicted } }

    /// Since when the history learns: the latest of its kinds; `nil` before it begins.
    public var since: Timestamp? { tables.compactMap(\.since).max() }

    /// Whether anything at `time` is within the learning period.
    public func isLearning(at time: Timestamp) -> Bool { tables.contains { isLearning($0, at: time) } }

    /// Whether there is anything that was not saved.
    public var isChanged: Bool { tables.contains(where: \.isChanged) }

    /// Notes that the present state was saved.
    public mutating func markSaved() {
        for place in tables.indices { tables[place].isChanged = false }
    }

    /// Begins to learn at `time`, if nothing was learned before.
    public mutating func begin(at time: Timestamp) {
        for place in tables.indices where tables[place].since == nil {
            tables[place].since = time
            tables[place].isChanged = true
        }
    }

    /// Adopts what a file holds of `kind`: learned since `since`, with `entries`, of which the oldest make room if there are too many.
    public mutating func restore(
        _ kind: FirstSeenKind, since: Timestamp, entries: [(key: FirstSeenTable.Key, sighting: FirstSeenTable.Sighting)]
    ) {
        tables[kind.place] = FirstSeenTable(capacity: tables[kind.place].capacity)
        tables[kind.place].since = since
        for entry in entries { tables[kind.place].insert(entry.key, entry.sighting) }
    }

    /// Records what a flow shows at `time`, and returns what is shown for the first time. Cost: at most nine look-ups.
    public mutating func note(_ sighting: Sighting, at time: Timestamp) -> FirstSeenFacts {
        begin(at: time)
        var facts = FirstSeenFacts()
        if let vendor = sighting.vendor {
            facts.vendor = note(.vendor, name: vendor, of: sighting, at: time)
            if let product = sighting.product {
                facts.product = note(.product, name: vendor, product: product, of: sighting, at: time)
            }
        }
        if let host = sighting.host { facts.host = note(.host, name: host, of: sighting, at: time) }
        return facts
    }

    private mutating func note(
        _ kind: FirstSeenKind, name: String, product: String = "", of sighting: Sighting, at time: Timestamp
    ) -> FirstSeenFacts.Scopes {
        let place = kind.place
        var new: FirstSeenFacts.Scopes = []
        if let source = sighting.source, tables[place].note(.init(source, name: name, product: product), at: time) {
            new.insert(.init(.source))
        }
        if let group = sighting.group, tables[place].note(.init(.group(group), name: name, product: product), at: time)
        {
            new.insert(.init(.group))
        }
        if tables[place].note(.init(.sensor, name: name, product: product), at: time) { new.insert(.init(.sensor)) }
        return isLearning(tables[place], at: time) ? [] : new
    }

    private func isLearning(_ table: FirstSeenTable, at time: Timestamp) -> Bool {
        guard let since = table.since else { return true }
        return time.nanoseconds(since: since) < learning
    }
}

extension FirstSeenKind {
    /// The place of its table.
    fileprivate var place: Int {
        switch self {
        case .product: 0
        case .vendor: 1
        case .host: 2
        }
    }
}
