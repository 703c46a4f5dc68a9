/// What a running sensor saw in the last hour, as the live page and `egret top` show it: bounded, whatever the traffic.
///
/// Texts are safe to be shown: what a terminal or a browser would obey was made visible. Times are milliseconds since
/// 1970-01-01T00:00:00Z.
public struct LiveSnapshot: Codable, Sendable, Equatable {
    /// The version of this form.
    public static let currentVersion = 1
    /// The minutes that it covers.
    public static let minutes = 60

    /// The version of the form.
    public var version = Self.currentVersion
    /// When it was made, by the sensor's clock.
    public var time: Int64 = 0
    /// When the run began.
    public var started: Int64 = 0
    /// The sensor's id.
    public var sensor = ""
    /// The version of egret.
    public var egret = ""
    /// Which flows are shown: `ai`, `all` or `none`.
    public var selection = ""
    /// The last minute, in minutes since the epoch; places in `LiveRow.series` count from 59 minutes before it.
    public var minute: Int64 = 0
    /// All AI traffic.
    public var strip = LiveRow(names: [])
    /// Alerts that opened, as pairs of the minute's place and the number.
    public var raised: [[Int64]] = []
    /// By vendor, product and role, the most bytes first. No vendor is an empty text.
    public var products: [LiveRow] = []
    /// The sum of the products that are not in `products`.
    public var furtherProducts = LiveRow(names: [])
    /// AI traffic by source and its group, the most bytes sent first.
    public var sources: [LiveRow] = []
    /// The sum of the sources that are not in `sources`.
    public var furtherSources = LiveRow(names: [])
    /// Alerts, open ones first, the most severe and the latest first.
    public var alerts: [LiveAlertRow] = []
    /// The newest flows, the newest first.
    public var flows: [LiveFlowRow] = []
    /// Coverage and health.
    public var health = LiveHealth()

    /// A snapshot of nothing.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case version, time, started, sensor, egret, selection, minute, strip, raised, products, sources, alerts, flows,
            health
        case furtherProducts = "further_products"
        case furtherSources = "further_sources"
    }
}

/// What was counted of one product, one source or all of them, by minute.
public struct LiveRow: Codable, Sendable, Equatable {
    /// Vendor, product and role, or source and group; empty for a sum.
    public var names: [String]
    /// For each minute with traffic: its place from 0 to 59, then flows, bytes sent, bytes received, requests, interactions.
    public var series: [[Int64]] = []

    /// A row of `names` without traffic.
    public init(names: [String]) { self.names = names }

    /// The name at `index`; empty if there is none.
    public func name(_ index: Int) -> String { index < names.count ? names[index] : "" }

    /// The sums over the hour: flows, bytes sent, bytes received, requests, interactions. They stay at the end of their range.
    public var totals: [Int64] {
        var sums = [Int64](repeating: 0, count: 5)
        for minute in series where minute.count == 6 {
            for index in sums.indices { sums[index] = sums[index].addingClamped(minute[index + 1]) }
        }
        return sums
    }
}

/// An alert, for a person.
public struct LiveAlertRow: Codable, Sendable, Equatable {
    /// Its id.
    public var id = ""
    /// `open` or `closed`.
    public var status = ""
    /// `info` to `critical`.
    public var severity = ""
    /// The rule's id.
    public var rule = ""
    /// The rule's title.
    public var title = ""
    /// The rule's message.
    public var message = ""
    /// The client, and its group.
    public var source = ""
    /// The far end.
    public var host = ""
    /// The flow of the latest hit.
    public var flow = ""
    /// The hits.
    public var count: Int64 = 0
    /// When the first hit was.
    public var first: Int64 = 0
    /// When the latest was.
    public var last: Int64 = 0

    /// An alert of which nothing is known.
    public init() {}
}

/// A flow with its evidence, for a person.
public struct LiveFlowRow: Codable, Sendable, Equatable {
    /// Its id.
    public var id = ""
    /// Whether it continues.
    public var open = false
    /// When it began.
    public var start: Int64 = 0
    /// When it was last reported.
    public var time: Int64 = 0
    /// The client.
    public var source = ""
    /// The client's group.
    public var group = ""
    /// The vendor; empty for none.
    public var vendor = ""
    /// The product.
    public var product = ""
    /// What the host is for.
    public var role = ""
    /// The far end by name; empty if it has none.
    public var host = ""
    /// What the name was read from.
    public var evidence = ""
    /// The far end's address and port.
    public var server = ""
    /// `tcp` or `udp`.
    public var transport = ""
    /// How far the evidence carries.
    public var confidence = ""
    /// Why it was attributed.
    public var why = ""
    /// The client's software, by its handshake.
    public var client = ""
    /// Bytes sent and received at the latest report.
    public var bytes: [Int64] = []
    /// Requests with their bounds; empty if they are not counted.
    public var requests: [Int64] = []
    /// Interactions with their bounds.
    public var interactions: [Int64] = []
    /// The signs of a relay; empty if it is not suspected.
    public var signs: [String] = []
    /// What is missing or contradicts itself; empty if the evidence is complete.
    public var gaps: [String] = []

    /// A flow of which nothing is known.
    public init() {}
}

/// What could be seen, and whether the sensor is well.
public struct LiveHealth: Codable, Sendable, Equatable {
    /// Packets since the start.
    public var packets: Int64 = 0
    /// Packets in the last second.
    public var rate: Int64 = 0
    /// Packets that the kernel or the interface lost.
    public var lost: Int64 = 0
    /// The share of the packets that could be judged; `nil` before the first.
    public var coverage: Double?
    /// What is wrong: code, word and effect.
    public var reasons: [[String]] = []
    /// Interfaces that are down.
    public var down: [String] = []
    /// Flows in the table.
    public var flows: Int64 = 0
    /// Alerts that are open.
    public var alerts: Int64 = 0
    /// Rules that are evaluated.
    public var rules: Int64 = 0
    /// The catalog's version.
    public var catalog = ""
    /// The outputs by name, with the events that each gave up.
    public var outputs: [LiveOutput] = []
    /// Processor time of the sensor, in milliseconds.
    public var processor: Int64 = 0
    /// Resident memory, in bytes.
    public var memory: Int64 = 0
    /// Reports of flows that the page gave up because too many arrived at once; events are not concerned.
    public var omitted: Int64 = 0

    /// Nothing known yet.
    public init() {}
}

/// An output, for a person.
public struct LiveOutput: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Events that it gave up.
    public var dropped: Int64

    /// The output `name`.
    public init(name: String, dropped: Int64) {
        self.name = name
        self.dropped = dropped
    }
}
