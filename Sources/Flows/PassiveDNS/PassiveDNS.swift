public import Bytes

/// Which names each client was given for each address, from the DNS answers that were seen: the evidence for a flow
/// whose own bytes name nobody.
///
/// Bounded in every part, the least recently written going first, with counters. Time is an argument: packet time. A
/// name counts for the answer's time to live and 60 seconds more, for clients use what they hold a little longer and a
/// flow begins after its answer; at most a day. Names are owned strings, one for each answer of use.
public struct PassiveDNS: Sendable {
    /// How much is kept.
    public struct Limits: Sendable {
        /// The most pairs of client and address.
        public var addresses = 65_536
        /// The most pairs of client and public name of an ECH configuration.
        public var publicNames = 8_192

        /// The limits that a sensor has unless set otherwise: some 20 MB when full.
        public init() {}
    }

    /// What was learned and lost so far.
    public struct Counters: Equatable, Sendable {
        /// Answers that named an address or an ECH configuration for the name asked for.
        public var learned: UInt64 = 0
        /// Pairs of client and address, or client and public name, that made room for others.
        public var evicted: UInt64 = 0
        /// Names that still counted when a later name for the same address took their place.
        public var displacedNames: UInt64 = 0
        /// Answers for a name that no host can have, or addresses of another name than the one asked for.
        public var refused: UInt64 = 0

        /// Nothing yet.
        public init() {}
    }

    struct Pair: Hashable, Sendable {
        var client: IPAddress
        var server: IPAddress
    }

    struct ECHOuterName: Hashable, Sendable {
        var client: IPAddress
        var publicName: String
    }

    var addresses: LRUTable<Pair, PassiveDNSNames>
    var covers: LRUTable<ECHOuterName, PassiveDNSNames>
    var counted = Counters()
    /// Working memory for the names of one message.
    var numbers = DNSNameNumbers()

    /// An empty memory.
    public init(limits: Limits = Limits()) {
        addresses = LRUTable(capacity: limits.addresses)
        covers = LRUTable(capacity: limits.publicNames)
    }

    /// What was learned and lost so far.
    public var counters: Counters {
        var counters = counted
        counters.evicted = addresses.evicted &+ covers.evicted
        return counters
    }

    /// The number of pairs of client and address held, expired ones included.
    public var count: Int { addresses.count }

    /// The names for which `client` was given the address `server` and which count at `time`, the latest learned first,
    /// at most four; ambiguous if there is, or was room for, more than one: then none of them is sure.
    public func names(
        client: IPAddress, server: IPAddress, at time: Timestamp
    ) -> (names: [String], isAmbiguous: Bool) {
        guard let held = addresses.value(of: Pair(client: client, server: server)) else { return ([], false) }
        let (names, isCut) = held.alive(at: time)
        return (names, names.count > 1 || (isCut && !names.isEmpty))
    }

    /// The names for which `client` was given an ECH configuration of `publicName` and which count at `time`, the
    /// latest learned first, at most eight. A hello with that outer name may be for any of them.
    public func sawECH(client: IPAddress, publicName: String, at time: Timestamp) -> [String] {
        covers.value(of: ECHOuterName(client: client, publicName: publicName))?.alive(at: time).names ?? []
    }

    static var namesPerAddress: Int { 4 }
    static var namesPerCover: Int { 8 }
}

/// A few names, each with the moment from which it no longer counts, the latest learned last.
struct PassiveDNSNames: Sendable {
    private var names: [(name: String, expiry: Timestamp)] = []
    private let limit: Int
    /// Until when a name that would count had to make room.
    private var lostUntil = Timestamp.distantPast

    /// Room for `limit` names.
    init(limit: Int) {
        self.limit = limit
    }

    /// The names that count at `time`, the latest learned first, and whether one more would if there had been room.
    func alive(at time: Timestamp) -> (names: [String], isCut: Bool) {
        (names.reversed().filter { time < $0.expiry }.map(\.name), time < lostUntil)
    }

    /// Adds `name` as the latest, or makes it so; returns whether a name that still counted made room.
    mutating func learn(_ name: String, until expiry: Timestamp, at time: Timestamp) -> Bool {
        var expiry = expiry
        if let place = names.firstIndex(where: { $0.name == name }) {
            // A shorter second answer does not take back what the client may still use of the first.
            expiry = max(expiry, names[place].expiry)
            names.remove(at: place)
        }
        names.removeAll { $0.expiry <= time }
        names.append((name, expiry))
        guard names.count > limit else { return false }
        lostUntil = max(lostUntil, names.removeFirst().expiry)
        return true
    }
}
