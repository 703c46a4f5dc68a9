import Activity
import Bytes
import Events
import Flows
import Protocols
import PublicSuffix
import Rules
import Settings
import Vendors

/// Attributes flows, evaluates the rules, and writes events.
///
/// Off the packet path: it is called when a flow starts, is named, is reported or ends.
struct Reporter: ~Copyable, FlowObserver {
    /// What a reporter goes by.
    struct Options {
        /// The sensor's id.
        var sensor: String
        /// Which flows are written.
        var flows: FlowSelection
        /// Whether DNS questions are written.
        var writesQuestions: Bool
        /// Whether what exceptions of rules suppress is written.
        var writesSuppressed: Bool
        /// The bounds of the rule engine.
        var ruleLimits: RuleEngine.Limits
        /// The days of the inventory; `nil` for none.
        var inventoryDays: DayClock?
        /// The most memory for the inventory of a day, in bytes.
        var inventoryMemory: Int
        /// What the run keeps in memory for its caller.
        var recorded: RunRecord.Contents
        /// What is remembered of first sightings.
        var firstSeen: FirstSeenWatch.Options
    }

    private(set) var attributions: FlowAttribution
    private var fingerprints: FingerprintSet
    private var lists: ReferenceLists
    private var groups: ClientGroups
    private let flows: FlowSelection
    private let sensor: String
    private let writesQuestions: Bool
    private var triggers: Set<Trigger>
    private(set) var rules: RuleEngine
    private var clients: ClientWatch
    private var firstSeen: FirstSeenWatch
    private var inventory: Inventory?
    /// The share of the packets that could be judged, as it was reported last.
    var coverageRatio: Double?
    /// Flows without a vendor that an alert was raised about, as long as they continue: they are written to their end.
    private var alerted: Set<UInt64> = []
    /// Whether the flow that was observed last is of interest for what it may show yet, and for nothing else.
    private var isOnlyCandidate = false
    private static var alertedLimit: Int { 65_536 }
    private(set) var wantsGlances = false
    private(set) var kind: UInt8 = 0
    private var parts = PartMemory()
    private var output: EventOutput
    private var aiFlows: UInt64 = 0
    private var likelyRealECH: UInt64 = 0
    private var traffic = VendorTraffic()
    private var hasBegun = false
    /// Whether the flow that was observed last is of interest for its name alone.
    private var isOnlyHinted = false
    /// What a person should know of the start.
    private(set) var notes: [String] = []
    /// When rules and catalog were last read; nothing before the start.
    var loadTime: Timestamp?
    /// Whether the latest reload brought what is in use.
    var isLastReloadGood = true
    /// Whether anything is wrong with the sensor, for rules that ask.
    var isDegraded = false
    /// Whether frames are being lost, so that no flow of this time is known to be complete.
    var isLosing = false
    /// The run for a person.
    private(set) var summary = RunSummary()
    /// What the configuration asked to keep.
    private(set) var record: RunRecord

    /// A reporter that writes to `output`.
    init(_ options: Options, _ knowledge: ReferenceData, output: consuming EventOutput) {
        attributions = FlowAttribution(knowledge.catalog)
        fingerprints = knowledge.fingerprints
        lists = knowledge.lists
        groups = knowledge.groups
        rules = RuleEngine(
            rules: knowledge.rules, limits: options.ruleLimits, reportsSuppressed: options.writesSuppressed)
        clients = ClientWatch(knowledge)
        firstSeen = FirstSeenWatch(options.firstSeen, knowledge.rules)
        inventory = options.inventoryDays.map {
            Inventory(clock: $0, memoryLimit: options.inventoryMemory)
        }
        triggers = Self.triggers(of: knowledge.rules)
        flows = options.flows
        sensor = options.sensor
        writesQuestions = options.writesQuestions
        record = RunRecord(options.recorded)
        self.output = output
    }

    private static func triggers(of rules: RuleSet) -> Set<Trigger> {
        Set(Trigger.allCases.filter { rules.isEvaluated(on: $0) })
    }

    /// Continues with `knowledge` from the next event on. The state of rules that did not change is kept.
    mutating func adopt(_ knowledge: ReferenceData) {
        attributions.adopt(knowledge.catalog)
        fingerprints = knowledge.fingerprints
        lists = knowledge.lists
        groups = knowledge.groups
        clients.adopt(knowledge)
        firstSeen.adopt(knowledge.rules)
        triggers = Self.triggers(of: knowledge.rules)
        var alerts: [Alert] = []
        rules.adopt(knowledge.rules) { alerts.append($0) }
        write(alerts)
    }

    /// Whether `knowledge` says nothing else than what is in use.
    func knows(_ knowledge: ReferenceData) -> Bool {
        knowledge.rules.hash == rules.rules.hash && knowledge.catalog.vendors == attributions.catalog.vendors
            && knowledge.catalog.entries == attributions.catalog.entries && knowledge.fingerprints == fingerprints
            && knowledge.lists == lists && knowledge.groups == groups
    }

