public import Bytes
import Flows
public import Rules
import Vendors

/// Who used what: a row a day, a source and a product, from the reports of flows.
///
/// The day is that of the flow's report, by a time zone, in packet time. Bounded: at most `capacity` rows a day and
/// `memoryLimit` bytes; past these a new row is left out and counted, and an existing row continues counting without new hosts.
/// Called when flows are reported or end, never for packets.
public struct Inventory: Sendable {
    private let clock: DayClock
    private let capacity: Int
    private var day: DayClock.Day?
    private var rows = InventoryRows()
    private var places: [InventoryKey: Int] = [:]
    private var ledger: FlowDeltas
    private var omitted: UInt64 = 0
    /// The bytes that the rows may take.
    public let memoryLimit: Int
    /// The bytes that the rows of the day take.
    public private(set) var memory = 0

    /// An inventory of days by `clock` with at most `capacity` rows and `memoryLimit` bytes in each.
    public init(clock: DayClock, capacity: Int = 20_000, memoryLimit: Int = 48 << 20) {
        self.memoryLimit = memoryLimit
        self.clock = clock
        self.capacity = max(1, capacity)
        ledger = FlowDeltas(capacity: 65_536)
    }

    /// Reports of flows that did not fit, in this day or as one that continues.
    public var overflow: UInt64 { omitted &+ ledger.overflow }

    /// How many rows the day has.
    public var count: Int { rows.count }

    /// Adds a flow at its report or its end, where it concerns a vendor, a suspected relay or an unlisted name that says AI. First `advance` to its time.
    public mutating func add(_ observation: Observation) {
        let vendor = observation.attribution?.vendor
        let isRelay = observation.relay?.isSuspected == true
        let hint = vendor == nil && !isRelay ? observation.nameHint : nil
        guard vendor != nil || isRelay || hint != nil, let day else { return }
        let totals = Totals(observation)
        guard let (growth, isFirst) = ledger.note(observation.flow.id, totals, isFinal: observation.flow.isFinal) else {
            return
        }
        let key = InventoryKey(
            source: observation.flow.client.address, vendor: vendor ?? "",
            product: observation.attribution?.product ?? "", isHint: hint != nil)
        guard let place = place(of: key, at: max(day.start, observation.flow.start)) else {
            omitted &+= 1
            return
        }
        let before = rows[place].row.bytes
        rows[place].row.add(
            observation, growth, isFirst: isFirst, hasEstimates: observation.flow.traffic != nil, day: day.start,
            mayGrow: memory < memoryLimit)
        if let hint { rows[place].row.add(hint: hint) }
        memory += rows[place].row.bytes - before
    }

    /// The place of a row, which is added if there is room; `nil` if there is none.
    private mutating func place(of key: InventoryKey, at time: Timestamp) -> Int? {
        if let place = places[key] { return place }
        guard rows.count < capacity, memory < memoryLimit else { return nil }
        places[key] = rows.count
        let row = InventoryRow(at: time)
        memory += row.bytes
        rows.append((key, row))
        return rows.count - 1
    }

    /// Moves on to the day of `time` and returns the rows of the day that ended. Time that goes back changes nothing.
    public mutating func advance(to time: Timestamp, coverage: Double?) -> InventoryDay {
        guard day.map({ time >= $0.end }) ?? true else { return InventoryDay() }
        let ended = finish(at: day?.end ?? time, coverage: coverage)
        day = clock.day(at: time)
        return ended
    }

    /// Returns the rows of the day so far and begins it again.
    public mutating func finish(at time: Timestamp, coverage: Double?) -> InventoryDay {
        defer {
            rows = InventoryRows()
            places = [:]
            memory = 0
        }
        guard let day else { return InventoryDay() }
        return InventoryDay(rows, day: day, zone: clock.zone, at: time, coverage: coverage)
    }
}

extension Totals {
    /// What `observation` says of its flow so far.
    fileprivate init(_ observation: Observation) {
        up = observation.flow.bytesUp
        down = observation.flow.bytesDown
        requests = UInt64(clamping: observation.requests?.value ?? 0)
        interactions = UInt64(clamping: observation.interactions?.value ?? 0)
    }
}

/// The rows of a day that is over, one by one in the order of source, vendor and product: a day may have many, and a
/// report is much larger than its row.
public struct InventoryDay: Sequence, IteratorProtocol, Sendable {
    private let rows: InventoryRows
    private let order: [Int]
    private let day: DayClock.Day
    private let zone: String
    private let time: Timestamp
    private let coverage: Double?
    private var position = 0

    /// The day of `rows`, reported at `time`.
    init(
        _ rows: InventoryRows, day: DayClock.Day, zone: String, at time: Timestamp,
        coverage: Double?
    ) {
        self.rows = rows
        self.day = day
        self.zone = zone
        self.time = time
        self.coverage = coverage
        let keys = (0..<rows.count).map { rows[$0].key }
        let texts = keys.map(\.source.description)
        order = keys.indices.sorted { left, right in
            texts[left] != texts[right]
                ? texts[left] < texts[right]
                : keys[left].order < keys[right].order
        }
    }

    /// The day of no rows.
    init() {
        self.init(
            InventoryRows(), day: DayClock.Day(date: CivilDate(dayNumber: 0), start: .distantPast, end: .distantPast),
            zone: "", at: .distantPast, coverage: nil)
    }

    /// The report of the next row.
    public mutating func next() -> InventoryReport? {
        guard position < order.count else { return nil }
        let (key, row) = rows[order[position]]
        position += 1
        var report = InventoryReport(
            time: time, start: day.start, end: day.end, day: day.date, zone: zone, source: key.source,
            vendor: key.vendor.isEmpty ? nil : key.vendor, product: key.product.isEmpty ? nil : key.product,
            firstSeen: day.start, lastSeen: day.start, coverageRatio: coverage)
        row.fill(&report)
        return report
    }
}

/// Which row of a day's inventory: a source and a product. Empty texts mean "not known".
struct InventoryKey: Hashable, Sendable {
    let source: IPAddress
    let vendor: String
    let product: String
    /// Whether it is the row of unlisted far ends whose name suggests AI; it has neither vendor nor product.
    var isHint = false

    /// What orders the rows of a source.
    var order: (String, String, Int) { (vendor, product, isHint ? 1 : 0) }

    /// Hashes the source alone: it has few products, and texts are expensive to hash.
    func hash(into hasher: inout Hasher) { hasher.combine(source) }
}
