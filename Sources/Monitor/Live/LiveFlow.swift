import Bytes
import Flows
import Protocols
import Rules
import Vendors

/// The vendor, product and role that traffic is counted by.
struct LiveProduct: Hashable, Sendable {
    /// The vendor's id; empty for none.
    var vendor = ""
    /// The product's id, or what takes its place.
    var product = ""
    /// What the host is for.
    var role = ""

    /// That of `observation`.
    init(_ observation: Observation) {
        if observation.relay?.isSuspected == true { product = Self.relay }
        guard let attribution = observation.attribution else { return }
        vendor = attribution.vendor ?? Self.shared
        product = attribution.product ?? product
        role = attribution.role.rawValue
    }

    /// Whether it is of no AI vendor and no suspected relay.
    var isOther: Bool { vendor.isEmpty && product.isEmpty }

    private static let relay = "suspected relay"
    private static let shared = "(shared)"
}

/// The source that AI traffic is counted by.
struct LiveClient: Hashable, Sendable {
    /// The client's address, or what the privacy settings put in its place.
    var address: IPAddress
    /// The client's group.
    var group: String?
}

/// What is kept of a report of a flow for the live page: a small part, copied on the thread that captures.
struct LiveFlow: Sendable {
    var id: UInt64
    /// Whether it is a report that is counted; otherwise the flow was only just named.
    let isReport: Bool
    let isFinal: Bool
    let isFirstPart: Bool
    let start: Timestamp
    let time: Timestamp
    let product: LiveProduct
    let source: LiveClient
    let attribution: Attribution?
    let host: NameEvidence?
    let server: FlowSnapshot.Endpoint
    let transport: FlowSnapshot.Transport
    let client: String?
    let nameHint: String?
    let bytesUp: UInt64
    let bytesDown: UInt64
    let requests: Estimate?
    let interactions: Estimate?
    let signs: [String]
    let gaps: Gaps
    /// What the report adds to those before it.
    let added: LiveUsage

    /// Why the evidence of a flow is not complete.
    struct Gaps: Sendable {
        var missedBytes: UInt64 = 0
        var conflicts = 0
        var isMidstream = false
        var isComplete = true
    }

    /// The part of `observation`, which is hidden already where the privacy settings ask for it.
    init(_ observation: Observation, isReport: Bool) {
        let flow = observation.flow
        id = flow.id
        self.isReport = isReport
        isFinal = flow.isFinal
        isFirstPart = flow.part == 1
        start = flow.start
        time = flow.isFinal ? flow.end : observation.time
        product = LiveProduct(observation)
        source = LiveClient(address: flow.client.address, group: observation.sourceGroup)
        attribution = observation.attribution
        host = flow.host
        server = flow.server
        transport = flow.transport
        client = observation.client
        nameHint = observation.nameHint
        bytesUp = flow.bytesUp
        bytesDown = flow.bytesDown
        requests = observation.requests
        interactions = observation.interactions
        signs = observation.relay.flatMap { $0.isSuspected ? $0.reasons : nil } ?? []
        gaps = Gaps(
            missedBytes: flow.missedBytes, conflicts: flow.conflicts, isMidstream: flow.isMidstream,
            isComplete: observation.isComplete)
        added = isReport ? LiveUsage(addedBy: observation) : LiveUsage()
    }
}

/// What is counted of a product or a source in a minute. Sums stay at the end of their range.
struct LiveUsage: Equatable, Sendable {
    var flows: Int64 = 0
    var up: Int64 = 0
    var down: Int64 = 0
    var requests: Int64 = 0
    var interactions: Int64 = 0

    /// Nothing.
    init() {}

    /// What the report `observation` adds to those before it; nothing if these are no longer known. An estimate may fall.
    init(addedBy observation: Observation) {
        var earlier = FlowTotals()
        switch observation.earlier {
        case .forgotten: return
        case .reported(let totals): earlier = totals
        case .nothing: break
        }
        let now = FlowTotals(observation)
        up = Int64(clamping: now.bytesUp &- min(now.bytesUp, earlier.bytesUp))
        down = Int64(clamping: now.bytesDown &- min(now.bytesDown, earlier.bytesDown))
        requests = Int64((now.requests ?? 0) &- (earlier.requests ?? 0))
        interactions = Int64((now.interactions ?? 0) &- (earlier.interactions ?? 0))
    }

    /// Whether nothing was counted.
    var isEmpty: Bool { self == LiveUsage() }

    /// Bytes both ways.
    var bytes: Int64 { Self.sum(up, down) }

    /// Adds what was counted elsewhere.
    mutating func add(_ other: LiveUsage) {
        flows = Self.sum(flows, other.flows)
        up = Self.sum(up, other.up)
        down = Self.sum(down, other.down)
        requests = Self.sum(requests, other.requests)
        interactions = Self.sum(interactions, other.interactions)
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