    /// Writes the heads of sealed logs outside the machine if they are due.
    mutating func anchorOutput(at time: Timestamp) { output.anchor(at: time) }

    /// Has the output files opened again.
    func reopenOutput() {
        output.reopen()
    }

    /// Begins the output, before the first event.
    mutating func begin(at time: Timestamp) {
        loadTime = loadTime ?? time
        guard !hasBegun else { return }
        hasBegun = true
        output.begin(at: time)
        for event in firstSeen.begin(at: time) {
            if case .health(let notice) = event { notes.append(notice.detail) }
            output.write(event)
        }
    }

    func wants(_ moment: FlowLifecycleEvent, ofInterest: Bool) -> Bool {
        if record.contents.contains(.observations) { return true }
        return switch moment {
        case .started: triggers.contains(.flowStart)
        case .named: true
        case .glanced: true
        case .answered: triggers.contains(.flowAnswered) && (ofInterest || !rules.rules.answersConcernVendors)
        case .updated: ofInterest || flows == .all || triggers.contains(.flowUpdate)
        case .ended:
            ofInterest || flows == .all || triggers.contains(.flowEnd)
                || !record.contents.isDisjoint(with: [.hosts, .farEnds])
        }
    }

    mutating func observe(_ flow: FlowSnapshot, at moment: FlowLifecycleEvent) -> Bool {
        let client = clients.client(of: flow)
        var observation = Observation(
            time: flow.end, flow: flow, attribution: attributions.attribution(of: flow, client: client), sensor: sensor)
        observation.domainReader = { PublicSuffixList.registrableDomain(of: $0) }
        observation.sourceGroup = groups.group(of: flow.client.address)
        observation.isDegraded = isDegraded
        observation.isLossy = isLosing
        let isCandidate = moment != .started && clients.complete(&observation, client: client)
        observation.findNameHint()
        observation.firstSeen = firstSeen.facts(of: observation, at: moment)
        let hasVendor = observation.attribution?.vendor != nil
        let isHinted = moment != .started && observation.nameHint != nil
        if moment == .named, !flow.isNamedAgain { count(named: flow, hasVendor: hasVendor) }
        let isSuspected = observation.relay?.isSuspected == true
        wantsGlances = isCandidate && !isSuspected
        kind = hasVendor ? 0 : RunSummary.kind(of: observation.attribution)
        var hasAlert = false
        if let trigger = Self.trigger(of: moment) {
            record.add(observation, on: trigger)
            hasAlert = judge(observation, trigger)
        }
        // A relay is reported when it is seen, not when its flow ends.
        if isSuspected, moment == .named || moment == .glanced {
            hasAlert = judge(observation, .flowUpdate, onlyEarly: true) || hasAlert
        }
        note(flow, hasAlert: hasAlert)
        if moment == .named, output.isWatched { show(observation) }
        isOnlyCandidate = isCandidate && !hasVendor && !hasAlert && !isSuspected
        isOnlyHinted = isHinted && !isCandidate && !hasAlert
        if moment == .updated || moment == .ended {
            summary.add(observation)
            traffic.add(flow, observation.attribution)
            takeStock(of: observation)
            if flows == .all || flows == .ai && isOfInterest(observation, isCandidate: isCandidate || isHinted) {
                observation.domain = flow.host.flatMap { attributions.domain(of: $0.name) }
                observation.domainReader = nil
                observation.earlier = parts.take(observation)
                output.write(.flow(observation))
            }
            if moment == .ended { alerted.remove(flow.id) }
        }
        return hasVendor || hasAlert || isCandidate || isHinted
    }

    /// Shows a flow that was just named on the live page, if its reports will be.
    private mutating func show(_ observation: Observation) {
        guard flows == .all || flows == .ai && isOfInterest(observation, isCandidate: true) else { return }
        output.show(observation)
    }

    /// Counts a flow that was just named.
    private mutating func count(named flow: FlowSnapshot, hasVendor: Bool) {
        if hasVendor { aiFlows &+= 1 }
        if flow.tls?.ech == .likelyReal { likelyRealECH &+= 1 }
    }

    /// Adds a flow to the inventory of the day, after what is left of a day that ended.
    private mutating func takeStock(of observation: Observation) {
        guard let ended = inventory?.advance(to: observation.time, coverage: coverageRatio) else { return }
        for report in ended { output.write(.inventory(report)) }
        inventory?.add(observation)
    }

    /// Remembers that an alert was raised about a flow, as long as there is room.
    private mutating func note(_ flow: FlowSnapshot, hasAlert: Bool) {
        if hasAlert, alerted.count < Self.alertedLimit { alerted.insert(flow.id) }
    }

    /// Whether a flow is written where only those of interest are: a candidate for a suspicion, or a name that says AI, is none for that alone.
    private func isOfInterest(_ observation: Observation, isCandidate: Bool) -> Bool {
        if observation.attribution?.vendor != nil || observation.relay?.isSuspected == true { return true }
        return alerted.contains(observation.flow.id) || observation.flow.isOfInterest && !isCandidate
    }

