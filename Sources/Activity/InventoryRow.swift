import Bytes
import Flows
import Protocols
import Rules
import Vendors

/// What one source did with one product in a day, as it is added up.
struct InventoryRow: Sendable {
    /// One of the first flows of the day: what came before the first interaction is found among them.
    private struct Early: Sendable {
        let flow: UInt64
        let start: Timestamp
        let host: String
        var totals: Totals
    }

    /// A flow of telemetry: when it began and what it took with it.
    private struct Post: Sendable {
        let start: Timestamp
        var up: UInt64
    }

    /// The flows to hosts of telemetry.
    private struct Telemetry: Sendable {
        var cadence = InventoryReport.Cadence()
        var hosts = SampleSet(capacity: 16)
        var posts: [Post] = []
    }

    private static var earlyLimit: Int { 64 }
    private static var postLimit: Int { 256 }

    private var group: String?
    private var relayScore: Int?
    private var firstSeen: Timestamp
    private var lastSeen: Timestamp
    /// In the order in which they came: a source has few with a product.
    private var roles: [(role: Role, traffic: InventoryReport.Traffic)] = []
    private var hosts = SampleSet(capacity: 32)
    private var fingerprints = SampleSet(capacity: 16)
    private var early: [Early] = []
    /// One at most: most rows have none, and none costs a word only.
    private var telemetry: [Telemetry] = []
    /// The words of names that say AI: few, of a fixed list.
    private var hints: [String] = []
    private var isPartial = false
    /// The bytes that the row takes, by what is in use.
    private(set) var bytes = Self.ownBytes
    /// The row itself, and its share of the table of rows.
    private static let ownBytes = MemoryLayout<InventoryRow>.stride + 3 * MemoryLayout<InventoryKey>.stride

    init(at time: Timestamp) {
        firstSeen = time
        lastSeen = time
    }

    /// Adds a flow's `growth` since it was reported last; `day` is the first instant of the day. With `mayGrow` false only counters
    /// change: hosts, fingerprints and flows that are not kept yet are left out, and the row is marked as partial.
    mutating func add(
        _ observation: Observation, _ growth: Totals, isFirst: Bool, hasEstimates: Bool, day: Timestamp, mayGrow: Bool
    ) {
        if let sourceGroup = observation.sourceGroup { group = sourceGroup }
        let start = observation.flow.start
        firstSeen = min(firstSeen, max(day, start))
        lastSeen = max(lastSeen, observation.flow.end)
        let host = observation.flow.host?.name ?? "\(observation.flow.server.address)"
        bytes += hosts.insert(host, mayGrow: mayGrow)
        if let ja4 = observation.flow.tls?.ja4 { bytes += fingerprints.insert(ja4, mayGrow: mayGrow) }
        if let relay = observation.relay, relay.isSuspected { relayScore = max(relayScore ?? 0, relay.score) }
        let role = observation.attribution?.role ?? .unclassified
        add(growth, to: role, isFirst: isFirst, hasEstimates: hasEstimates)
        note(observation.flow.id, start: start, host: host, growth, mayGrow: mayGrow)
        if role == .telemetry || role == .crash || role == .featureFlags {
            post(start: start, host: host, growth, isFirst: isFirst, mayGrow: mayGrow)
        }
    }

    /// Adds the word of an unlisted name that says AI. Cost in the number of such words.
    mutating func add(hint word: String) {
        guard !hints.contains(word) else { return }
        hints.append(word)
        bytes += MemoryLayout<String>.stride * 3 / 2 + (hints.count == 1 ? 32 : 0)
    }

    private mutating func add(_ growth: Totals, to role: Role, isFirst: Bool, hasEstimates: Bool) {
        let place = roles.firstIndex { $0.role == role } ?? roles.count
        if place == roles.count {
            roles.append((role, .init()))
            bytes += MemoryLayout<(role: Role, traffic: InventoryReport.Traffic)>.stride + (place == 0 ? 32 : 0)
        }
        roles[place].traffic.add(growth, isFirst: isFirst, hasEstimates: hasEstimates)
    }

    private mutating func note(_ flow: UInt64, start: Timestamp, host: String, _ growth: Totals, mayGrow: Bool) {
        if let index = early.firstIndex(where: { $0.flow == flow }) {
            early[index].totals.add(growth)
        } else if mayGrow, early.count < Self.earlyLimit {
            early.append(Early(flow: flow, start: start, host: host, totals: growth))
            bytes += MemoryLayout<Early>.stride * 3 / 2 + host.heapBytes
        } else {
            isPartial = true
        }
    }

    private mutating func post(start: Timestamp, host: String, _ growth: Totals, isFirst: Bool, mayGrow: Bool) {
        if telemetry.isEmpty {
            telemetry = [Telemetry()]
            bytes += telemetry.heapBytes
        }
        telemetry[0].cadence.flows &+= isFirst ? 1 : 0
        telemetry[0].cadence.bytes &+= growth.up &+ growth.down
        bytes += telemetry[0].hosts.insert(host, mayGrow: mayGrow)
        if let index = telemetry[0].posts.lastIndex(where: { $0.start == start }), !isFirst {
            telemetry[0].posts[index].up &+= growth.up
        } else if mayGrow, telemetry[0].posts.count < Self.postLimit {
            telemetry[0].posts.append(Post(start: start, up: growth.up))
            bytes += MemoryLayout<Post>.stride * 3 / 2
        } else {
            isPartial = true
        }
    }

