public import Bytes
public import Vendors

/// What one source did with one product in one day: an `inventory` event.
public struct InventoryReport: Sendable {
    /// The traffic with hosts of one role.
    public struct Traffic: Equatable, Sendable {
        /// Flows that began to count in the day.
        public var flows: UInt64 = 0
        /// Layer-3 bytes from the source.
        public var bytesUp: UInt64 = 0
        /// Layer-3 bytes to the source.
        public var bytesDown: UInt64 = 0
        /// Requests, by the flows' estimates; `nil` if no flow has one.
        public var requests: UInt64?
        /// Interactions with a model, by the flows' estimates.
        public var interactions: UInt64?
    }

    /// How regularly telemetry left.
    public struct Cadence: Equatable, Sendable {
        /// Flows to hosts of telemetry, crash reports and feature flags.
        public var flows: UInt64 = 0
        /// Their bytes, both ways.
        public var bytes: UInt64 = 0
        /// Of all the bytes of the source with the product, from 0 to 1.
        public var share: Double = 0
        /// The median of the bytes from the source, a flow.
        public var medianUp: UInt64 = 0
        /// The median of the nanoseconds from one flow's beginning to the next's; `nil` for fewer than three flows.
        public var period: Int64?
        /// Half of the intervals are within this many nanoseconds of the period.
        public var spread: Int64?
        /// The hosts, sorted.
        public var hosts: [String] = []
    }

    /// What came before the first interaction with a model.
    public struct Prelude: Equatable, Sendable {
        /// Nanoseconds from the first flow to the first with an interaction.
        public var duration: Int64 = 0
        /// Flows.
        public var flows: UInt64 = 0
        /// Their bytes from the source.
        public var bytesUp: UInt64 = 0
        /// Their bytes to the source.
        public var bytesDown: UInt64 = 0
        /// Their hosts, sorted.
        public var hosts: [String] = []
    }

    /// When it is reported, in packet time.
    public var time: Timestamp
    /// The day's first instant.
    public var start: Timestamp
    /// The next day's first instant.
    public var end: Timestamp
    /// The day by the clocks of `zone`.
    public var day: CivilDate
    /// The IANA name of the time zone that the day is one of.
    public var zone: String
    /// The source's address.
    public var source: IPAddress
    /// The operator's group of the source.
    public var group: String?
    /// The vendor's id; `nil` for far ends that are suspected to be relays, and for unlisted ones whose name says AI.
    public var vendor: String?
    /// The product's id; `nil` if the host does not tell it.
    public var product: String?
    /// The words that say AI in the names of far ends that the catalog does not list, sorted; empty for any other row.
    public var nameHints: [String] = []
    /// The highest score of a suspected relay; `nil` if none is.
    public var relayScore: Int?
    /// The beginning of the first flow in the day.
    public var firstSeen: Timestamp
    /// The last packet of any.
    public var lastSeen: Timestamp
    /// The traffic by role, in the order of the roles.
    public var roles: [(role: Role, traffic: Traffic)] = []
    /// The far ends by name, or by address if they have none, sorted; the first 32 that were seen.
    public var hosts: [String] = []
    /// The JA4 fingerprints of the clients, sorted; the first 16 that were seen.
    public var fingerprints: [String] = []
    /// Telemetry; `nil` if there was none.
    public var telemetry: Cadence?
    /// What came before the first interaction; `nil` if there was none, or nothing before it.
    public var prelude: Prelude?
    /// Whether more hosts, fingerprints or flows were seen than are kept here.
    public var isPartial = false
    /// The share of the packets of the run so far that the sensor could judge.
    public var coverageRatio: Double?
    /// The id of the key of its pseudonyms, if it has any.
    public var privacyKey: String?
}
