public import Bytes
import Flows

/// Evaluates a rule set over observations in packet time: thresholds, deduplication, counters.
///
/// A value without I/O and without a clock: the same observations give the same alerts in every run. Its memory is
/// bounded by `max_groups` of each threshold and by `Limits`.
public struct RuleEngine: Sendable {
    /// The rules that are evaluated.
    public internal(set) var rules: RuleSet
    /// What was counted. Cost: a copy of it, and a look at each threshold's table; for reports, not for each event.
    public var counters: RuleCounters {
        var counters = counted
        counters.stateOverflow = thresholds.reduce(into: forgottenOverflow) { $0 &+= $1?.overflow ?? 0 }
        counters.alertOverflow = alerts.overflow &+ suppressed.overflow
        counters.flowOverflow = ledger.overflow
        return counters
    }
    private var counted = RuleCounters()
    var thresholds: [ThresholdTable?]
    var alerts = AlertTable()
    /// What exceptions suppress, where that is to be reported: in a table of its own, so that it never makes an alert close.
    var suppressed = AlertTable()
    private let reportsSuppressed: Bool
    var ledger: PerFlowRuleState
    var now = Timestamp.distantPast
    /// The rules that are judged at the end of windows.
    var windowed: [Int]
    /// What overflowed in tables that a reload dropped.
    var forgottenOverflow: UInt64 = 0
    private let limits: Limits
    /// The alerts a minute of each rule, and their group alerts.
    private var floods: [AlertFlood]
    /// The rules whose group alert is open.
    private var flooding: [Int] = []
    private var scratch = RuleIndex.Scratch()

    /// How much an engine holds.
    public struct Limits: Equatable, Sendable {
        /// The most open alerts, and the most flows that continue.
        public var capacity: Int
        /// The most bytes of open alerts, and of what exceptions suppress: a quarter is for the latter if it is reported.
        public var alertMemory: Int
        /// The alerts that a rule opens in a minute before further ones are summed in a group alert; 0 for no limit.
        public var alertsPerMinute: Int

        /// The defaults, but for those given.
        public init(capacity: Int = 100_000, alertMemory: Int = 48 << 20, alertsPerMinute: Int = 600) {
            self.capacity = capacity
            self.alertMemory = alertMemory
            self.alertsPerMinute = alertsPerMinute
        }
    }

    /// An engine for `rules` that holds as much as `limits` allow. With `reportsSuppressed` what
    /// exceptions suppress is reported too, as alerts of that status.
    public init(rules: RuleSet, limits: Limits = Limits(), reportsSuppressed: Bool = false) {
        self.rules = rules
        self.reportsSuppressed = reportsSuppressed
        self.limits = limits
        floods = Array(repeating: AlertFlood(), count: rules.rules.count)
        thresholds = Self.tables(rules)
        windowed = Self.windowed(rules)
        ledger = PerFlowRuleState(capacity: max(1, limits.capacity))
    }

    /// Evaluates the rules for `trigger`, first closing what is due by the observation's time. `emit` is called for
    /// each alert that opens, is updated or closes, in order. Cost: the rules that share a value with the observation.
    ///
    /// With `onlyEarly` the observation is ahead of the flow's next report, and only those rules are asked of which everything is
    /// known by then (`Rule.isKnownEarly`).
    public mutating func evaluate(
        _ observation: Observation, on trigger: Trigger, onlyEarly: Bool = false, emit: (Alert) -> Void
    ) {
        advance(to: observation.time, emit: emit)
        // Taken out meanwhile, so that it is not copied where a rule is judged.
        var scratch = RuleIndex.Scratch()
        swap(&scratch, &self.scratch)
        rules.find(&scratch, for: observation, on: trigger)
        for index in scratch.candidates where rules.conditions[Int(index)].holds(observation) {
            if onlyEarly, !rules.areKnownEarly[Int(index)] { continue }
            judge(Int(index), observation, on: trigger, emit: emit)
        }
        swap(&scratch, &self.scratch)
        if trigger == .flowEnd { ledger.end(observation.flow.id) }
    }

    /// Whether anything is kept of flows that continue.
    public var keepsFlows: Bool { !ledger.isEmpty }

    /// Forgets a flow that ended, whether or not a rule is asked about the ends of flows.
    public mutating func forget(flow id: UInt64) { ledger.end(id) }

    /// Moves time forward: ends windows and closes alerts that are due, in the order of their moments. Time that is
    /// earlier than what was seen changes nothing.
    public mutating func advance(to time: Timestamp, emit: (Alert) -> Void) {
        guard time > now else { return }
        while let next = nextWindow(until: time) {
            close(until: next.end, emit: emit)
            now = max(now, next.end)
            endWindow(next.rule, at: next.end, emit: emit)
        }
        close(until: time, emit: emit)
        now = time
    }

