import Bytes
import Rules
import Text

/// Rows with typed cells: what all forms of a report are written from.
struct ReportTable {
    /// A value of a row.
    enum Cell: Equatable {
        case text(String)
        case count(Int64)
        case bytes(Int64)
        case estimate(Estimate)
        case time(Timestamp)
        case none
    }

    /// A column: its head for people, and its name in CSV and JSON.
    struct Column: Equatable {
        var title: String
        var name: String
        var isNumber = true
    }

    var columns: [Column]
    var rows: [[Cell]] = []
    /// What further rows add up to, and how many there are.
    var further: [Cell]?
    /// Whether the counts of sources are lower bounds.
    var sourcesAreCut = false
}

extension ReportTable {
    /// The rows of `usage`, in the order of bytes, most first, and of time if that comes first; past `limit` the rest is one row.
    init(_ usage: UsageTable, _ texts: TextPool, limit: Int?) {
        let showsSources = !usage.dimensions.contains(.source)
        columns = usage.dimensions.map { Column(title: $0.title, name: $0.rawValue, isNumber: false) }
        if showsSources { columns.append(Column(title: "SOURCES", name: "sources")) }
        columns += [
            Column(title: "FLOWS", name: "flows"), Column(title: "REQUESTS", name: "requests"),
            Column(title: "INTERACTIONS", name: "interactions"), Column(title: "UP", name: "bytes_up"),
            Column(title: "DOWN", name: "bytes_down"), Column(title: "FIRST", name: "first_seen", isNumber: false),
            Column(title: "LAST", name: "last_seen", isNumber: false),
        ]
        sourcesAreCut = usage.sourcesAreCut
        let rows = Self.sorted(usage, texts)
        let shown = limit.map { rows.prefix(max(0, $0)) } ?? rows[...]
        self.rows = shown.map { $0.names.map { .text($0) } + Self.cells($0.totals, showsSources) }
        var rest = usage.further
        for row in rows.dropFirst(shown.count) {
            rest = rest ?? UsageTotals()
            rest?.add(row.totals)
        }
        guard let rest else { return }
        let names: [Cell] = usage.dimensions.indices.map { .text($0 == 0 ? "(further)" : "") }
        // Sources of further rows may be the same.
        var cells = Self.cells(rest, showsSources)
        if showsSources { cells[0] = .none }
        further = names + cells
    }

    /// The alerts of `rules`, in their order; past `limit` the rest is one row.
    init(_ rules: [AlertTable.RuleSum], limit: Int?) {
        columns = [
            Column(title: "RULE", name: "rule", isNumber: false),
            Column(title: "TITLE", name: "title", isNumber: false),
            Column(title: "SEVERITY", name: "severity", isNumber: false), Column(title: "ALERTS", name: "alerts"),
            Column(title: "HITS", name: "hits"), Column(title: "SUPPRESSED", name: "suppressed"),
            Column(title: "SOURCES", name: "sources"), Column(title: "FIRST", name: "first_seen", isNumber: false),
            Column(title: "LAST", name: "last_seen", isNumber: false),
        ]
        let shown = limit.map { rules.prefix(max(0, $0)) } ?? rules[...]
        rows = shown.map { rule in
            [.text(rule.rule), .text(rule.title), .text(rule.severity)] + Self.counts(rule) + [
                .count(Int64(rule.sources.count)), rule.first.map { .time($0) } ?? .none,
                rule.last.map { .time($0) } ?? .none,
            ]
        }
        guard shown.count < rules.count else { return }
        let rest = rules.dropFirst(shown.count).map(Self.counts)
        let sums = (0..<3).map { index in
            Cell.count(rest.reduce(Int64(0)) { $0.addingClamped($1[index].number ?? 0) })
        }
        // Sources of further rows may be the same, and so may be moments.
        further = [.text("(further)"), .text(""), .text("")] + sums + [.none, .none, .none]
    }

    private static func counts(_ rule: AlertTable.RuleSum) -> [Cell] {
        let suppressed = rule.suppressed.values.reduce(Int64(0)) { $0.addingClamped($1) }
        return [.count(rule.alerts), .count(rule.hits), .count(suppressed)]
    }

    private static func sorted(_ usage: UsageTable, _ texts: TextPool) -> [(names: [String], totals: UsageTotals)] {
        let rows = usage.rows.map { key, totals in
            (
                names: usage.dimensions.indices.map { texts[key.values[$0]].isEmpty ? "-" : texts[key.values[$0]] },
                totals: totals
            )
        }
        let isByTime = usage.dimensions.first?.isTime ?? false
        return rows.sorted { left, right in
            if isByTime, left.names[0] != right.names[0] { return left.names[0] < right.names[0] }
            if left.totals.bytes != right.totals.bytes { return left.totals.bytes > right.totals.bytes }
            return left.names.lexicographicallyPrecedes(right.names)
        }
    }

    private static func cells(_ totals: UsageTotals, _ showsSources: Bool) -> [Cell] {
        let isCounted = totals.counted > 0
        return (showsSources ? [.count(totals.sources)] : []) + [
            .count(totals.flows), isCounted ? .estimate(totals.requests) : .none,
            isCounted ? .estimate(totals.interactions) : .none, .bytes(totals.bytesUp), .bytes(totals.bytesDown),
            totals.first.map { .time($0) } ?? .none, totals.last.map { .time($0) } ?? .none,
        ]
    }
}

extension UsageTotals {
    /// Adds what another row adds up; sources may be the same and are not added.
    mutating func add(_ other: UsageTotals) {
        flows = flows.addingClamped(other.flows)
        bytesUp = bytesUp.addingClamped(other.bytesUp)
        bytesDown = bytesDown.addingClamped(other.bytesDown)
        counted = counted.addingClamped(other.counted)
        requests.add(other.requests)
        interactions.add(other.interactions)
        high = high.addingClamped(other.high)
        medium = medium.addingClamped(other.medium)
        low = low.addingClamped(other.low)
        incomplete = incomplete.addingClamped(other.incomplete)
        if let start = other.first { first = min(first ?? start, start) }
        if let end = other.last { last = max(last ?? end, end) }
    }
}

/// Cells as people read them.
struct CellFormat {
    let clock: DayClock

    /// `1,234`, `6.3 MB`, `12 (10-14)`, `2026-11-23 14:05`.
    func text(_ cell: ReportTable.Cell) -> String {
        switch cell {
        case .text(let text): text
        case .count(let count): TextTable.count(UInt64(clamping: count))
        case .bytes(let bytes): TextTable.bytes(UInt64(clamping: bytes))
        case .estimate(let estimate): self.estimate(estimate)
        case .time(let time): self.time(time)
        case .none: "-"
        }
    }

    /// The moment by the clock on the wall, to the minute.
    func time(_ time: Timestamp) -> String {
        let civil = clock.civil(at: time)
        let hour = CalendarTexts.twoDigits(civil.seconds / 3_600)
        return "\(civil.date) \(hour):\(CalendarTexts.twoDigits(civil.seconds / 60 % 60))"
    }

    private func estimate(_ estimate: Estimate) -> String {
        let clamped = estimate.clamped
        let value = TextTable.count(UInt64(clamping: clamped.value))
        guard clamped.low != clamped.high else { return value }
        return "\(value) (\(clamped.low)-\(clamped.high))"
    }
}

extension Estimate {
    /// The estimate without negative numbers, its bounds around it: in a short period estimates may fall below those before it.
    var clamped: Estimate {
        let value = max(0, value)
        return Estimate(value: value, low: min(value, max(0, low)), high: max(value, high))
    }
}
