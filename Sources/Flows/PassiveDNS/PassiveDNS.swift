public import Bytes
public import Protocols

/// Which names each client was given for each address, from the DNS answers that were seen: the evidence for a flow
/// whose own bytes contain no name.
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
        /// Pairs of client and address, or client and public name, that were evicted for others.
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

extension PassiveDNS {
    /// Remembers what the answer `message` gave `client` at `time`; a question teaches nothing.
    ///
    /// The name remembered is the one asked for; names that its chain passes through are not, for the client never
    /// spoke of them. Addresses count from A, AAAA and the hints of HTTPS and SVCB records, and only where their owner
    /// is the name asked for or one that it leads to. Cost: linear in the records and the
    /// text of their names, and a string if there is one of use.
    public mutating func learn(client: IPAddress, message: borrowing DNSAnswerSet, at time: Timestamp) {
        guard message.header.isResponse, !message.records.isEmpty else { return }
        let chain = CNAMEChain(message, &numbers)
        counted.refused &+= UInt64(chain.strangers)
        guard chain.hasUse else { return }
        guard let name = Self.hostAsked(in: message) else {
            counted.refused &+= 1
            return
        }
        counted.learned &+= 1
        for index in message.records.indices where chain.contains(index) {
            let record = message.records[index]
            let expiry = time.advanced(byNanoseconds: Self.lifetime(chain.timeToLive(of: record)))
            switch record.content {
            case .address(let address), .hint(let address):
                learn(name, of: Pair(client: client, server: address), until: expiry, at: time)
            case .publicName(let range):
                let cover = ECHOuterName(client: client, publicName: message.name(range))
                learn(name, behind: cover, until: expiry, at: time)
            case .alias, .service: break
            }
        }
    }

    private mutating func learn(_ name: String, of pair: Pair, until expiry: Timestamp, at time: Timestamp) {
        let displaced = addresses.update(pair, initial: PassiveDNSNames(limit: Self.namesPerAddress)) {
            $0.learn(name, until: expiry, at: time)
        }
        if displaced { counted.displacedNames &+= 1 }
    }

    private mutating func learn(_ name: String, behind cover: ECHOuterName, until expiry: Timestamp, at time: Timestamp)
    {
        let displaced = covers.update(cover, initial: PassiveDNSNames(limit: Self.namesPerCover)) {
            $0.learn(name, until: expiry, at: time)
        }
        if displaced { counted.displacedNames &+= 1 }
    }

    /// How long a name counts, in nanoseconds: the time to live and a minute, at most a day.
    static func lifetime(_ timeToLive: UInt32) -> Int64 {
        min(Int64(timeToLive) &+ 60, 86_400) &* 1_000_000_000
    }

    /// The host that the question is about: without the labels that stand for a service (`_8443._https.`, RFC 9460
    /// section 2.3); `nil` if it is no host name.
    private static func hostAsked(in message: borrowing DNSAnswerSet) -> String? {
        var text = message.text[message.question.indices]
        while text.first == UInt8(ascii: "_"), let dot = text.firstIndex(of: UInt8(ascii: ".")) {
            text = text[(dot &+ 1)...]
        }
        guard DNSName.isHostName(Array(text).rawSpan) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }
}
