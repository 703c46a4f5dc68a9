import Bytes
public import Flows
import Protocols
public import Rules
public import Vendors

/// What a run showed, for a person at a terminal: vendors, products and roles, suspected relays, unlisted names that say AI, alerts, all other traffic, and
/// what was not seen.
///
/// It counts every flow that ended, written as an event or not. Bounded: it keeps at most 1,024 products, relays, names and rules and adds
/// up the rest as one. Its text depends on what was added alone, not on the order of it, as long as the bound is not reached.
public struct RunSummary: Sendable {
    struct Product: Hashable {
        var vendor: String
        var product: String
        var role: String

        /// Hashes the product alone: texts are expensive to hash, and few vendors share the name of one.
        func hash(into hasher: inout Hasher) { hasher.combine(product) }
    }

    struct Traffic: Equatable {
        var flows: UInt64 = 0
        var up: UInt64 = 0
        var down: UInt64 = 0
        /// Requests and interactions of the flows in which they were counted; `nil` if they were in none.
        var requests: Estimate?
        var interactions: Estimate?

        var bytes: UInt64 { up &+ down }

        mutating func add(up: UInt64, down: UInt64) {
            flows &+= 1
            self.up &+= up
            self.down &+= down
        }

        mutating func add(_ observation: Observation) {
            add(up: observation.flow.bytesUp, down: observation.flow.bytesDown)
            if let more = observation.flow.traffic?.requests { requests = Self.sum(requests, more) }
            if let more = observation.interactions { interactions = Self.sum(interactions, more) }
        }

        /// Bounds add up as the estimates do.
        private static func sum(_ sum: Estimate?, _ more: Estimate) -> Estimate {
            guard let sum else { return more }
            return Estimate(sum.value &+ more.value, low: sum.low &+ more.low, high: sum.high &+ more.high)
        }
    }

    /// What was seen of one far end that is suspected to be a relay.
    struct Relay: Equatable {
        var score = 0
        var reasons: [String] = []
        var traffic = Traffic()

        /// Whether `reasons` and `score` take the place of these: the higher score, and of equal ones the first in order.
        func yields(to score: Int, _ reasons: [String]) -> Bool {
            score > self.score || (score == self.score && reasons.joined() < self.reasons.joined())
        }
    }

    /// What was seen of one far end that the catalog does not list and whose name says AI.
    struct Hint: Equatable {
        var word: String
        var traffic = Traffic()
    }

    struct RuleHits: Equatable {
        var severity: Severity
        var title: String
        var alerts: UInt64 = 0
    }

    /// The most products, and the most rules, that are distinguished.
    static var rowLimit: Int { 1024 }

    private(set) var products: [Product: Traffic] = [:]
    private(set) var furtherProducts = Traffic()
    private(set) var rules: [String: RuleHits] = [:]
    private(set) var furtherAlerts: UInt64 = 0
    private(set) var relays: [String: Relay] = [:]
    private(set) var furtherRelays = Traffic()
    private(set) var hints: [String: Hint] = [:]
    private(set) var furtherHints = Traffic()
    private(set) var others = Traffic()
    private(set) var unnamed = Traffic()
    private(set) var silent = Traffic()
    /// The clients with AI traffic, at most `sourceLimit` of them.
    private(set) var sources: Set<IPAddress> = []
    private(set) var sourcesAreCut = false
    /// What the run read; known at its end.
    public var scope: RunScope?

    /// The most clients that are distinguished.
    static var sourceLimit: Int { 65_536 }

    /// Nothing seen yet.
    public init() {}

    /// Adds a flow's last report; those before it say nothing that it does not, and are passed over.
    public mutating func add(_ observation: Observation) {
        guard observation.flow.isFinal else { return }
        let flow = observation.flow
        if observation.attribution != nil || observation.relay?.isSuspected == true { addSource(flow.client.address) }
        if let relay = observation.relay, relay.isSuspected {
            add(relay, of: observation)
        } else if let attribution = observation.attribution {
            add(
                Product(
                    vendor: attribution.vendor ?? Self.shared, product: attribution.product ?? "-",
                    role: attribution.role.rawValue)
            ) { $0.add(observation) }
        } else {
            if let word = observation.nameHint { add(hint: word, of: observation) }
            addOther(isNamed: flow.host != nil, up: flow.bytesUp, down: flow.bytesDown)
        }
    }

    private mutating func add(hint word: String, of observation: Observation) {
        guard let host = observation.flow.host?.name else { return }
        guard hints[host] != nil || hints.count < Self.rowLimit else { return furtherHints.add(observation) }
        hints[host, default: Hint(word: word)].traffic.add(observation)
    }

    /// Adds a flow that ended and of which no report was wanted.
    public mutating func add(_ flow: EndedFlow) {
        guard flow.kind > 0, let role = Role.allCases[checked: Int(flow.kind) - 1] else {
            return addOther(isNamed: flow.isNamed, up: flow.bytesUp, down: flow.bytesDown)
        }
        add(Product(vendor: Self.shared, product: "-", role: role.rawValue)) {
            $0.add(up: flow.bytesUp, down: flow.bytesDown)
        }
    }

    /// The kind by which a flow with an attribution that names no vendor is counted, if no report of its end is wanted: the
    /// number of its role, from 1. 0 for a flow without an attribution.
    public static func kind(of attribution: Attribution?) -> UInt8 {
        guard let attribution, let index = Role.allCases.firstIndex(of: attribution.role) else { return 0 }
        return UInt8(clamping: index + 1)
    }

    private mutating func add(_ key: Product, _ change: (inout Traffic) -> Void) {
        if products[key] == nil, products.count >= Self.rowLimit {
            change(&furtherProducts)
        } else {
            change(&products[key, default: Traffic()])
        }
    }

    private mutating func addSource(_ address: IPAddress) {
        if sources.count < Self.sourceLimit {
            sources.insert(address)
        } else if !sources.contains(address) {
            sourcesAreCut = true
        }
    }

    private mutating func add(_ relay: RelaySuspicion, of observation: Observation) {
        let far = observation.flow.host?.name ?? observation.flow.server.address.description
        guard relays[far] != nil || relays.count < Self.rowLimit else { return furtherRelays.add(observation) }
        var row = relays[far] ?? Relay()
        if row.yields(to: relay.score, relay.reasons) { (row.score, row.reasons) = (relay.score, relay.reasons) }
        row.traffic.add(observation)
        relays[far] = row
    }

    private mutating func addOther(isNamed: Bool, up: UInt64, down: UInt64) {
        if isNamed {
            others.add(up: up, down: down)
        } else if up &+ down > EndedFlow.bareHandshake {
            unnamed.add(up: up, down: down)
        } else {
            silent.add(up: up, down: down)
        }
    }

    private static var shared: String { "(shared)" }

    /// Adds an alert that opens; its updates and its end are the same alert.
    public mutating func add(_ alert: Alert) {
        guard alert.status == .open else { return }
        if rules[alert.ruleID] == nil, rules.count >= Self.rowLimit {
            furtherAlerts &+= 1
            return
        }
        var hits = rules[alert.ruleID] ?? RuleHits(severity: alert.severity, title: alert.title)
        hits.severity = max(hits.severity, alert.severity)
        hits.alerts &+= 1
        rules[alert.ruleID] = hits
    }
}

extension Array {
    /// The element at `index`; `nil` if there is none.
    fileprivate subscript(checked index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
