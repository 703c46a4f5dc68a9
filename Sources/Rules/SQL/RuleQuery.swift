import Bytes
import Flows
import Text
import Vendors

/// One rule as a query over the fleet's tables.
///
/// The query is a chain of named steps, each read once. `matched` are the rows that the rule counts, with what each adds. `steps` adds
/// them up by group and step of the window. `windows` adds up the steps of a window. `hits` are the steps in which the rule alerts.
/// `alerts` joins the hits of a group, as deduplication does. Windows that slide are exact to a step, a sixtieth of them: what a step
/// reaches at its end is taken for reached in all of it. In tumbling windows rows are counted one by one (`counted`).
struct RuleQuery {
    /// The rule.
    let rule: Rule
    let table: SQLTable
    let window: SQLWindow
    /// The fields of the groups that are counted apart.
    let groupBy: [Field]
    /// The moments that are judged, from the first to before the second: expressions of DateTime64.
    let range: (from: String, to: String)
    let fields: [SQLField]
    let sample: [(field: Field, column: SQLField)]

    /// The query of `rule`, which judges what `range` says.
    init(_ rule: Rule, range: (from: String, to: String)) throws(SQLProblem) {
        self.rule = rule
        self.range = range
        table = rule.countingTrigger == .dns ? .dns : .flow
        let table = table
        if let threshold = rule.threshold {
            window = SQLWindow(threshold, zone: rule.zone)
            groupBy = threshold.groupBy
        } else {
            // Hits that are a step apart at the most never are two alerts, whatever is between them.
            window = SQLWindow(width: min(60_000_000_000, max(1_000_000, rule.dedup.closeInterval)))
            groupBy = rule.dedup.by
        }
        var fields: [SQLField] = []
        for field in groupBy {
            guard let column = field.sql(in: table), field.type != .duration else {
                throw SQLProblem(
                    clause: rule.threshold == nil ? "dedup.by: \(field.name)" : "threshold.group_by: \(field.name)",
                    reason: "no column of egret.\(table.rawValue) tells \(field.name)")
            }
            fields.append(column)
        }
        self.fields = fields
        sample = rule.sampledFields.compactMap { field in field.sql(in: table).map { (field, $0) } }
        try check()
    }

    /// What no query over reports can tell.
    private func check() throws(SQLProblem) {
        guard let threshold = rule.threshold else { return }
        if let other = rule.dedup.by.first(where: { !groupBy.contains($0) }) {
            throw SQLProblem(
                clause: "dedup.by: \(other.name)", reason: "groups are counted without it; add it to threshold.group_by"
            )
        }
        if rule.dedup.closeInterval < window.length / 60 {
            throw SQLProblem(
                clause: "dedup", reason: "an alert would close within a step of the window, which is a sixtieth of it")
        }
        let changing = rule.countedFields.first { $0.changesWithReports }
        let isRepeated = rule.countingTrigger == .flowUpdate
        guard isRepeated, let changing, threshold.count != .matches else { return }
        throw SQLProblem(
            clause: "threshold.count with a condition on \(changing.name)",
            reason:
                "\(changing.name) changes from report to report, so that it is not known what of a flow was counted; "
                + "say 'on: flow_end', or leave it out")
    }

    /// The moment of a row that the rule goes by: a flow's first packet if all that is asked is known when it is named, otherwise the
    /// report's own.
    var moment: String {
        switch rule.countingTrigger {
        case .flowStart, .flowNamed, .flowAnswered: "flow_start"
        case .flowUpdate, .flowEnd, .dns, .window: "time"
        }
    }

    /// The rows that are asked: of a flow that is judged once the first report, or the last.
    private var reports: String? {
        switch rule.countingTrigger {
        case .flowStart, .flowNamed, .flowAnswered: "flow_part = 1"
        case .flowEnd: "flow_final"
        case .flowUpdate, .dns, .window: nil
        }
    }

    /// Whether a row is the first of its flow that the rule sees.
    private var isFirst: String {
        guard rule.countingTrigger == .flowUpdate else { return "1" }
        if !rule.countedFields.contains(where: \.changesWithReports) { return "flow_part = 1" }
        return "row_number() OVER (PARTITION BY sensor_id, flow_id ORDER BY flow_part) = 1"
    }

    /// What a row adds to its window, and the value of which different ones are counted.
    private func counted() throws(SQLProblem) -> (amount: String, distinct: String) {
        guard let threshold = rule.threshold else { return ("1", "''") }
        switch threshold.count {
        case .matches: return ("1", "''")
        case .flows: return ("toInt64(\(isFirst))", "''")
        case .distinct(let field): return ("0", try text(of: field, "threshold.count: distinct(\(field.name))"))
        case .interactions: return (try amount("flow.interactions_est", "threshold.count: interactions"), "''")
        case .sum(let field): return (try amount(field.name, "threshold.count: sum(\(field.name))"), "''")
        }
    }

    private func amount(_ name: String, _ clause: String) throws(SQLProblem) -> String {
        guard let field = Field.named(name)?.sql(in: table) else {
            throw SQLProblem(clause: clause, reason: "no column of egret.\(table.rawValue) tells \(name)")
        }
        guard rule.countingTrigger == .flowUpdate else { return "greatest(0, toInt64(\(field.value)))" }
        guard let increment = field.increment else {
            throw SQLProblem(
                clause: clause, reason: "events do not tell what a report adds to \(name); say 'on: flow_end'")
        }
        return "greatest(0, toInt64(\(increment)))"
    }