    /// The row as an event, but for what the table knows.
    func fill(_ report: inout InventoryReport) {
        report.group = group
        report.nameHints = hints.sorted()
        report.relayScore = relayScore
        report.firstSeen = firstSeen
        report.lastSeen = max(firstSeen, lastSeen)
        report.roles = Role.allCases.compactMap { role in roles.first { $0.role == role } }
        report.hosts = hosts.values.sorted()
        report.fingerprints = fingerprints.values.sorted()
        report.telemetry = cadence
        report.prelude = prelude
        report.isPartial =
            isPartial || hosts.isPartial || fingerprints.isPartial || telemetry.contains { $0.hosts.isPartial }
    }

    private var cadence: InventoryReport.Cadence? {
        guard let telemetry = telemetry.first, telemetry.cadence.flows > 0 else { return nil }
        var cadence = telemetry.cadence
        let all = roles.reduce(0) { $0 &+ $1.traffic.bytesUp &+ $1.traffic.bytesDown }
        cadence.share = all > 0 ? Double(cadence.bytes) / Double(all) : 0
        cadence.hosts = telemetry.hosts.values.sorted()
        cadence.medianUp = UInt64(clamping: telemetry.posts.map { Int64(clamping: $0.up) }.median ?? 0)
        let starts = telemetry.posts.map(\.start).sorted()
        let intervals = zip(starts.dropFirst(), starts).map { $0.nanoseconds(since: $1) }
        guard intervals.count >= 2, let period = intervals.median else { return cadence }
        cadence.period = period
        cadence.spread = intervals.map { abs($0 - period) }.median
        return cadence
    }

    private var prelude: InventoryReport.Prelude? {
        guard let first = early.filter({ $0.totals.interactions > 0 }).map(\.start).min() else { return nil }
        let before = early.filter { $0.start < first }
        guard let begin = before.map(\.start).min() else { return nil }
        var prelude = InventoryReport.Prelude()
        prelude.duration = first.nanoseconds(since: begin)
        prelude.flows = UInt64(before.count)
        prelude.bytesUp = before.reduce(0) { $0 &+ $1.totals.up }
        prelude.bytesDown = before.reduce(0) { $0 &+ $1.totals.down }
        prelude.hosts = Set(before.map(\.host)).sorted()
        return prelude
    }
}

extension InventoryReport.Traffic {
    /// Adds what a flow grew by.
    fileprivate mutating func add(_ growth: Totals, isFirst: Bool, hasEstimates: Bool) {
        flows &+= isFirst ? 1 : 0
        bytesUp &+= growth.up
        bytesDown &+= growth.down
        guard hasEstimates else { return }
        requests = (requests ?? 0) &+ growth.requests
        interactions = (interactions ?? 0) &+ growth.interactions
    }
}

/// The rows of a day in the order in which they came, in blocks: a row is large, and if one is added none is moved but
/// those of the first block, which grows as an array does.
struct InventoryRows: Sendable {
    typealias Row = (key: InventoryKey, row: InventoryRow)

    private static var blockSize: Int { 256 }
    private var blocks: [[Row]] = []
    private(set) var count = 0

    /// Adds a row after the others.
    mutating func append(_ row: Row) {
        if count % Self.blockSize == 0 {
            blocks.append([])
            // The first rows of a day may be all there are.
            if blocks.count > 1 { blocks[blocks.count - 1].reserveCapacity(Self.blockSize) }
        }
        blocks[blocks.count - 1].append(row)
        count += 1
    }

    /// The row in `place`, as it is.
    subscript(place: Int) -> Row {
        _read { yield blocks[place / Self.blockSize][place % Self.blockSize] }
        _modify { yield &blocks[place / Self.blockSize][place % Self.blockSize] }
    }
}

/// The first values of a kind in the order in which they were seen, without repetition, and whether there were more.
struct SampleSet: Sendable {
    /// Apart from the others, for most sets have one value and none of them.
    private var first: String?
    private var others: [String] = []
    private(set) var isPartial = false
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The values in their order.
    var values: [String] { first.map { [$0] + others } ?? [] }

    /// Adds a value, if there is room and the set `mayGrow`; returns the bytes that it takes. Cost in the capacity.
    mutating func insert(_ value: String, mayGrow: Bool) -> Int {
        if first == value || others.contains(value) { return 0 }
        guard mayGrow, first == nil || others.count + 1 < capacity else {
            isPartial = true
            return 0
        }
        guard first != nil else {
            first = value
            return value.heapBytes
        }
        others.append(value)
        return MemoryLayout<String>.stride * 3 / 2 + (others.count == 1 ? 32 : 0) + value.heapBytes
    }
}

extension [Int64] {
    /// The middle value, the lower of two; `nil` if there is none.
    var median: Int64? {
        isEmpty ? nil : sorted()[(count - 1) / 2]
    }
}
