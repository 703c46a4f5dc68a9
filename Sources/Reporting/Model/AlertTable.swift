import Bytes

/// The alerts of the period, each as it was last, and their sums by rule.
///
/// Bounded: past `limit` alerts further ones are counted, and `omitted` says how many lines that were.
struct AlertTable {
    /// An alert as it was last.
    struct Entry {
        var id = ""
        var rule = ""
        var title = ""
        var severity = ""
        var status = ""
        var exception: String?
        var count: Int64 = 0
        var first: Timestamp?
        var last: Timestamp?
        var source = ""
        var product = ""
        var host = ""
        var hostSource = ""
        var flow = ""
        var message = ""
        var isComplete = false
    }

    /// What one rule brought.
    struct RuleSum {
        var rule = ""
        var title = ""
        var severity = ""
        var alerts: Int64 = 0
        var hits: Int64 = 0
        var sources: Set<String> = []
        var first: Timestamp?
        var last: Timestamp?
        /// Matches that exceptions suppressed, by exception.
        var suppressed: [String: Int64] = [:]
    }

    static var limit: Int { 20_000 }
    static let severities = ["critical", "high", "medium", "low", "info"]

    private var places: [String: Int] = [:]
    private(set) var entries: [Entry] = []
    private(set) var omitted: Int64 = 0

    /// Takes an `alert` event.
    mutating func add(_ line: EventLine, _ bytes: RawSpan) {
        guard let id = line.string(.alertID, bytes) else { return }
        let entry = Self.entry(id: id, line, bytes)
        if let place = places[id] {
            entries[place] = entry
        } else if entries.count < Self.limit {
            places[id] = entries.count
            entries.append(entry)
        } else {
            omitted = omitted.addingClamped(1)
        }
    }

    private static func entry(id: String, _ line: EventLine, _ bytes: RawSpan) -> Entry {
        func text(_ field: EventField) -> String { line.string(field, bytes) ?? "" }
        let host = text(.farHost)
        return Entry(
            id: id, rule: text(.ruleID), title: text(.ruleTitle), severity: text(.severity),
            status: text(.alertStatus), exception: line.string(.suppressedBy, bytes),
            count: line.integer(.alertCount, bytes) ?? 0, first: line.time(.alertFirst, bytes),
            last: line.time(.alertLast, bytes), source: text(.sourceIP),
            product: text(.product).isEmpty ? text(.vendor) : text(.product), host: host.isEmpty ? text(.farIP) : host,
            hostSource: text(.hostSource), flow: text(.flowID), message: text(.message),
            isComplete: line.isTrue(.evidenceComplete))
    }

    /// The sums by rule, the most severe first, then by hits.
    var rules: [RuleSum] {
        var sums: [String: RuleSum] = [:]
        for entry in entries {
            var sum = sums[entry.rule] ?? RuleSum(rule: entry.rule, title: entry.title, severity: entry.severity)
            if Self.rank(entry.severity) < Self.rank(sum.severity) { sum.severity = entry.severity }
            if let exception = entry.exception, entry.status == "suppressed" {
                sum.suppressed[exception] = (sum.suppressed[exception] ?? 0).addingClamped(entry.count)
            } else {
                sum.alerts = sum.alerts.addingClamped(1)
                sum.hits = sum.hits.addingClamped(entry.count)
                sum.sources.insert(entry.source)
            }
            if let first = entry.first { sum.first = min(sum.first ?? first, first) }
            if let last = entry.last { sum.last = max(sum.last ?? last, last) }
            sums[entry.rule] = sum
        }
        return sums.values.sorted { left, right in
            (Self.rank(left.severity), right.hits, left.rule) < (Self.rank(right.severity), left.hits, right.rule)
        }
    }

    /// 0 for the most severe.
    static func rank(_ severity: String) -> Int { severities.firstIndex(of: severity) ?? severities.count }
}
