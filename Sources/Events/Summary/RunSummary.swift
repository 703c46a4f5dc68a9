import Flows
public import Rules
import Vendors

/// What a run showed, for a person at a terminal: vendors, products and roles, alerts, and what was not seen.
///
/// Bounded: it keeps at most 1,024 products and 1,024 rules and adds up the rest as one. Its text depends on what was
/// added alone, not on the order of it, as long as the bound is not reached.
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

        mutating func add(_ flow: FlowSnapshot) {
            flows &+= 1
            up &+= flow.bytesUp
            down &+= flow.bytesDown
        }
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
    private(set) var others = Traffic()
    private(set) var unnamed = Traffic()

    /// Nothing seen yet.
    public init() {}

    /// Adds a flow's last report; those before it say nothing that it does not, and are passed over.
    public mutating func add(_ observation: Observation) {
        guard observation.flow.isFinal else { return }
        guard let attribution = observation.attribution else {
            if observation.flow.host == nil {
                unnamed.add(observation.flow)
            } else {
                others.add(observation.flow)
            }
            return
        }
        let key = Product(
            vendor: attribution.vendor ?? "(shared)", product: attribution.product ?? "-",
            role: attribution.role.rawValue)
        if products[key] == nil, products.count >= Self.rowLimit {
            furtherProducts.add(observation.flow)
        } else {
            products[key, default: Traffic()].add(observation.flow)
        }
    }

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
