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
    private var output: EventOutput
    private var aiFlows: UInt64 = 0
    private var likelyRealECH: UInt64 = 0

    /// A reporter that writes to `output`.
    init(_ configuration: Configuration, catalogue: Catalogue, output: consuming EventOutput) {
        self.catalogue = catalogue
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
        case .started: false
        case .named: true
        case .updated, .ended: ofInterest || flows == .all
        }
    }

    mutating func observe(_ flow: FlowSnapshot, at moment: FlowMoment) -> Bool {
        let attribution = catalogue.attribute(names: flow.names, server: flow.server.address)
        let observation = Observation(time: flow.end, flow: flow, attribution: attribution, sensor: sensor)
        switch moment {
        case .started: break
        case .named:
            if attribution != nil { aiFlows &+= 1 }
            if flow.tls?.ech == .likelyReal { likelyRealECH &+= 1 }
        case .updated, .ended:
            if flows == .all || flows == .ai && attribution != nil { output.write(.flow(observation)) }
        }
        return attribution != nil
    }

    /// Fills in what was attributed and judged.
    func fill(_ report: inout StatsReport) {
        report.attribution.aiFlows = aiFlows
        report.attribution.echLikelyReal = likelyRealECH
        report.attribution.catalog = catalogue.version
    }

    /// Writes an event that concerns no single flow.
    mutating func write(_ event: Event) {
        output.write(event)
    }

    /// Writes the last event, waits until all is written, and closes.
    mutating func end(_ reason: StopReport.Reason, detail: String?, at time: Timestamp, packets: UInt64) {
        output.end(reason, detail: detail, at: time, packets: packets)
    }
}
