public import Bytes
public import Events
public import Rules

/// Judges the events of a fleet by rules: the database counts, and what it finds becomes alerts here, with the rules' own deduplication,
/// messages and ids.
///
/// An evaluation keeps nothing from one time to the next. To know which alerts are open at its beginning it asks for the hits before that
/// too, as far back as any rule keeps an alert open.
public struct CentralEvaluation {
    /// Why it could not judge.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// The reason, a line for each.
        public let description: String
    }

    private let rules: RuleSet
    private let client: ClickHouseClient
    private let statements: [RuleSQL]
    /// The sensor whose alerts these are.
    private let sensor: String

    /// An evaluation of `rules` over the database of `client`.
    ///
    /// - Throws: if SQL cannot say one of the rules.
    public init(_ rules: RuleSet, _ client: ClickHouseClient, sensor: String) throws(Failure) {
        let (statements, problems) = rules.sql(.hits)
        guard problems.isEmpty else {
            throw Failure(description: problems.map(\.description).joined(separator: "\n"))
        }
        self.rules = rules
        self.client = client
        self.statements = statements
        self.sensor = sensor
    }

    /// The alerts that open, go on or close from `start` on and before `end`, in the order of their latest hits. With `isLast` those that
    /// are open at the end close. Returns the alerts, and how many hits there were. An end that is between two steps of a rule's window is
    /// taken for the step's beginning: the next range begins there.
    public func judge(
        from start: Timestamp, to end: Timestamp, isLast: Bool
    ) throws(Failure) -> (alerts: [Alert], hits: Int) {
        var alerts: [Alert] = []
        var hits = 0
        for statement in statements {
            let from = start.aligned(to: statement.alignment)
            let to = isLast ? end : end.aligned(to: statement.alignment)
            guard from < to else { continue }
            hits += try judge(statement, from: from, to: to, isLast: isLast) { alerts.append($0) }
        }
        // Alerts of one moment stay in the order of the rules.
        let order = alerts.indices.sorted { (alerts[$0].lastSeen, $0) < (alerts[$1].lastSeen, $1) }
        return (order.map { alerts[$0] }, hits)
    }

    /// Judges by one rule. What the evaluation before this one told is taken in silence, so that it is known which alerts are open.
    private func judge(
        _ statement: RuleSQL, from start: Timestamp, to end: Timestamp, isLast: Bool, emit: (Alert) -> Void
    ) throws(Failure) -> Int {
        let before = start.advanced(byNanoseconds: -min(statement.closeInterval, Self.longestMemory))
        let findings = try rows(statement, from: before, to: end)
        var (old, new): ([RuleFinding], [RuleFinding]) = ([], [])
        for finding in findings {
            let isOld = statement.isJudgedAtEnd ? finding.lastSeen <= start : finding.lastSeen < start
            if isOld || finding.firstSeen >= start {
                if isOld { old.append(finding) } else { new.append(finding) }
            } else {
                let parts = finding.split()
                old.append(parts.first)
                new.append(parts.rest)
            }
        }
        var engine = RuleEngine(rules: rules)
        for finding in old { _ = engine.take(finding, sensor: sensor) { _ in } }
        engine.advance(to: start) { _ in }
        for finding in new.sorted(by: { $0.firstSeen < $1.firstSeen }) {
            _ = engine.take(finding, sensor: sensor, emit: emit)
        }
        engine.advance(to: end, emit: emit)
        if isLast { engine.finish(at: end, emit: emit) }
        return new.count
    }

    private func rows(
        _ statement: RuleSQL, from start: Timestamp, to end: Timestamp
    ) throws(Failure) -> [RuleFinding] {
        do {
            let answer = try client.rows(
                statement.statement + FindingRows.format,
                parameters: [("from", FindingRows.text(start)), ("to", FindingRows.text(end))])
            return try FindingRows.read(answer)
        } catch { throw Failure(description: "rule '\(statement.rule)': \(error)") }
    }

    /// The longest that alerts are looked back for, in nanoseconds: a week.
    private static var longestMemory: Int64 { 7 * 86_400_000_000_000 }
}

extension RuleFinding {
    /// A hit that began before a range and continues in it: its first row, and what came after.
    fileprivate func split() -> (first: RuleFinding, rest: RuleFinding) {
        var (first, rest) = (self, self)
        (first.lastSeen, first.count) = (firstSeen, 1)
        (rest.firstSeen, rest.count) = (lastSeen, max(1, count - 1))
        return (first, rest)
    }
}

extension Timestamp {
    /// The latest multiple of `unit` nanoseconds that is not after the moment.
    fileprivate func aligned(to unit: Int64) -> Timestamp {
        Timestamp(nanoseconds: nanoseconds - (nanoseconds % unit + unit) % unit)
    }
}
