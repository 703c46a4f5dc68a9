public import Bytes
import Flows
public import Rules
import Vendors

/// Who used what: a row a day, a source and a product, from the reports of flows.
///
/// The day is that of the flow's report, by a time zone, in packet time. Bounded: at most `capacity` rows a day, and what
/// finds no room is counted. Told of flows when they are reported or end, never of packets.
public struct Inventory: Sendable {
    private let clock: DayClock
    private let capacity: Int
    private var day: (start: Timestamp, end: Timestamp)?
    private var rows = InventoryRows()
    private var places: [InventoryKey: Int] = [:]
    private var ledger: FlowDeltas
    private var omitted: UInt64 = 0

    /// An inventory of days by `clock` with at most `capacity` rows in each.
    public init(clock: DayClock, capacity: Int = 20_000) {
        self.clock = clock
        self.capacity = max(1, capacity)
        ledger = FlowDeltas(capacity: 65_536)
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
        let key = InventoryKey(
            source: observation.flow.client.address, vendor: vendor ?? "",
            product: observation.attribution?.product ?? "")
        guard let place = place(of: key, at: max(day.start, observation.flow.start)) else {
            omitted &+= 1
            return
        }
        rows[place].row.add(
            observation, growth, isFirst: isFirst, hasEstimates: observation.flow.traffic != nil, day: day.start)
    }

    /// The place of a row, which is added where there is room; nothing where there is none.
    private mutating func place(of key: InventoryKey, at time: Timestamp) -> Int? {
        if let place = places[key] { return place }
        guard rows.count < capacity else { return nil }
        places[key] = rows.count
        rows.append((key, InventoryRow(at: time)))
        return rows.count - 1
    }

    /// Moves on to the day of `time` and returns the rows of the day that ended. Time that goes back changes nothing.
    public mutating func advance(to time: Timestamp, coverage: Double?) -> InventoryDay {
        guard day.map({ time >= $0.end }) ?? true else { return InventoryDay() }
        let ended = finish(at: day?.end ?? time, coverage: coverage)
        day = clock.day(at: time)
        return ended
    }

    /// Returns the rows of the day so far and begins it anew.
    public mutating func finish(at time: Timestamp, coverage: Double?) -> InventoryDay {
        defer {
            rows = InventoryRows()
            places = [:]
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
