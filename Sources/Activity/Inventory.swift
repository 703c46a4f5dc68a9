public import Bytes
import Flows
public import Rules
import Vendors

/// Who used what: a row a day, a source and a product, from the reports of flows.
///
/// The day is that of the flow's report, by a time zone, in packet time. Bounded: at most `capacity` rows a day, and what
/// finds no room is counted. Told of flows when they are reported or end, never of packets.
public struct Inventory: Sendable {
    private struct Key: Hashable, Sendable {
        let source: IPAddress
        let vendor: String
        let product: String
    }

    private let clock: DayClock
    private let capacity: Int
    private var day: (start: Timestamp, end: Timestamp)?
    private var rows: [Key: InventoryRow] = [:]
    private var ledger: GrowthLedger
    private var omitted: UInt64 = 0

    /// An inventory of days by `clock` with at most `capacity` rows in each.
    public init(clock: DayClock, capacity: Int = 20_000) {
        self.clock = clock
        self.capacity = max(1, capacity)
        ledger = GrowthLedger(capacity: 65_536)
    }

    /// Reports of flows that found no room, in this day or as one that goes on.
    public var overflow: UInt64 { omitted &+ ledger.overflow }

    /// How many rows the day has.
    public var count: Int { rows.count }

    /// Adds a flow at its report or its end, where it concerns a vendor or a suspected relay. First `advance` to its time.
    public mutating func add(_ observation: Observation) {
        let vendor = observation.attribution?.vendor
        guard vendor != nil || observation.relay?.isSuspected == true, let day else { return }
        let totals = Totals(observation)
        guard let (growth, isFirst) = ledger.note(observation.flow.id, totals, isFinal: observation.flow.isFinal) else {
            return
        }
        let source = observation.flow.client.address
        let key = Key(source: source, vendor: vendor ?? "", product: observation.attribution?.product ?? "")
        guard rows[key] != nil || rows.count < capacity else {
            omitted &+= 1
            return
        }
        rows[key, default: InventoryRow(at: max(day.start, observation.flow.start))].add(
            observation, growth, isFirst: isFirst, hasEstimates: observation.requests != nil, day: day.start)
    }

    /// Moves on to the day of `time` and returns the rows of the day that ended. Time that goes back changes nothing.
    public mutating func advance(to time: Timestamp, coverage: Double?) -> [InventoryReport] {
        guard day.map({ time >= $0.end }) ?? true else { return [] }
        let ended = finish(at: day?.end ?? time, coverage: coverage)
        day = clock.day(at: time)
        return ended
    }

    /// Returns the rows of the day so far, in the order of source, vendor and product, and begins it anew.
    public mutating func finish(at time: Timestamp, coverage: Double?) -> [InventoryReport] {
        defer { rows = [:] }
        guard let day else { return [] }
        let sorted = rows.map { ("\($0.key.source)", $0.key, $0.value) }.sorted {
            ($0.0, $0.1.vendor, $0.1.product) < ($1.0, $1.1.vendor, $1.1.product)
        }
        return sorted.map { _, key, row in
            var report = InventoryReport(
                time: time, start: day.start, end: day.end, zone: clock.zone, source: key.source,
                vendor: key.vendor.isEmpty ? nil : key.vendor, product: key.product.isEmpty ? nil : key.product,
                firstSeen: day.start, lastSeen: day.start, coverageRatio: coverage)
            row.fill(&report)
            return report
        }
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