    /// The flows that are written, or concern a vendor or a rule; one that may turn out to be a relay's on trial.
    func wantsTraffic(of flow: FlowSnapshot, ofInterest: Bool) -> TrafficInterest {
        if flows == .all { return .whole }
        guard ofInterest, !isOnlyHinted else { return .none }
        return isOnlyCandidate ? .trial : .whole
    }

    func isWorthFollowing(_ traffic: FlowTraffic?) -> Bool { traffic.map(ClientWatch.hasSigns) ?? false }

    var wantsQuestions: Bool {
        writesQuestions || triggers.contains(.dns) || record.contents.contains(.observations)
    }

    var keepsFlows: Bool { rules.keepsFlows || firstSeen.keepsFlows }

    mutating func forget(flow id: UInt64) {
        rules.forget(flow: id)
        firstSeen.forget(flow: id)
    }

    /// Saves first sightings if it is time.
    mutating func tendFirstSeen(at time: Timestamp) { firstSeen.tend(at: time) }

    /// Saves first sightings at the end of the run; why that failed.
    mutating func finishFirstSeen() -> String? { firstSeen.finish() }

    mutating func observe(_ question: DNSQuestion, in flow: FlowSnapshot) {
        var observation = Observation(
            time: question.time, flow: flow, attribution: attributions.attribution(of: question), sensor: sensor)
        observation.question = question
        observation.sourceGroup = groups.group(of: flow.client.address)
        observation.isDegraded = isDegraded
        observation.isLossy = isLosing
        record.add(observation, on: .dns)
        _ = judge(observation, .dns)
        if writesQuestions { output.write(.dns(observation)) }
    }

    mutating func count(_ flow: EndedFlow) { summary.add(flow) }

    /// Asks the rules, with `onlyEarly` those on relays ahead of the flow's next report; true if one of them raised or updated
    /// an alert.
    private mutating func judge(_ observation: Observation, _ trigger: Trigger, onlyEarly: Bool = false) -> Bool {
        guard triggers.contains(trigger) else { return false }
        var alerts: [Alert] = []
        rules.evaluate(observation, on: trigger, onlyEarly: onlyEarly) { alerts.append($0) }
        write(alerts)
        return alerts.contains { $0.status == .open || $0.status == .update }
    }

    private mutating func write(_ alerts: [Alert]) {
        for alert in alerts {
            summary.add(alert)
            record.add(alert)
            output.write(.alert(alert))
        }
    }

    private static func trigger(of moment: FlowLifecycleEvent) -> Trigger? {
        switch moment {
        case .glanced: nil
        case .started: .flowStart
        case .named: .flowNamed
        case .answered: .flowAnswered
        case .updated: .flowUpdate
        case .ended: .flowEnd
        }
    }

    /// Closes every alert and tells the inventory of the day: nothing more will come.
    mutating func finish(at time: Timestamp) {
        var alerts: [Alert] = []
        rules.finish(at: time) { alerts.append($0) }
        write(alerts)
        guard let ended = inventory?.finish(at: time, coverage: coverageRatio) else { return }
        for report in ended { output.write(.inventory(report)) }
    }

    /// Fills in what was attributed and judged; `isLive` adds what depends on the machine.
    func fill(_ report: inout StatsReport, isLive: Bool) {
        report.firstSeen = firstSeen.report(at: report.time)
        report.attribution.aiFlows = aiFlows
        report.attribution.echLikelyReal = likelyRealECH
        report.attribution.catalog = attributions.catalog.version
        report.activity.clients = UInt64(clients.memory.count)
        report.activity.clientsOmitted = clients.memory.overflow &+ attributions.overflow
        report.activity.inventoryRows = UInt64(inventory?.count ?? 0)
        report.activity.inventoryOmitted = inventory?.overflow ?? 0
        report.activity.incrementsOmitted = parts.omitted
        report.rules.loaded = UInt64(rules.rules.rules.count)
        report.rules.rulesetHash = rules.rules.rules.isEmpty ? nil : rules.rules.hash
        report.rules.take(rules.counters)
        report.rules.take(rules.openAlerts)
        report.activity.inventoryBytes = UInt64(inventory?.memory ?? 0)
        report.rules.lastReloadOK = isLastReloadGood
        if isLive {
            report.outputs = output.report
            report.attribution.catalogAge = attributions.catalogAge(at: report.time)
            report.attribution.vendorBytes = traffic.report
            report.rules.loadTime = loadTime
        }
        report.outputFailure = outputFailure?.description
    }

    /// The number of the next event.
    var nextEvent: UInt64 { output.nextEvent }

    /// How many events the outputs gave up.
    var eventsLost: UInt64 { output.lost }

    /// Why not everything could be written.
    var outputFailure: SinkError? { output.currentFailure }

    /// Writes an event that concerns no single flow.
    mutating func write(_ event: Event) {
        output.write(event)
    }

    /// Writes the last event, waits until all is written, and closes.
    mutating func end(_ reason: StopReport.Reason, detail: String?, at time: Timestamp, packets: UInt64) {
        output.end(reason, detail: detail, at: time, packets: packets)
    }
}