    private func text(of field: Field, _ clause: String) throws(SQLProblem) -> String {
        guard let column = field.sql(in: table) else {
            throw SQLProblem(clause: clause, reason: "no column of egret.\(table.rawValue) tells \(field.name)")
        }
        return column.text
    }

    /// The rows that the rule counts, one column a group's field, and what each adds.
    func matched() throws(SQLProblem) -> String {
        let (amount, distinct) = try counted()
        let companion = try rule.threshold?.minDistinct.map { (need) throws(SQLProblem) in
            try text(of: need.field, "threshold.min_distinct: \(need.field.name)")
        }
        let nanoseconds = SQLTime.nanoseconds(moment)
        let groups = fields.indices.map { "\(fields[$0].text) AS g\($0)" }
        let columns =
            groups + [
                "\(nanoseconds) AS at", "\(window.step(moment, nanoseconds: nanoseconds)) AS row_step",
                "\(amount) AS row_amount",
                "\(distinct) AS value_text", "\(companion ?? "''") AS companion", "\(isFirst) AS fresh",
                "\(try severity()) AS row_severity", "sensor_id AS sensor", "seq",
                "tuple(\(sample.map(\.column.text).joined(separator: ", "))) AS row_sample",
            ]
        return """
            SELECT
                \(columns.joined(separator: ",\n    "))
            FROM egret.\(table.rawValue) FINAL
            WHERE \(try filter().joined(separator: "\n    AND "))
            """
    }

    /// What holds of the rows that the rule counts.
    private func filter() throws(SQLProblem) -> [String] {
        let condition = SQLCondition(table: table)
        let lookback = (window.lookback + 999_999) / 1_000_000
        var tests = [
            // A flow is never reported before it began: this one leads to the partitions.
            "time >= \(range.from) - INTERVAL \(lookback) MILLISECOND",
            "\(moment) >= \(range.from) - INTERVAL \(lookback) MILLISECOND", "\(moment) < \(range.to)",
        ]
        if let reports { tests.append(reports) }
        tests.append(try condition.expression(rule.condition))
        if let from = rule.grace?.from ?? rule.validFrom { tests.append("\(moment) >= \(Self.literal(from))") }
        if let until = rule.validUntil { tests.append("\(moment) < \(Self.literal(until))") }
        if let schedule = rule.schedule { tests.append(SQLTime.permits(schedule, moment)) }
        for exception in rule.exceptions {
            let holds = try condition.expression(exception.condition)
            let isInForce = exception.expires.map { " AND \(moment) < \(Self.literal($0))" } ?? ""
            tests.append("NOT (\(holds)\(isInForce))")
        }
        if let least = rule.evidence.minConfidence {
            let words = Confidence.allCases.filter { $0 >= least }.map(\.rawValue)
            tests.append(least == .none ? "1" : "ai_confidence IN \(SQLText.list(words))")
        }
        if rule.evidence.isCompleteRequired {
            guard table == .flow else {
                throw SQLProblem(clause: "evidence.require_complete", reason: "questions have no such field")
            }
            tests.append("evidence_complete")
        }
        return tests
    }

    /// The place of the row's severity in the order of severities.
    private func severity() throws(SQLProblem) -> String {
        let condition = SQLCondition(table: table)
        var own = String(rule.severity.place)
        for item in rule.severityCases.reversed() {
            own = "if(\(try condition.expression(item.condition)), \(item.severity.place), \(own))"
        }
        if let from = rule.validFrom, let grace = rule.grace {
            own = "if(\(moment) < \(Self.literal(from)), \(grace.severity.place), \(own))"
        }
        guard rule.restsOnAttribution, rule.evidence.minConfidence == nil else { return own }
        return "if(ai_confidence IN ('none', 'low'), least(\(own), \(Severity.low.place)), \(own))"
    }

    /// A moment as a constant.
    private static func literal(_ time: Timestamp) -> String {
        "fromUnixTimestamp64Nano(\(time.nanoseconds), 'UTC')"
    }
}

extension Severity {
    /// The place in the order of severities, from 0.
    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Rule {
    /// The fields on which it depends whether a report counts.
    var countedFields: [Field] { condition.fields + exceptions.flatMap(\.condition.fields) }

    /// The fields of a hit that an alert tells, beside those of its group: what the message names, and the ends.
    var sampledFields: [Field] {
        let named = message.parts.flatMap { part -> [Field] in
            guard case .choice(let sources) = part else { return [] }
            return sources.compactMap { if case .field(let field) = $0 { field } else { nil } }
        }
        let usual = threshold == nil ? Self.endFields : Self.shortFields
        var seen = Set<Field>()
        return (dedup.by + named + usual.compactMap(Field.named)).filter { seen.insert($0).inserted }
    }

    private static let shortFields = [
        "sensor.id", "src.ip", "src.group", "ai.vendor", "ai.product", "ai.role", "ai.confidence",
    ]
    private static let endFields =
        shortFields + [
            "dst.ip", "dst.port", "dst.host", "dst.host_source", "dst.domain", "net.app", "ai.category", "ai.country",
            "ai.scope", "ai.client", "flow.bytes_up", "flow.bytes_down", "flow.answered",
        ]
}
