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

        /// Hashes the product alone: texts are dear to hash, and few vendors share the name of one.
        func hash(into hasher: inout Hasher) { hasher.combine(product) }
    }

    struct Traffic: Equatable {
        var flows: UInt64 = 0
        var up: UInt64 = 0
        var down: UInt64 = 0

        var bytes: UInt64 { up &+ down }

        mutating func add(up: UInt64, down: UInt64) {
            flows &+= 1
            self.up &+= up
            self.down &+= down
        }

        mutating func add(_ flow: FlowSnapshot) { add(up: flow.bytesUp, down: flow.bytesDown) }
    }

    /// What was seen of one far end that is suspected to be a relay.
    struct Relay: Equatable {
        var score = 0
        var reasons: [String] = []
        var traffic = Traffic()

        /// Whether `reasons` and `score` are to are in place of these: the higher score, and of equal ones the first in order.
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

    /// The most products, and the most rules, that are told apart.
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

    /// Nothing seen yet.
    public init() {}

    /// Adds a flow's last report; those before it say nothing that it does not, and are passed over.
    public mutating func add(_ observation: Observation) {
        guard observation.flow.isFinal else { return }
        let flow = observation.flow
        if let relay = observation.relay, relay.isSuspected {
            add(relay, of: flow)
        } else if let attribution = observation.attribution {
            add(
                Product(
                    vendor: attribution.vendor ?? Self.shared, product: attribution.product ?? "-",
                    role: attribution.role.rawValue), up: flow.bytesUp, down: flow.bytesDown)
        } else {
            if let word = observation.nameHint { add(hint: word, of: flow) }
            addOther(isNamed: flow.host != nil, up: flow.bytesUp, down: flow.bytesDown)
        }
    }

    private mutating func add(hint word: String, of flow: FlowSnapshot) {
        guard let host = flow.host?.name else { return }
        guard hints[host] != nil || hints.count < Self.rowLimit else { return furtherHints.add(flow) }
        hints[host, default: Hint(word: word)].traffic.add(flow)
    }

    /// Adds a flow that ended and of which no report was wanted.
    public mutating func add(_ flow: EndedFlow) {
        guard flow.kind > 0, let role = Role.allCases[checked: Int(flow.kind) - 1] else {
            return addOther(isNamed: flow.isNamed, up: flow.bytesUp, down: flow.bytesDown)
        }
        add(Product(vendor: Self.shared, product: "-", role: role.rawValue), up: flow.bytesUp, down: flow.bytesDown)
    }

    /// The kind by which a flow with an attribution that names no vendor is counted, if no report of its end is wanted: the
    /// number of its role, from 1. 0 for a flow without an attribution.
    public static func kind(of attribution: Attribution?) -> UInt8 {
        guard let attribution, let index = Role.allCases.firstIndex(of: attribution.role) else { return 0 }
        return UInt8(clamping: index + 1)
    }

    private mutating func add(_ key: Product, up: UInt64, down: UInt64) {
        if products[key] == nil, products.count >= Self.rowLimit {
            furtherProducts.add(up: up, down: down)
        } else {
            products[key, default: Traffic()].add(up: up, down: down)
        }
    }

    private mutating func add(_ relay: RelaySuspicion, of flow: FlowSnapshot) {
        let far = flow.host?.name ?? flow.server.address.description
        guard relays[far] != nil || relays.count < Self.rowLimit else { return furtherRelays.add(flow) }
        var row = relays[far] ?? Relay()
        if row.yields(to: relay.score, relay.reasons) { (row.score, row.reasons) = (relay.score, relay.reasons) }
        row.traffic.add(flow)
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
