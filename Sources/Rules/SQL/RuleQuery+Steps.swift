/// The steps of the query after the rows that are counted.
extension RuleQuery {
    private var groups: [String] { fields.indices.map { "g\($0)" } }

    /// `PARTITION BY` the groups, if there are any.
    private var partition: String { groups.isEmpty ? "" : "PARTITION BY \(groups.joined(separator: ", ")) " }

    /// What the ends of a range have to be multiples of, in nanoseconds, so that no hit is partly in one range and partly in the next: a
    /// step of a window that slides. Hits in tumbling windows are known to the row.
    var alignment: Int64 { countsRows || rule.trigger == .window ? 1 : window.alignment }

    /// Whether rows are counted one by one, so that it is known which of them reaches the threshold.
    private var countsRows: Bool { rule.threshold?.kind == .tumbling && rule.trigger != .window }

    /// Whether `value`, and so many different values beside it, reach the threshold.
    private func reaches(_ value: String, _ different: String) -> String {
        guard let threshold = rule.threshold else { return "1" }
        let sign = [.gte: ">=", .lt: "<", .lte: "<="][threshold.comparison] ?? ">"
        let own = "\(value) \(sign) \(threshold.value)"
        return threshold.minDistinct.map { "(\(own) AND \(different) >= \($0.value))" } ?? own
    }

    /// The rows with what their window has reached when they come.
    private func counted() -> String {
        """
        SELECT *, \(countsDistinct ? "uniqExactIf(value_text, value_text != '')" : "sum(row_amount)") OVER frame AS running,
            uniqExactIf(companion, companion != '') OVER frame AS different
        FROM matched
        WINDOW frame AS (PARTITION BY \((groups + ["row_step"]).joined(separator: ", ")) ORDER BY at, seq ROWS UNBOUNDED PRECEDING)
        """
    }

    private var countsDistinct: Bool {
        if case .distinct? = rule.threshold?.count { true } else { false }
    }

    /// The hits of each group and step, of rows that were counted one by one.
    private func countedSteps() -> String {
        let isHit = "(\(reaches("running", "different"))) AND (row_amount > 0 OR fresh)"
        let columns =
            groups + [
                "row_step AS step", "countIf(\(isHit)) AS hits", "maxIf(row_severity, \(isHit)) AS severity",
                "minIf(at, \(isHit)) AS first", "maxIf(at, \(isHit)) AS last",
                "argMax(row_sample, (at, seq)) AS sample",
                "groupUniqArray(100)(sensor) AS sensors", "toInt64(max(running)) AS value",
            ]
        return """
            SELECT
                \(columns.joined(separator: ",\n    "))
            FROM counted
            GROUP BY \((groups + ["step"]).joined(separator: ", "))
            """
    }

    /// The counts of each group and step. If windows are judged at their end, a row counts in the window after its own with
    /// nothing, so that a group in which nothing more happens is judged once more.
    private func steps() -> String {
        let isAtEnd = rule.trigger == .window
        let own = isAtEnd ? "later = 0" : "1"
        let columns =
            groups + [
                isAtEnd ? "row_step + later AS step" : "row_step AS step", "sumIf(row_amount, \(own)) AS amount",
                "uniqExactStateIf(value_text, \(own) AND value_text != '') AS values",
                "uniqExactStateIf(companion, \(own) AND companion != '') AS companions",
                "countIf(\(own) AND (row_amount > 0 OR fresh)) AS hits",
                // A window that is judged at its end goes by its latest row.
                isAtEnd ? "argMax(row_severity, (at, seq)) AS severity" : "max(row_severity) AS severity",
                "minIf(at, row_amount > 0 OR fresh) AS first", "maxIf(at, row_amount > 0 OR fresh) AS last",
                "argMax(row_sample, (at, seq)) AS sample", "groupUniqArray(100)(sensor) AS sensors",
            ]
        return """
            SELECT
                \(columns.joined(separator: ",\n    "))
            FROM matched\(isAtEnd ? " ARRAY JOIN [0, 1] AS later" : "")
            GROUP BY \((groups + ["step"]).joined(separator: ", "))
            """
    }

