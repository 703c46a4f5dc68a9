import Bytes
import Vendors

/// The rows of a day that is over, told one by one in the order of source, vendor and product: a day may have many, and a
/// report is much larger than its row.
public struct InventoryDay: Sequence, IteratorProtocol, Sendable {
    private let rows: InventoryRows
    private let order: [Int]
    private let day: (start: Timestamp, end: Timestamp)
    private let zone: String
    private let time: Timestamp
    private let coverage: Double?
    private var told = 0

    /// The day of `rows`, told at `time`.
    init(
        _ rows: InventoryRows, day: (start: Timestamp, end: Timestamp), zone: String, at time: Timestamp,
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
                : (keys[left].vendor, keys[left].product) < (keys[right].vendor, keys[right].product)
        }
    }

    /// The day of no rows.
    init() {
        self.init(
            InventoryRows(), day: (.distantPast, .distantPast), zone: "", at: .distantPast, coverage: nil)
    }

    /// The report of the next row.
    public mutating func next() -> InventoryReport? {
        guard told < order.count else { return nil }
        let (key, row) = rows[order[told]]
        told += 1
        var report = InventoryReport(
            time: time, start: day.start, end: day.end, zone: zone, source: key.source,
            vendor: key.vendor.isEmpty ? nil : key.vendor, product: key.product.isEmpty ? nil : key.product,
            firstSeen: day.start, lastSeen: day.start, coverageRatio: coverage)
        row.fill(&report)
        return report
    }
}
