import ArgumentParser
import Rules
import Text

/// `egret rules sql`: rules as queries over the tables of a fleet.
struct RulesSQLCommand: ParsableCommand {
    /// The SQL of which engine.
    enum Dialect: String, ExpressibleByArgument, CaseIterable {
        case clickhouse
    }

    /// What the rows of a query are.
    enum Rows: String, ExpressibleByArgument, CaseIterable {
        case alerts, hits
    }

    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Write rules as SQL over the tables of a fleet, which egret schema clickhouse makes.",
        discussion: """
            Each query has two parameters, from and to, the moments that are judged:
              egret rules sql rules/policies/distillation-shape.yaml > shape.sql
              clickhouse-client --param_from='2026-05-01 00:00:00' --param_to='2026-05-02 00:00:00' --queries-file shape.sql
            With --schedule it writes materialized views, which ClickHouse evaluates by itself into egret.finding.
            What SQL cannot say is an error that names the rule and the clause; then no statement is written.
            Exit status: 0 fine, 1 errors in rule files or a rule that SQL cannot say, 2 wrong usage.
            """)

    @OptionGroup var options: RulePathOptions
    @Option(help: "The dialect: clickhouse.") var dialect = Dialect.clickhouse
    @Option(help: "What a row is: an alert, or a hit in one step of a window.") var rows = Rows.alerts
    @Option(help: ArgumentHelp("Write views that are evaluated so often, from 10s to 1d.", valueName: "duration"))
    var schedule: String?

    func run() throws {
        let (rules, _) = try options.load()
        let (statements, problems) = rules.sql(try form())
        for problem in problems { Terminal.write("\(problem)") }
        guard problems.isEmpty else { throw ExitCode.failure }
        for statement in statements {
            let mode = statement.isShadow ? " (mode: shadow)" : ""
            Terminal.write(output: "-- rule \(statement.rule)\(mode)\n\(statement.statement);\n")
        }
    }

    private func form() throws -> SQLForm {
        guard let schedule else { return rows == .alerts ? .alerts : .hits }
        let second: Int64 = 1_000_000_000
        guard let length = DurationText.nanoseconds(schedule), (10 * second...86_400 * second).contains(length),
            length % second == 0
        else { throw ValidationError("--schedule takes whole seconds from 10s to 1d, not '\(schedule)'") }
        return .scheduled(seconds: length / second)
    }
}
