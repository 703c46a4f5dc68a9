public import Bytes
public import Flows
import Protocols
public import Vendors

/// One flow at one moment, attributed: what a rule is asked about.
public struct Observation: Sendable {
    /// The moment in packet time.
    public var time: Timestamp
    /// The flow as it was then.
    public var flow: FlowSnapshot
    /// Nothing where the flow concerns no AI vendor.
    public var attribution: Attribution?
    /// The software whose hello the flow has, if it is known and still believed.
    public var client: String?
    /// Whether that software has all answers of models streamed, so that no other answer is a model's.
    public var clientStreams = false
    /// How far the far end, if no entry names it, is consistent with a server of AI models.
    public var relay: RelaySuspicion?
    /// What the flow is the first to show.
    public var firstSeen = FirstSeenFacts()
    /// The word of `nameHint`; `nil` if it was not looked for.
    private var foundHint: String??
    /// The registrable domain of the flow's host, if it is known: as it was set, or by `domainReader` each time it is
    /// asked for, because few observations are ever asked.
    public var domain: String? {
        get { givenDomain ?? flow.host.flatMap { domainReader?($0.name) } }
        set { givenDomain = newValue }
    }
    /// Tells the registrable domain of a host name.
    public var domainReader: (@Sendable (String) -> String?)?
    private var givenDomain: String?
    /// The group that the operator gave the client's address, if there is one.
    public var sourceGroup: String?
    /// The sensor's id.
    public var sensor: String
    /// Whether anything is wrong with the sensor at this moment.
    public var isDegraded = false
    /// Whether the sensor is losing frames at this moment, so that the flow may lack some.
    public var isLossy = false
    /// Whether nothing was lost that a judgement could need, as far as the flow and the sensor tell.
    public var isComplete: Bool { flow.isComplete && !isLossy }
    /// The DNS question that is judged, if it is one.
    public var question: DNSQuestion?
    /// What earlier reports of the flow said, if this is a report that is written.
    public var earlier = FlowTotals.Earlier.nothing
    /// The id of the key by which parts of it were hidden, where that was done, on its way to an output.
    public var privacyKey: String?
    /// Fields that neither the flow nor the attribution carries, by their names: what is measured elsewhere
    /// (`flow.interactions_est`), or given by a test of a rule.
    public var extras: [String: FieldValue] = [:]

    /// The observation of `flow` at `time`.
    public init(time: Timestamp, flow: FlowSnapshot, attribution: Attribution?, sensor: String) {
        self.time = time
        self.flow = flow
        self.attribution = attribution
        self.sensor = sensor
    }
}

/// How severe an alert is, least first.
public enum Severity: String, Sendable, CaseIterable, Comparable {
    case info, low, medium, high, critical

    /// Whether `left` is less severe.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }
}

/// One alert as it opens, is updated or closes; `id` stays the same over its life.
public struct Alert: Sendable {
    /// Where in its life the alert is; `suppressed` if there is none, because an exception holds it back.
    public enum Status: String, Sendable, CaseIterable { case open, update, closed, suppressed }

    /// From the rule, the group and the first hit: the same in every run over the same packets.
    public var id: String
    /// Where in its life the alert is.
    public var status: Status
    /// The hits so far, those suppressed by deduplication included.
    public var count: Int
    /// The packet time of the first hit.
    public var firstSeen: Timestamp
    /// The packet time of the latest hit.
    public var lastSeen: Timestamp
    /// The values of the fields of `dedup.by`, in the rule's order, as text.
    public var group: [(field: String, value: String)]
    /// The id of the rule.
    public var ruleID: String
    /// The revision of the file that the rule is in.
    public var revision: Int
    /// The name of the rule set that the rule is in.
    public var ruleset: String
    /// `sha256:` and the hexadecimal digest of the loaded files.
    public var rulesetHash: String
    /// The rule's title.
    public var title: String
    /// The rule's tags.
    public var tags: [String]
    /// How severe it is, by the rule at the latest hit.
    public var severity: Severity
    /// The rule's message with its fields filled in.
    public var message: String
    /// The value that a threshold reached, where the rule has one.
    public var thresholdValue: Double?
    /// The sources whose hits a group alert sums, counted exactly up to 1,024; `nil` for any other alert.
    public var groupedSources: Int?
    /// The name of the exception that holds it back, where its status is `suppressed`.
    public var suppressedBy: String?
    /// Whether that value is an estimate: distinct values are counted exactly up to 1,024.
    public var isThresholdEstimated = false
    /// What the latest hit was seen on.
    public var observation: Observation

    /// An alert of all its parts.
    public init(
        id: String, status: Status, count: Int, firstSeen: Timestamp, lastSeen: Timestamp,
        group: [(field: String, value: String)], ruleID: String, revision: Int, ruleset: String, rulesetHash: String,
        title: String, tags: [String], severity: Severity, message: String, thresholdValue: Double?,
        observation: Observation
    ) {
        self.id = id
        self.status = status
        self.count = count
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.group = group
        self.ruleID = ruleID
        self.revision = revision
        self.ruleset = ruleset
        self.rulesetHash = rulesetHash
        self.title = title
        self.tags = tags
        self.severity = severity
        self.message = message
        self.thresholdValue = thresholdValue
        self.observation = observation
    }
}

extension Observation {
    /// The word that says AI in the name of the far end, or in the name that is asked for, if the catalog lists neither the name
    /// nor the address; `nil` if there is none. Cost: one pass over the name, none after `findNameHint`.
    public var nameHint: String? { foundHint ?? readNameHint }

    /// Looks for the word once, for all who ask for it later.
    public mutating func findNameHint() { foundHint = .some(readNameHint) }

    /// Has the word looked for again: the names are no longer those that it was found in.
    public mutating func forgetNameHint() { foundHint = nil }

    private var readNameHint: String? {
        guard attribution == nil else { return nil }
        if let question { return NameHint(host: question.name)?.word }
        guard let host = flow.host, host.isHost else { return nil }
        return NameHint(host: host.name)?.word
    }

    /// How many requests the flow carried; `nil` if they were not counted.
    public var requests: Estimate? { flow.traffic?.requests }

    /// How many of them went to a model: by their shape, and by what the host is for.
    ///
    /// A host of inference has few others. One that serves pages beside it streams what a model says; so of it, and of an
    /// unlisted one, only streamed answers count, unless that is suspected to be a relay. One that serves something else
    /// has none. Of a client that has all answers streamed only these count. A suspicion proves nothing, so that its lower
    /// bound is zero.
    public var interactions: Estimate? {
        guard let traffic = flow.traffic else { return nil }
        var whole = traffic.interactions
        if clientStreams { whole = Estimate(traffic.streamed, low: traffic.streamed, high: whole.high) }
        if relay?.isSuspected == true { return Estimate(whole.value, low: 0, high: whole.high) }
        guard let attribution, attribution.vendor != nil else {
            return Estimate(traffic.streamed, low: 0, high: whole.high)
        }
        return switch attribution.role {
        case .inference: whole
        case .web, .unclassified: Estimate(traffic.streamed, low: traffic.streamed, high: whole.high)
        case .auth, .telemetry, .crash, .featureFlags, .update, .content, .mcp, .support:
            Estimate(0, low: 0, high: traffic.streamed)
        }
    }
}
