/// What is written for rules.
public enum SQLForm: Sendable {
    /// Queries that give alerts, with the parameters `from` and `to`.
    case alerts
    /// Queries that give hits, one row for each step of the window in which a rule alerts, with the same parameters.
    case hits
    /// Views that ClickHouse evaluates by itself, every so many seconds, into `egret.finding`.
    case scheduled(seconds: Int64)
}

/// A rule in SQL.
public struct RuleSQL: Sendable {
    /// The rule's id.
    public let rule: String
    /// Whether the rule only counts (`mode: shadow`).
    public let isShadow: Bool
    /// How long an alert stays open after its latest hit, in nanoseconds.
    public let closeInterval: Int64
    /// What the ends of a range that is judged have to be multiples of, in nanoseconds since 1970, so that ranges that follow one another
    /// find the same as one range does.
    public let alignment: Int64
    /// Whether windows are judged at their end: a hit is at the end of its window, which may be the end of the range.
    public let isJudgedAtEnd: Bool
    /// The statement, without a semicolon.
    public let statement: String
}

extension RuleSet {
    /// The rules that are not switched off as statements of ClickHouse over the tables of `egret schema clickhouse`; what cannot be said
    /// so, each with its clause, is in `problems`.
    public func sql(_ form: SQLForm) -> (statements: [RuleSQL], problems: [SQLProblem]) {
        var statements: [RuleSQL] = []
        var problems: [SQLProblem] = []
        for rule in rules where rule.isEnabled {
            do throws(SQLProblem) {
                statements.append(try rule.sql(form))
            } catch {
                var problem = error
                problem.rule = rule.id
                problem.position = problem.position ?? rule.position
                problems.append(problem)
            }
        }
        return (statements, problems)
    }
}

extension Rule {
    fileprivate func sql(_ form: SQLForm) throws(SQLProblem) -> RuleSQL {
        let parameters = ("{from:DateTime64(3, 'UTC')}", "{to:DateTime64(3, 'UTC')}")
        let query: RuleQuery
        let statement: String
        switch form {
        case .alerts:
            query = try RuleQuery(self, range: parameters)
            statement = try query.alertQuery()
        case .hits:
            query = try RuleQuery(self, range: parameters)
            statement = try query.hitQuery()
        case .scheduled(let seconds):
            let now = "toStartOfInterval(now64(3, 'UTC'), INTERVAL \(seconds) SECOND, 'UTC')"
            // Lines that arrive late are judged again: a finding that comes twice is one.
            query = try RuleQuery(self, range: ("(\(now) - INTERVAL \(seconds * 2 + Self.lateness) SECOND)", now))
            statement = view(try query.hitQuery(), seconds: seconds)
        }
        return RuleSQL(
            rule: id, isShadow: isShadow, closeInterval: dedup.closeInterval, alignment: query.alignment,
            isJudgedAtEnd: trigger == .window, statement: statement)
    }

    /// The view that puts what `query` gives into `egret.finding` every so many seconds.
    private func view(_ query: String, seconds: Int64) -> String {
        let name = "rule_" + id.map { $0 == "-" || $0 == "." ? "_" : String($0) }.joined()
        return """
            CREATE MATERIALIZED VIEW IF NOT EXISTS egret.\(name) REFRESH EVERY \(seconds) SECOND APPEND TO egret.finding AS
            SELECT *, now() AS evaluated FROM (
            \(query)
            )
            """
    }

    /// How late a line may arrive and still be judged by a scheduled view, in seconds.
    private static var lateness: Int64 { 600 }
}
