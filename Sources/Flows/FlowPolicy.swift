public import Protocols

/// The timeouts and limits of a tracker.
public struct FlowPolicy: Sendable {
    /// After how long without a packet a flow ends, in nanoseconds.
    public struct IdleTimeouts: Equatable, Sendable {
        /// TCP that no one has answered.
        public var tcpUnanswered: Int64 = 60 * second
        /// TCP in use.
        public var tcp: Int64 = 600 * second
        /// TCP after its end, for stragglers.
        public var tcpClosed: Int64 = 5 * second
        /// UDP that no one has answered.
        public var udpUnanswered: Int64 = 60 * second
        /// UDP both ways.
        public var udp: Int64 = 180 * second

        /// The defaults.
        public init() {}
    }

    /// Which ids around packets distinguish flows, in addition to their ends.
    public var scope: FlowScope = []
    /// The most named flows of interest that are remembered after they ended for lack of packets or of room.
    public var rememberedFlows = 4_096
    /// When flows end for lack of packets.
    public var idle = IdleTimeouts()
    /// After how long a flow that lives on is reported, in nanoseconds; `nil` for never.
    public var active: Int64?
    /// The most memory for flows, in bytes: tables, what is known of each, unfinished readings, and the counting of requests.
    public var memory = 256 << 20
    /// The most memory for streams and datagrams whose name is not whole yet, in bytes; never more than a quarter of `memory`.
    public var unfinishedMemory = 64 << 20
    /// The most memory for counting requests, in bytes, and never more than an eighth of `memory`; flows beyond it are not counted.
    public var trafficMemory = 32 << 20
    /// The share of the table that unanswered flows may fill: one in so many.
    public var unansweredShare = 4

    /// The most flows that end or are reported, because of their time, before the next packet is looked at. Live, many flows may be due
    /// in the same second, and packets must not wait for all of them.
    public var endsPerPacket = Int.max

    /// The outer names of Encrypted Client Hello that exist for nothing else, in lower case.
    public var echPublicNames: Set<String> = []
    /// Whether a name is listed as a vendor's, so that nothing that DNS says of another name hides it. Asked of the outer
    /// names of hellos with an encrypted_client_hello extension alone.
    public var isListed: @Sendable (String) -> Bool = { _ in false }
    /// Which hosts keep which of two copies of a byte.
    public var overlaps = OverlapPolicies()
    /// Whose tunnels are believed.
    public var trustedTunnels = TunnelTrust()
    /// Whether DNS answers are learned of which no question was seen: for a capture that sees the answers alone.
    public var learnsUnaskedAnswers = false
    /// The resolvers that answer hidden DNS questions.
    public var resolvers = KnownResolvers(entries: [])

    /// The defaults.
    public init() {}

    /// The most named flows that are remembered after their end: as many as are asked for, and never more than a thirty-second
    /// of `memory` holds at 1 KiB each.
    var continuationCapacity: Int { min(max(1, rememberedFlows), max(1, memory >> 15)) }

    /// The most flows that `memory` holds.
    public var capacity: Int { max(16, memory / (FlowTable.bytesPerFlow + Self.bytesPerName)) }

    /// What the name, the fingerprints and the lists of a flow take, as measured over real hellos, rounded up.
    private static var bytesPerName: Int { 768 }
    private static var second: Int64 { 1_000_000_000 }
}