    /// Ends the run at `time`: what is due happens, then every open alert closes.
    public mutating func finish(at time: Timestamp, emit: (Alert) -> Void) {
        advance(to: time, emit: emit)
        for entry in alerts.removeAll() + suppressed.removeAll() { if let last = entry.last { emit(last) } }
        closeFloods(emit: emit)
    }

    /// The open alerts, the bytes that they take and may take.
    public var openAlerts: (count: Int, memory: Int, limit: Int) {
        (alerts.count + suppressed.count, alerts.memory + suppressed.memory, limits.alertMemory)
    }

    /// Closes group alerts: those that are due at `time`, or all of them.
    mutating func closeFloods(until time: Timestamp = Timestamp(nanoseconds: .max), emit: (Alert) -> Void) {
        guard !flooding.isEmpty else { return }
        var open: [Int] = []
        for index in flooding {
            if let deadline = floods[index].deadline, deadline > time {
                open.append(index)
            } else if let last = floods[index].close() {
                emit(last)
            }
        }
        flooding = open
    }

    /// Begins counting the alerts of a minute again, for other rules.
    mutating func resetFloods(count: Int, emit: (Alert) -> Void) {
        closeFloods(emit: emit)
        floods = Array(repeating: AlertFlood(), count: count)
    }

    /// The bounds of a table; what exceptions suppress has a quarter of the memory, if it is reported.
    private func bounds(ofSuppressed isSuppressed: Bool) -> AlertTable.Limits {
        let quarter = reportsSuppressed ? limits.alertMemory / 4 : 0
        return .init(alerts: max(1, limits.capacity), memory: isSuppressed ? quarter : limits.alertMemory - quarter)
    }

    private mutating func close(until time: Timestamp, emit: (Alert) -> Void) {
        while let closed = alerts.popClosed(at: time) { if let last = closed.last { emit(last) } }
        while let closed = suppressed.popClosed(at: time) { if let last = closed.last { emit(last) } }
        closeFloods(until: time, emit: emit)
    }

    private func nextWindow(until time: Timestamp) -> (rule: Int, end: Timestamp)? {
        var next: (rule: Int, end: Timestamp)?
        for index in windowed {
            guard let end = thresholds[index]?.windowEnd, end <= time else { continue }
            if let found = next, found.end <= end { continue }
            next = (index, end)
        }
        return next
    }

    private mutating func endWindow(_ index: Int, at end: Timestamp, emit: (Alert) -> Void) {
        var reached: [(Observation, ThresholdTable.Reading)] = []
        thresholds[index]?.endWindow { observation, reading in
            if reading.isReached { reached.append((observation, reading)) }
        }
        let rule = rules.rules[index]
        for (observation, reading) in reached {
            var observation = observation
            observation.time = end
            match(
                index, rule: rule, observation: observation, inGrace: rule.validFrom.map { end < $0 } ?? false,
                reading: reading, emit: emit)
        }
    }

    private mutating func judge(_ index: Int, _ observation: Observation, on trigger: Trigger, emit: (Alert) -> Void) {
        let verdict = rules.rules[index].verdict(observation)
        switch verdict {
        case .suppressed, .lacksEvidence, .match: break
        case .outsideSchedule: return noteTotal(index, observation)
        default: return
        }
        let rule = rules.rules[index]
        let (isNew, growth) = count(index, rule: rule, observation: observation, on: trigger)
        if isNew { counted.matches[rule.id, default: 0] &+= 1 }
        switch verdict {
        case .suppressed(let exception):
            if isNew { counted.suppressed["\(rule.id)/\(rule.exceptions[exception].name)", default: 0] &+= 1 }
            if reportsSuppressed {
                suppress(
                    index, rule: rule, exception: exception, observation: observation, isCounted: isNew, emit: emit)
            }
        case .lacksEvidence:
            if isNew { counted.lackingEvidence[rule.id, default: 0] &+= 1 }
        case .match(let inGrace):
            applyThreshold(
                index, rule: rule, observation: observation, inGrace: inGrace, isNew: isNew, growth: growth, emit: emit)
        default: break
        }
    }

    /// Notes how far a flow's total is while its rule is out of its hours.
    private mutating func noteTotal(_ index: Int, _ observation: Observation) {
        let rule = rules.rules[index]
        guard rule.countingTrigger == .flowUpdate, let total = rule.threshold?.running(observation), total > 0 else {
            return
        }
        _ = ledger.note(observation.flow.id, rule: index, total: total, counting: false)
    }

