import Bytes
import Events
import Reporting
import Rules

/// What the live page knows: the last hour by product and source, the newest flows, alerts, and the latest counters.
///
/// Bounded: 256 products, 1,024 sources, 5,000 flows, 256 alerts; about 10 MB if all of it is used. Time is an argument: that of events.
struct LiveModel: Sendable {
    private(set) var products = LiveSeries<LiveProduct>(capacity: 256)
    private(set) var sources = LiveSeries<LiveClient>(capacity: 1_024)
    private(set) var strip = LiveSeries<Int>.empty
    private(set) var raised = [Int64](repeating: 0, count: LiveSnapshot.minutes)
    private(set) var flows = LiveFlowList()
    private(set) var alerts = LiveAlertList()
    private(set) var report: StatsReport?
    private(set) var start: StartReport?
    private(set) var rate: Int64 = 0
    /// The latest minute that anything was counted in.
    private(set) var minute: Int64 = 0
    /// Reports of flows that were given up on their way here.
    private(set) var omitted: UInt64 = 0
    /// Flows that were counted when they were named, with the minute of that.
    private var counted: [UInt64: Int64] = [:]

    /// Takes what waited in a feed.
    mutating func take(_ items: (flows: [LiveFlow], others: [LiveFeed.Item], omitted: UInt64)) {
        omitted = items.omitted
        for item in items.others { take(item) }
        for flow in items.flows { add(flow) }
    }

    private mutating func take(_ item: LiveFeed.Item) {
        switch item {
        case .alert(let alert): add(alert)
        case .start(let report): start = report
        case .stats(let report): add(report)
        }
    }

    private mutating func add(_ report: StatsReport) {
        if let earlier = self.report {
            let packets = report.capture.packets &- min(report.capture.packets, earlier.capture.packets)
            let nanoseconds = max(1, report.time.nanoseconds(since: earlier.time))
            rate = Int64(clamping: UInt64(Double(packets) / Double(nanoseconds) * 1e9))
        }
        self.report = report
        let now = Self.minute(of: report.time)
        // A clock that was set back: what was counted is of minutes that are still to come.
        if now < minute &- 1 { restart() }
        advance(to: now)
    }

    private mutating func add(_ alert: Alert) {
        if alerts.add(alert), let slot = slot(at: alert.firstSeen) { raised[slot] &+= 1 }
    }

    private mutating func add(_ flow: LiveFlow) {
        flows.add(flow)
        guard let slot = slot(at: flow.time) else { return }
        var usage = flow.added
        usage.flows = isFirst(flow) ? 1 : 0
        products.add(usage, to: flow.product, slot: slot)
        guard !flow.product.isOther else { return }
        strip[slot].add(usage)
        sources.add(usage, to: flow.source, slot: slot)
    }

    /// Whether the flow is to be counted now: when it is named, or with its first report if it was not.
    private mutating func isFirst(_ flow: LiveFlow) -> Bool {
        if flow.isReport {
            let wasCounted = flow.isFinal ? counted.removeValue(forKey: flow.id) != nil : counted[flow.id] != nil
            return flow.isFirstPart && !wasCounted
        }
        guard counted[flow.id] == nil else { return false }
        if counted.count >= Self.countedLimit { counted = counted.filter { $0.value > minute &- 60 } }
        guard counted.count < Self.countedLimit else { return false }
        counted[flow.id] = Self.minute(of: flow.time)
        return true
    }

    /// The place of the minute of `time`; `nil` if it is over for more than an hour. A later minute than the latest becomes that.
    private mutating func slot(at time: Timestamp) -> Int? {
        let minute = Self.minute(of: time)
        if minute > self.minute { advance(to: minute) }
        guard minute > self.minute &- Int64(LiveSnapshot.minutes) else { return nil }
        return Self.slot(of: minute)
    }

    private mutating func advance(to now: Int64) {
        guard now > minute else { return }
        let count = min(Int64(LiveSnapshot.minutes), now &- minute)
        let slots = Set((0..<count).map { Self.slot(of: now &- $0) })
        products.clear(slots)
        sources.clear(slots)
        for slot in slots { (strip[slot], raised[slot]) = (LiveUsage(), 0) }
        minute = now
    }

    private mutating func restart() {
        (products, sources) = (LiveSeries(capacity: 256), LiveSeries(capacity: 1_024))
        (strip, raised) = (LiveSeries<Int>.empty, [Int64](repeating: 0, count: LiveSnapshot.minutes))
        minute = 0
    }

    /// The minute of `time` since the epoch.
    static func minute(of time: Timestamp) -> Int64 { time.nanoseconds / 60_000_000_000 }

    /// The place of a minute among sixty.
    static func slot(of minute: Int64) -> Int {
        let count = Int64(LiveSnapshot.minutes)
        return Int(((minute % count) + count) % count)
    }

    /// How many flows are remembered as counted.
    private static var countedLimit: Int { 131_072 }
}

/// The newest flows in the order in which they appeared, 5,000 of them. A later report of one takes the place of the earlier.
struct LiveFlowList: Sendable {
    private var flows: [LiveFlow] = []
    private var places: [UInt64: Int] = [:]
    /// The place of the oldest once the list is full.
    private var oldest = 0

    /// Adds a flow, or what a later report says of it.
    mutating func add(_ flow: LiveFlow) {
        if let place = places[flow.id] {
            // What was only named after it was reported says less.
            if flow.isReport || !flows[place].isReport { flows[place] = flow }
        } else if flows.count < Self.capacity {
            places[flow.id] = flows.count
            flows.append(flow)
        } else {
            places[flows[oldest].id] = nil
            places[flow.id] = oldest
            flows[oldest] = flow
            oldest = (oldest + 1) % Self.capacity
        }
    }

    /// The newest flows of which `isWanted` holds, the newest first, at most `count`.
    func newest(_ count: Int, _ isWanted: (LiveFlow) -> Bool = { _ in true }) -> [LiveFlow] {
        var found: [LiveFlow] = []
        for age in 0..<flows.count where found.count < count {
            let flow = flows[(oldest + flows.count - 1 - age) % flows.count]
            if isWanted(flow) { found.append(flow) }
        }
        return found
    }

    /// How many there are.
    var count: Int { flows.count }

    private static var capacity: Int { 5_000 }
}

/// The alerts, 256 of them: closed ones make room first, the oldest first, then those that are least severe.
struct LiveAlertList: Sendable {
    private(set) var alerts: [String: Alert] = [:]

    /// Adds an alert, or what is new of it; true if it opens.
    mutating func add(_ alert: Alert) -> Bool {
        let isNew = alerts[alert.id] == nil && alert.status == .open
        if alerts[alert.id] == nil, alerts.count >= Self.capacity, let last = ordered.last { alerts[last.id] = nil }
        alerts[alert.id] = alert
        return isNew
    }

    /// Open ones first, the most severe and the latest first, then in the order of ids.
    var ordered: [Alert] {
        alerts.values.sorted { left, right in
            let (isLeftOpen, isRightOpen) = (left.status != .closed, right.status != .closed)
            if isLeftOpen != isRightOpen { return isLeftOpen }
            if isLeftOpen, left.severity != right.severity { return left.severity > right.severity }
            return (right.lastSeen, left.id) < (left.lastSeen, right.id)
        }
    }

    private static var capacity: Int { 256 }
}
