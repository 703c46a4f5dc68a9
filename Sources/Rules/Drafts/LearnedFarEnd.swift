public import Bytes
import Flows
public import Protocols
import Vendors

/// What a run saw of one far end: a host by its name, or an address without one. From it an allow list is learned, with reasons.
public struct LearnedFarEnd: Equatable, Sendable {
    /// The host name in lower case, or the address as text.
    public let name: String
    /// The flows that ended.
    public private(set) var flows = 0
    /// Those of them that the far end answered.
    public private(set) var answered = 0
    /// Those whose names contradict each other.
    public private(set) var contradicted = 0
    /// The first sources that were seen, 8 at most, in their order.
    public private(set) var sources: [IPAddress] = []
    /// Whether there were more sources.
    public private(set) var hasMoreSources = false
    /// The beginning of the first flow.
    public private(set) var first: Timestamp
    /// The end of the latest.
    public private(set) var last: Timestamp
    /// The flows by what named them.
    public private(set) var evidence: [HostSource: Int] = [:]
    /// The far end's ports, the first 8, in their order.
    public private(set) var ports: [UInt16] = []
    /// The vendor and the product that the catalog gives it.
    public private(set) var vendor: String?
    /// The product.
    public private(set) var product: String?
    /// The word that says AI in its name, if the catalog does not list it.
    public private(set) var nameHint: String?

    /// Nothing seen of `name` before the flow of `observation`.
    public init(_ name: String, _ observation: Observation) {
        self.name = name
        first = observation.flow.start
        last = observation.flow.end
        add(observation)
    }

    /// Adds a flow that ended.
    public mutating func add(_ observation: Observation) {
        let flow = observation.flow
        flows += 1
        if flow.isAnswered { answered += 1 }
        if flow.isContradicted { contradicted += 1 }
        if !sources.contains(flow.client.address) {
            if sources.count < Self.most { sources.append(flow.client.address) } else { hasMoreSources = true }
        }
        if !ports.contains(flow.server.port), ports.count < Self.most { ports.append(flow.server.port) }
        first = min(first, flow.start)
        last = max(last, flow.end)
        evidence[observation.hostSource, default: 0] += 1
        vendor = vendor ?? observation.attribution?.vendor
        product = product ?? observation.attribution?.product
        nameHint = nameHint ?? observation.nameHint
    }

    /// The most sources and ports.
    private static var most: Int { 8 }
}

extension LearnedFarEnd {
    /// Why it is in an allow list: whose it is, how many flows of whom, when, and by what evidence. One line of ASCII.
    var reason: String {
        let owner = [vendor, product].compactMap(\.self).joined(separator: "/")
        let whose =
            vendor != nil ? owner : nameHint.map { "not in the catalog, its name says \($0)" } ?? "not in the catalog"
        let count = flows == 1 ? "1 flow" : "\(flows) flows"
        let unanswered = answered < flows ? ", \(flows - answered) of them not answered" : ""
        let who = sources.map(\.description).sorted().joined(separator: " ") + (hasMoreSources ? " and others" : "")
        let proof = evidence.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
        let port = ports.sorted().map { "\($0)" }.joined(separator: " ")
        return
            "\(whose); \(count)\(unanswered) of \(who) to port \(port); \(first.rfc3339) to \(last.rfc3339); evidence "
            + proof.joined(separator: ", ")
    }

    /// Why it is not learned; `nil` if it is.
    var objection: String? {
        if IPAddress(name) == nil, !HostName.isHost(name) || HostText.normalised(name) == nil {
            return "it is no host name"
        }
        if answered == 0 { return "no one answered" }
        if contradicted == flows { return "its names contradict each other" }
        return nil
    }
}
