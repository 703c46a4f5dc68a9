import Bytes
import Events
import Flows
import Protocols
import Reporting
import Rules
import Text
import Vendors

extension LiveModel {
    /// What is shown, made by egret `version` for the sensor `sensor`. Cost: it grows with what is kept, a few milliseconds at the most.
    func snapshot(sensor: String, version: String) -> LiveSnapshot {
        var snapshot = LiveSnapshot()
        snapshot.time = Self.milliseconds(report?.time ?? start?.time)
        snapshot.started = Self.milliseconds(start?.time)
        snapshot.sensor = Self.shown(sensor)
        snapshot.egret = version
        snapshot.selection = start?.flows ?? ""
        snapshot.minute = minute
        snapshot.strip = LiveRow(names: [], minutes: strip, last: minute)
        snapshot.raised = (0..<LiveSnapshot.minutes).compactMap { place in
            let count = raised[Self.slot(of: minute &- Int64(LiveSnapshot.minutes - 1 - place))]
            return count > 0 ? [Int64(place), count] : nil
        }
        (snapshot.products, snapshot.furtherProducts) = products.top(Self.rows, minute: minute, by: \.bytes) {
            [Self.shown($0.vendor), Self.shown($0.product), $0.role]
        }
        (snapshot.sources, snapshot.furtherSources) = sources.top(Self.rows, minute: minute, by: \.up) {
            [$0.address.description, $0.group.map(Self.shown) ?? ""]
        }
        snapshot.alerts = alerts.ordered.prefix(Self.rows).map(LiveAlertRow.init)
        snapshot.flows = flows.newest(Self.flowRows).map(LiveFlowRow.init)
        if let report { snapshot.health = LiveHealth(report, rate: rate, omitted: omitted) }
        return snapshot
    }

    /// The newest flows that were there in the minutes `first` to `last`.
    func flows(from first: Int64, to last: Int64) -> [LiveFlowRow] {
        flows.newest(Self.flowRows) { flow in
            Self.minute(of: flow.start) <= last && Self.minute(of: flow.time) >= first
        }.map(LiveFlowRow.init)
    }

    /// A text that nothing obeys which shows it.
    static func shown(_ text: String) -> String { text.escapedForDisplay(limit: 256) }

    /// Milliseconds since the epoch; 0 for no time.
    static func milliseconds(_ time: Timestamp?) -> Int64 { (time?.nanoseconds ?? 0) / 1_000_000 }

    private static var rows: Int { 50 }
    private static var flowRows: Int { 100 }
}

extension LiveAlertRow {
    /// The row of `alert`.
    init(_ alert: Alert) {
        self.init()
        let flow = alert.observation.flow
        id = alert.id
        status = alert.status == .closed ? "closed" : "open"
        severity = alert.severity.rawValue
        rule = LiveModel.shown(alert.ruleID)
        title = LiveModel.shown(alert.title)
        message = LiveModel.shown(alert.message)
        let group = alert.observation.sourceGroup.map { " (\(LiveModel.shown($0)))" } ?? ""
        source = flow.client.address.description + group
        host = flow.host.map { LiveModel.shown($0.name) } ?? flow.server.address.description
        self.flow = LiveFlowRow.digits(flow.id)
        count = Int64(clamping: alert.count)
        first = LiveModel.milliseconds(alert.firstSeen)
        last = LiveModel.milliseconds(alert.lastSeen)
    }
}

extension LiveFlowRow {
    /// The row of `flow`.
    init(_ flow: LiveFlow) {
        self.init()
        id = Self.digits(flow.id)
        open = !flow.isFinal
        start = LiveModel.milliseconds(flow.start)
        time = LiveModel.milliseconds(flow.time)
        source = flow.source.address.description
        group = flow.source.group.map(LiveModel.shown) ?? ""
        vendor = LiveModel.shown(flow.product.vendor)
        product = LiveModel.shown(flow.product.product)
        role = flow.product.role
        host = flow.host.map { LiveModel.shown($0.name) } ?? ""
        let isByAddress = flow.attribution?.isByAddress == true
        evidence = flow.host?.source.rawValue ?? (isByAddress ? HostSource.ipRange.rawValue : "")
        let address = flow.server.address.description
        server = (flow.server.address.isIPv4 ? address : "[\(address)]") + ":\(flow.server.port)"
        transport = flow.transport.rawValue
        confidence = flow.attribution?.confidence.rawValue ?? ""
        let hint = flow.nameHint.map { "its name says \($0); no attribution" }
        why = LiveModel.shown(flow.attribution?.why ?? hint ?? "")
        client = flow.client.map(LiveModel.shown) ?? ""
        bytes = [Int64(clamping: flow.bytesUp), Int64(clamping: flow.bytesDown)]
        requests = flow.requests.map { [$0.value, $0.low, $0.high].map { Int64($0) } } ?? []
        interactions = flow.interactions.map { [$0.value, $0.low, $0.high].map { Int64($0) } } ?? []
        signs = flow.signs.map(LiveModel.shown)
        gaps = flow.gaps.words
    }

    /// Sixteen hexadecimal digits, as in events.
    static func digits(_ id: UInt64) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension LiveFlow.Gaps {
    /// What is missing, for a person.
    fileprivate var words: [String] {
        var words: [String] = []
        if missedBytes > 0 { words.append("\(missedBytes) bytes were not captured") }
        if conflicts > 0 { words.append("\(conflicts) contradictions in its names") }
        if isMidstream { words.append("its beginning was not captured") }
        if words.isEmpty, !isComplete { words.append("the handshake is not whole, or frames were lost at the time") }
        return words
    }
}

extension LiveHealth {
    /// What `report` says, with `rate` packets a second.
    init(_ report: StatsReport, rate: Int64, omitted: UInt64) {
        self.init()
        packets = Int64(clamping: report.capture.packets)
        self.rate = rate
        lost = Int64(clamping: report.capture.droppedByKernel &+ report.capture.droppedByInterface)
        coverage = report.coverageRatio
        reasons = report.healthReasons.map { [$0.code, $0.rawValue, $0.effect] }
        down = report.capture.interfacesDown.map(LiveModel.shown)
        flows = Int64(clamping: report.flows.active)
        alerts = Int64(clamping: report.rules.alertsOpen)
        rules = Int64(clamping: report.rules.loaded)
        catalog = LiveModel.shown(report.attribution.catalog)
        outputs = report.outputs.prefix(64).map {
            LiveOutput(name: LiveModel.shown($0.name), dropped: Int64(clamping: $0.dropped))
        }
        processor = (report.process?.cpu ?? 0) / 1_000_000
        memory = Int64(clamping: report.process?.residentBytes ?? 0)
        self.omitted = Int64(clamping: omitted)
    }
}
