import Bytes

/// The answers of a report, added up from events one at a time. Same events, same answers.
///
/// Memory is bounded, whatever the logs hold: texts, rows, sources, open flows, runs and alerts each have a capacity, and what found
/// no room is added up or counted, and said in the report.
public struct ReportModel: Sendable {
    /// What is asked.
    public let query: ReportQuery
    var line = EventLine()
    var texts = TextPool()
    var usage: UsageTable
    /// What the HTML report shows besides.
    var facets: [UsageTable] = []
    var relays = RelayTable()
    var alerts = AlertTable()
    var all = UsageTotals()
    var allSources: Set<UInt32> = []
    var other = UsageTotals()
    var unnamed = UsageTotals()
    var health: [String: Int64] = [:]
    var runs: [UInt64: RunLog] = [:]
    var open = OpenFlows()
    var rulesets: Set<UInt32> = [], catalogs: Set<UInt32> = [], versions: Set<UInt32> = [],
        privacyKeys: Set<UInt32> = []
    var hours: Set<Int64> = []
    var first: Timestamp?
    var last: Timestamp?
    /// Events that were read, in the period or not.
    public internal(set) var events: Int64 = 0
    /// Events that were there a second time and count once.
    public internal(set) var duplicates: Int64 = 0
    /// Lines that are no events.
    public internal(set) var badLines: Int64 = 0
    /// Events of runs past the bound on runs, whose duplicates are not found.
    var unknownRuns: Int64 = 0
    var calendar = CalendarTexts()

    /// What the HTML report is made of, beside the usage that was asked for.
    enum Facet: Int, CaseIterable {
        case vendorDays, products, roles, groups, clients, hours, hosts, evidence

        var dimensions: [Dimension] {
            switch self {
            case .vendorDays: [.day, .vendor]
            case .products: [.vendor, .product, .role]
            case .roles: [.role]
            case .groups: [.group]
            case .clients: [.client]
            case .hours: [.hour]
            case .hosts: [.vendor, .host, .role]
            case .evidence: [.evidence]
            }
        }
    }

    /// A model of nothing yet.
    public init(_ query: ReportQuery) {
        self.query = query
        usage = UsageTable(query.dimensions)
        if query.isFull { facets = Facet.allCases.map { UsageTable($0.dimensions) } }
    }

    /// The table of `facet`; an empty one unless the query asks for all.
    func table(_ facet: Facet) -> UsageTable {
        facets.indices.contains(facet.rawValue) ? facets[facet.rawValue] : UsageTable(facet.dimensions)
    }

    /// The most runs of sensors that are distinguished.
    static var runLimit: Int { 10_000 }

    /// Adds the event in `range` of `bytes`, a line without its line feed; false if it is no event of egret.
    public mutating func add(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        guard line.scan(bytes, range), line[.type].kind == .text, let time = line.time(.time, bytes) else {
            badLines = badLines.addingClamped(1)
            return false
        }
        events = events.addingClamped(1)
        guard let run = run(bytes) else { return true }
        if query.contains(time) {
            first = min(first ?? time, time)
            last = max(last ?? time, time)
            if hours.count < 100_000 { hours.insert(Int64.hour(of: time)) }
            runs[run]?.hasEvents = true
        }
        take(bytes, at: time, of: run)
        return true
    }

    /// The run that wrote the event; `nil` if the event was read before.
    private mutating func run(_ bytes: RawSpan) -> UInt64? {
        let sensor = texts.number(of: line[.sensorID], bytes)
        let boot = texts.number(of: line[.boot], bytes)
        let key = UInt64(sensor) << 32 | UInt64(boot)
        if runs[key] == nil {
            guard runs.count < Self.runLimit else {
                unknownRuns = unknownRuns.addingClamped(1)
                return key
            }
            runs[key] = RunLog(sensor: sensor, boot: boot)
        }
        if let number = line.integer(.seq, bytes), runs[key]?.sequence.insert(number) == false {
            duplicates = duplicates.addingClamped(1)
            return nil
        }
        return key
    }

    private mutating func take(_ bytes: RawSpan, at time: Timestamp, of run: UInt64) {
        if line.isText(.type, "flow", in: bytes) {
            takeFlow(bytes, at: time, of: run)
        } else if line.isText(.type, "stats", in: bytes) {
            let isBefore = query.from.map { time < $0 } ?? false
            if isBefore || query.contains(time) { runs[run]?.take(line, bytes, isBefore: isBefore) }
        } else if line.isText(.type, "start", in: bytes) {
            takeStart(bytes, run)
        } else if !query.contains(time) {
            return
        } else if line.isText(.type, "alert", in: bytes) {
            if meetsConditions(bytes) { alerts.add(line, bytes) }
        } else if line.isText(.type, "inventory", in: bytes) {
            runs[run]?.hasInventory = true
        } else if line.isText(.type, "health", in: bytes), let code = line.string(.healthCode, bytes) {
            if health[code] != nil || health.count < 256 { health[code, default: 0] += 1 }
        }
    }

    private mutating func takeStart(_ bytes: RawSpan, _ run: UInt64) {
        runs[run]?.isOffline = line.isText(.startMode, "offline", in: bytes)
        runs[run]?.selection = texts.number(of: line[.startFlows], bytes)
        if rulesets.count < 1_000 { rulesets.insert(texts.number(of: line[.startRuleset], bytes)) }
        if catalogs.count < 1_000 { catalogs.insert(texts.number(of: line[.startCatalog], bytes)) }
        if versions.count < 1_000 { versions.insert(texts.number(of: line[.sensorVersion], bytes)) }
    }

    /// Whether an alert meets the conditions on what it has: its source, group, vendor, product, role and host.
    private func meetsConditions(_ bytes: RawSpan) -> Bool {
        query.conditions.allSatisfy { condition in
            guard let field = condition.dimension.field else { return true }
            return condition.holds(line.string(field, bytes) ?? "")
        }
    }
}

extension Dimension {
    /// The field that the value is read from; `nil` for days and hours.
    var field: EventField? {
        switch self {
        case .source: .sourceIP
        case .group: .sourceGroup
        case .vendor: .vendor
        case .product: .product
        case .role: .role
        case .category: .category
        case .country: .country
        case .client: .client
        case .host: .farHost
        case .evidence: .hostSource
        case .sensor: .sensorID
        case .rule: .ruleID
        case .day, .hour: nil
        }
    }
}

extension Int64 {
    /// Hours since 1970 in UTC.
    static func hour(of time: Timestamp) -> Int64 { time.nanoseconds / 3_600_000_000_000 }
}