    /// What each group has reached in the window that ends with each step.
    private func windows() -> String {
        let count = countsDistinct ? "uniqExactMerge(values) OVER frame" : "sum(amount) OVER frame"
        let end = window.end(of: "step")
        let isAtEnd = rule.trigger == .window
        let others =
            groups + [
                "step", "hits", "severity", isAtEnd ? "\(end) AS first" : "first", isAtEnd ? "\(end) AS last" : "last",
                "sample", "sensors",
            ]
        return """
            SELECT
                \(others.joined(separator: ",\n    ")),
                toInt64(\(rule.threshold == nil ? "0" : count)) AS value,
                uniqExactMerge(companions) OVER frame AS different
            FROM steps
            WINDOW frame AS (\(partition)ORDER BY step RANGE BETWEEN \(window.steps - 1) PRECEDING AND CURRENT ROW)
            """
    }

    /// The steps in which the rule alerts.
    private func hits() -> String {
        let isAtEnd = rule.trigger == .window
        var tests: [String] = []
        if !countsRows { tests.append(reaches("value", "different")) }
        if !isAtEnd { tests.append("hits > 0") }
        tests.append("last \(isAtEnd ? ">" : ">=") \(SQLTime.nanoseconds(range.from))")
        // A window that has not ended is judged later.
        tests.append("last \(isAtEnd ? "<=" : "<") \(SQLTime.nanoseconds(range.to))")
        let places = rule.dedup.by.map { field in groupBy.firstIndex(of: field).map { "g\($0)" } ?? "''" }
        let names = SQLText.literal(rule.id)
        let map = sample.enumerated().map { "\(SQLText.literal($1.field.name)), sample.\($0 + 1)" }
        return """
            SELECT
                \(names) AS rule_id,
                \(places.isEmpty ? "[]::Array(String)" : "[\(places.joined(separator: ", "))]") AS key,
                step, first, last, \(isAtEnd ? "1" : "greatest(hits, 1)") AS hits, value, severity,
                map(\(map.joined(separator: ", "))) AS sample, sensors
            FROM windows
            WHERE \(tests.joined(separator: " AND "))
            """
    }

    /// The steps that lead to hits, as the beginning of a query.
    private func chain() throws(SQLProblem) -> String {
        """
        WITH matched AS (
        \(try matched())
        ), \(countsRows ? "counted AS (\n\(counted())\n), windows AS (\n\(countedSteps())" : "steps AS (\n\(steps())\n), windows AS (\n\(windows())")
        ), hits AS (
        \(hits())
        )
        """
    }

    /// The query that gives a row for each step in which the rule alerts.
    func hitQuery() throws(SQLProblem) -> String {
        try chain() + """

            SELECT rule_id, key, step, \(SQLTime.moment("first")) AS first_seen, \(SQLTime.moment("last")) AS last_seen,
                hits, value, \(Self.severityWord) AS severity, sample, arraySort(sensors) AS sensors
            FROM hits
            ORDER BY hits.first, key
            """
    }

    /// The query that gives a row for each alert: hits of a group that are no further apart than the alert stays open.
    func alertQuery() throws(SQLProblem) -> String {
        let close = rule.dedup.closeInterval
        return try chain() + """
            , marked AS (
            SELECT *, max(last) OVER (PARTITION BY key ORDER BY first, step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM hits
            ), numbered AS (
            SELECT rule_id, key, first AS hit_first, last AS hit_last, hits AS hit_count, value AS hit_value, severity AS hit_severity,
                sample AS hit_sample, sensors AS hit_sensors,
                sum(first >= before + \(close)) OVER (PARTITION BY key ORDER BY first, step ROWS UNBOUNDED PRECEDING) AS number
            FROM marked
            ), alerts AS (
            SELECT rule_id, key, number, min(hit_first) AS first, max(hit_last) AS last, sum(hit_count) AS count,
                argMax(hit_value, hit_last) AS value, max(hit_value) AS highest, max(hit_severity) AS severity,
                argMax(hit_sample, hit_last) AS sample, arraySort(groupUniqArrayArray(100)(hit_sensors)) AS sensors
            FROM numbered
            GROUP BY rule_id, key, number
            )
            SELECT rule_id, key, if(last + \(close) <= \(SQLTime.nanoseconds(range.to)), 'closed', 'open') AS status,
                \(SQLTime.moment("first")) AS first_seen, \(SQLTime.moment("last")) AS last_seen, count,
                value AS threshold_value, highest AS threshold_highest, \(Self.severityWord) AS severity, sample, sensors
            FROM alerts
            ORDER BY alerts.first, key
            """
    }

    private static var severityWord: String {
        "[\(Severity.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", "))][severity + 1]"
    }
}
