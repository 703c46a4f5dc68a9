public import Bytes

/// By whom something is seen, as first sightings are kept: who, or which part of the network.
public enum FirstSeenSubject: Hashable, Sendable {
    /// A source by its address.
    case source(IPAddress)
    /// A source whose address is not to be kept: digits made of it with the key of pseudonyms.
    case pseudonym(UInt64)
    /// A group of the operator's.
    case group(String)
    /// The whole sensor.
    case sensor
}

/// What is seen: a product, a vendor or a host; the words of a state file.
public enum FirstSeenKind: String, Sendable, CaseIterable {
    case product, vendor, host
}

/// Who has seen which product, vendor or host: one kind of them.
///
/// Bounded: when a further entry does not fit, the sixteenth of the entries that was seen least recently makes room, of equally old
/// ones in the order of their keys, so that every run over the same packets keeps the same. They are counted, because each is
/// new again when it comes back.
public struct FirstSeenTable: Sendable {
    /// A subject with something that it used.
    public struct Key: Hashable, Sendable {
        /// By whom it was seen.
        public let subject: FirstSeenSubject
        /// The vendor, or the host.
        public let name: String
        /// The product of the vendor; empty for a vendor or a host.
        public let product: String

        /// A key of these parts.
        public init(_ subject: FirstSeenSubject, name: String, product: String = "") {
            self.subject = subject
            self.name = name
            self.product = product
        }

        /// Hashes the subject and the product, or the name if there is none: hashing text is expensive.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(subject)
            hasher.combine(product.isEmpty ? name : product)
        }
    }

    /// When it was seen, in packet time.
    public struct Sighting: Equatable, Sendable {
        /// The first time.
        public var first: Timestamp
        /// The latest.
        public var last: Timestamp

        /// Seen from `first` to `last`.
        public init(first: Timestamp, last: Timestamp) {
            self.first = first
            self.last = last
        }
    }

    /// Since when the table learns; `nil` before the first sighting.
    public var since: Timestamp?
    /// The entries by their keys.
    public private(set) var entries: [Key: Sighting] = [:]
    /// The most entries.
    public let capacity: Int
    /// How many were evicted for others.
    public private(set) var evicted: UInt64 = 0
    /// Whether anything changed that a file of an earlier moment does not have.
    var isChanged = false

    /// A table of at most `capacity` entries, at least 16.
    init(capacity: Int) {
        self.capacity = max(16, capacity)
    }

    /// Notes that `key` was seen at `time`; whether that is the first time. Cost: a look-up; once in a sixteenth of the capacity, a
    /// sort of all entries.
    mutating func note(_ key: Key, at time: Timestamp) -> Bool {
        if since == nil { since = time }
        if let place = entries.index(forKey: key) {
            let known = entries.values[place]
            if time > known.last { entries.values[place].last = time }
            if time < known.first { entries.values[place].first = time }
            return false
        }
        insert(key, Sighting(first: time, last: time))
        isChanged = true
        return true
    }

    /// Adds an entry, after making room for it.
    mutating func insert(_ key: Key, _ sighting: Sighting) {
        if entries.count >= capacity { evict() }
        entries[key] = sighting
    }

    private mutating func evict() {
        let count = max(1, capacity / 16)
        let order = entries.sorted { left, right in
            left.value.last == right.value.last ? left.key < right.key : left.value.last < right.value.last
        }
        for (key, _) in order.prefix(count) { entries[key] = nil }
        evicted &+= UInt64(count)
    }
}

extension FirstSeenTable.Key: Comparable {
    /// By subject, then by name and product.
    public static func < (left: FirstSeenTable.Key, right: FirstSeenTable.Key) -> Bool {
        left.subject == right.subject
            ? (left.name, left.product) < (right.name, right.product) : left.subject < right.subject
    }
}

extension FirstSeenSubject: Comparable {
    /// Sources first, then pseudonyms, groups and the sensor.
    public static func < (left: FirstSeenSubject, right: FirstSeenSubject) -> Bool {
        switch (left, right) {
        case (.source(let left), .source(let right)): (left.high, left.low) < (right.high, right.low)
        case (.pseudonym(let left), .pseudonym(let right)): left < right
        case (.group(let left), .group(let right)): left < right
        default: left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .source: 0
        case .pseudonym: 1
        case .group: 2
        case .sensor: 3
        }
    }
}