    /// Whether the rule had not yet seen the flow, and by how much what it adds up grew.
    ///
    /// A rule that is asked at each report of a running flow can see a flow twice, and so can any rule if a later request of the
    /// connection names another host. The other moments come once in a flow's life, and DNS questions of one flow are events of
    /// their own.
    private mutating func count(
        _ index: Int, rule: Rule, observation: Observation, on trigger: Trigger
    ) -> (isNew: Bool, growth: Int64) {
        let total = rule.threshold?.running(observation) ?? 0
        let isRepeated =
            rule.countingTrigger == .flowUpdate || trigger == .flowNamed && observation.flow.isNamedByRequest
        guard isRepeated else { return (true, total) }
        return ledger.note(observation.flow.id, rule: index, total: total)
    }

    private mutating func applyThreshold(
        _ index: Int, rule: Rule, observation: Observation, inGrace: Bool, isNew: Bool, growth: Int64,
        emit: (Alert) -> Void
    ) {
        guard let threshold = rule.threshold else {
            return match(
                index, rule: rule, observation: observation, inGrace: inGrace, reading: nil, isCounted: isNew,
                emit: emit)
        }
        let amount: Int64 =
            switch threshold.count {
            case .matches: 1
            case .flows: isNew ? 1 : 0
            case .distinct: 0
            case .interactions, .sum: growth
            }
        guard let reading = thresholds[index]?.add(amount, observation, at: now) else { return }
        let isJudgedNow = rule.trigger != .window && reading.isReached && (amount > 0 || isNew)
        if isJudgedNow {
            match(index, rule: rule, observation: observation, inGrace: inGrace, reading: reading, emit: emit)
        }
    }

    /// Opens or updates the alert of the hit's group. A hit that is not counted is a later report of a flow that was. Its severity is
    /// the rule's, unless another is given.
    mutating func match(
        _ index: Int, rule: Rule, observation: Observation, inGrace: Bool, reading: ThresholdTable.Reading?,
        severity given: Severity? = nil, isCounted: Bool = true, emit: (Alert) -> Void
    ) {
        if isCounted { counted.hits[rule.id, default: 0] &+= 1 }
        guard !rule.isShadow else {
            if isCounted { counted.shadow[rule.id, default: 0] &+= 1 }
            return
        }
        let key = AlertTable.Key(rule: index, group: GroupKey(rule.dedup.by, observation))
        let severity = given ?? rule.severity(observation, inGrace: inGrace)
        let match = RuleMatch(rule: rule, observation: observation, severity: severity, reading: reading, time: now)
        if !alerts.isOpen(key), !floods[index].admits(match, limit: limits.alertsPerMinute) {
            // A later report of a flow whose hit was summed adds nothing.
            if isCounted { takeGrouped(match, index, emit: emit) }
            return
        }
        let bounds = bounds(ofSuppressed: false)
        let isKnown = alerts.take(match, key, isCounted: isCounted, limits: bounds, hash: rules.hash, emit: emit)
        if isKnown, isCounted { counted.deduplicated[rule.id, default: 0] &+= 1 }
    }

    private mutating func takeGrouped(_ match: RuleMatch, _ index: Int, emit: (Alert) -> Void) {
        counted.grouped[match.rule.id, default: 0] &+= 1
        if !floods[index].isOpen { flooding.append(index) }
        floods[index].take(match, hash: rules.hash, emit: emit)
    }

    /// Reports a match that an exception suppresses, as alerts are reported: the first of its group, then by `dedup`.
    private mutating func suppress(
        _ index: Int, rule: Rule, exception: Int, observation: Observation, isCounted: Bool,
        emit: (Alert) -> Void
    ) {
        guard !rule.isShadow else { return }
        let inGrace = rule.validFrom.map { observation.time < $0 } ?? false
        let match = RuleMatch(
            rule: rule, observation: observation, severity: rule.severity(observation, inGrace: inGrace), reading: nil,
            time: now, exception: rule.exceptions[exception])
        let key = AlertTable.Key(rule: index, exception: exception, group: GroupKey(rule.dedup.by, observation))
        let bounds = bounds(ofSuppressed: true)
        _ = suppressed.take(match, key, isCounted: isCounted, limits: bounds, hash: rules.hash, emit: emit)
    }

    static func tables(_ rules: RuleSet) -> [ThresholdTable?] {
        rules.rules.map { rule in
            rule.threshold.map { ThresholdTable($0, isJudgedAtEnd: rule.trigger == .window, zone: rule.zone) }
        }
    }

    static func windowed(_ rules: RuleSet) -> [Int] {
        rules.rules.indices.filter { rules.rules[$0].trigger == .window && rules.rules[$0].isEnabled }
    }
}

extension Threshold {
    /// The running total of what is added up, as it is in `observation`.
    func running(_ observation: Observation) -> Int64 {
        let field: Field? =
            switch count {
            case .sum(let field): field
            case .interactions: Field.named("flow.interactions_est")
            default: nil
            }
        if let field, case .number(let number) = field.read(observation) { return max(0, number) }
        return 0
    }
}
