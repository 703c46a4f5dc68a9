import Bytes
import Events
import Flows
import Protocols
import Rules
import Vendors

/// Says what is to be said of flows: attributes them, asks the rules, and writes events.
///
/// Off the packet path: it is called when a flow starts, is named, is reported or ends.
struct Reporter: ~Copyable, FlowObserver {
    private let catalogue: Catalogue
    private let flows: Configuration.FlowSelection
    private let sensor: String
    private let triggers: Set<Trigger>
    private var rules: RuleEngine
    private var output: EventOutput
    private var aiFlows: UInt64 = 0
    private var likelyRealECH: UInt64 = 0
    /// The run for a person.
    private(set) var summary = RunSummary()

    /// A reporter that writes to `output`.
    init(_ configuration: Configuration, _ knowledge: Knowledge, output: consuming EventOutput) {
        catalogue = knowledge.catalogue
        rules = RuleEngine(rules: knowledge.rules)
        triggers = Set(Trigger.allCases.filter { knowledge.rules.isEvaluated(on: $0) })
        flows = configuration.flows
        sensor = configuration.sensor.id
        self.output = output
    }

    /// Begins the output, before the first event.
    mutating func begin(at time: Timestamp) {
        output.begin(at: time)
    }

    func wants(_ moment: FlowMoment, ofInterest: Bool) -> Bool {
        switch moment {
        case .started: triggers.contains(.flowStart)
        case .named: true
        case .updated: ofInterest || flows == .all || triggers.contains(.flowUpdate)
        case .ended: ofInterest || flows == .all || triggers.contains(.flowEnd)
        }
    }

    mutating func observe(_ flow: FlowSnapshot, at moment: FlowMoment) -> Bool {
        let observation = Observation(
            time: flow.end, flow: flow, attribution: attribution(of: flow), sensor: sensor)
        let hasVendor = observation.attribution?.vendor != nil
        if moment == .named {
            if hasVendor { aiFlows &+= 1 }
            if flow.tls?.ech == .likelyReal { likelyRealECH &+= 1 }
        }
        let hasAlert = judge(observation, Self.trigger(of: moment))
        if moment == .updated || moment == .ended {
            summary.add(observation)
            if flows == .all || flows == .ai && (hasVendor || flow.isOfInterest || hasAlert) {
                output.write(.flow(observation))
            }
        }
        return hasVendor || hasAlert
    }

    private func attribution(of flow: FlowSnapshot) -> Attribution? {
        guard var attribution = catalogue.attribute(names: flow.names, server: flow.server.address) else { return nil }
        let isUnsure = flow.isAmbiguous && flow.host?.source == .dns
        if isUnsure { attribution.confidence = min(attribution.confidence, .low) }
        return attribution
    }

    /// Asks the rules; true where one of them raised or updated an alert.
    private mutating func judge(_ observation: Observation, _ trigger: Trigger) -> Bool {
        guard triggers.contains(trigger) else { return false }
        var alerts: [Alert] = []
        rules.evaluate(observation, on: trigger) { alerts.append($0) }
        write(alerts)
        return alerts.contains { $0.status != .closed }
    }

    private mutating func write(_ alerts: [Alert]) {
        for alert in alerts {
            summary.add(alert)
            output.write(.alert(alert))
        }
    }

    private static func trigger(of moment: FlowMoment) -> Trigger {
        switch moment {
        case .started: .flowStart
        case .named: .flowNamed
        case .updated: .flowUpdate
        case .ended: .flowEnd
        }
    }

    /// Closes every alert: nothing more will come.
    mutating func finish(at time: Timestamp) {
        var alerts: [Alert] = []
        rules.finish(at: time) { alerts.append($0) }
        write(alerts)
    }

    /// Fills in what was attributed and judged; `isLive` adds what depends on the machine.
    func fill(_ report: inout StatsReport, isLive: Bool) {
        report.attribution.aiFlows = aiFlows
        report.attribution.echLikelyReal = likelyRealECH
        report.attribution.catalog = catalogue.version
        report.rules.loaded = UInt64(rules.rules.rules.count)
        report.rules.rulesetHash = rules.rules.rules.isEmpty ? nil : rules.rules.hash
        report.rules.suppressed = rules.counters.suppressed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        report.rules.stateOverflow = rules.counters.stateOverflow
        if isLive { report.outputs = output.report }
        if outputFailure != nil { report.healthReasons.append("output_failed") }
    }

    /// Why not everything could be written.
    var outputFailure: SinkFailure? { output.currentFailure }

    /// Writes an event that concerns no single flow.
    mutating func write(_ event: Event) {
        output.write(event)
    }

    /// Writes the last event, waits until all is written, and closes.
    mutating func end(_ reason: StopReport.Reason, detail: String?, at time: Timestamp, packets: UInt64) {
        output.end(reason, detail: detail, at: time, packets: packets)
    }
}
