import Bytes
import Rules
import Text

extension HTMLReport {
    func asked(_ html: inout HTMLText) {
        definitions(
            [
                ("Period", report.period), ("Only", report.conditions ?? "no condition"),
                ("Grouped by", model.query.dimensions.map(\.rawValue).joined(separator: ", ")),
                ("Policy", hashes(model.rulesets, none: "no rules")),
                ("Catalog", hashes(model.catalogs, none: "unknown")),
                ("Sensor software", hashes(model.versions, none: "unknown")), ("Made with", "egret \(report.tool)"),
                ("Command", report.command),
            ], to: &html)
        if let words = report.emptyWords { return paragraph("\(words) meets the question.", to: &html) }
        let kind = model.query.isOfAlerts ? "Alerts" : "AI traffic"
        let words = "\(kind) by \(model.query.dimensions.map(\.rawValue).joined(separator: ", "))"
        table(report.table(limit: model.query.rowLimit ?? 1_000), caption: words, to: &html)
    }

    private func hashes(_ numbers: Set<UInt32>, none: String) -> String {
        let texts = numbers.map { model.texts[$0] }.filter { !$0.isEmpty }.sorted()
        return texts.isEmpty ? none : texts.prefix(8).joined(separator: ", ") + (texts.count > 8 ? " and more" : "")
    }

    func writeCoverage(_ html: inout HTMLText) {
        let lines = report.coverageLines
        if let first = lines.first {
            html.line("p", first, with: ["class": coverage.ratio ?? 0 < 0.99 ? "bad" : "good"])
        }
        html.element("ul") { html in for line in lines.dropFirst() { html.line("li", line) } }
        strip(&html)
        guard !model.health.isEmpty else { return }
        let rows = model.health.sorted { $0.key < $1.key }.map { [ReportTable.Cell.text($0.key), .count($0.value)] }
        table(
            .plain([("REASON", false), ("EVENTS", true)], rows), caption: "What sensors reported of their health",
            to: &html)
    }

    func days(_ html: inout HTMLText) {
        chart(&html)
        let table = facet(.vendorDays, limit: 5_000)
        guard !table.rows.isEmpty else { return paragraph("No AI traffic.", to: &html) }
        html.element("details") { html in
            html.line("summary", "The same as a table")
            self.table(table, caption: "AI traffic by day and vendor", to: &html)
        }
    }

    func who(_ html: inout HTMLText) {
        let count = cells.text(.count(Int64(model.allSources.count)))
        paragraph(
            "\(count) sources are told apart. A source is an address, or its pseudonym; it is not a person.", to: &html)
        let limit = model.query.minimumGroup
        var shown = facet(.groups)
        for index in shown.rows.indices where shown.rows[index].first == .text("-") {
            shown.rows[index][0] = .text("(no group)")
        }
        let small = shown.rows.filter { row in row.count > 1 && (row[1].number ?? 0) < Int64(limit) }
        shown.rows.removeAll { row in small.contains { $0 == row } }
        if !small.isEmpty { shown.rows.append(Self.merged(small)) }
        guard !shown.rows.isEmpty else { return }
        table(shown, caption: "AI traffic by group of clients", to: &html)
        if !small.isEmpty {
            paragraph("Groups with fewer than \(limit) sources are added up as \"others\".", to: &html)
        }
        if !showsSources {
            paragraph(
                "Single sources are not in this report, because it was not asked by source (--by source).", to: &html)
        }
    }

    /// Rows of groups as one: counts are added up, the first and the last moment are kept apart from them.
    private static func merged(_ rows: [[ReportTable.Cell]]) -> [ReportTable.Cell] {
        guard var sum = rows.first else { return [] }
        for row in rows.dropFirst() {
            for (index, cell) in row.enumerated() { sum[index] = sum[index].merged(with: cell) }
        }
        sum[0] = .text("others (\(rows.count))")
        return sum
    }

    func products(_ html: inout HTMLText) {
        let table = facet(.products)
        guard !table.rows.isEmpty else { return paragraph("No AI traffic.", to: &html) }
        self.table(table, caption: "AI traffic by vendor, product and role", to: &html)
        html.line("h3", "Client software by its handshake")
        self.table(facet(.clients, limit: 50), caption: "- means that no fingerprint is known", to: &html)
        html.line("h3", "Evidence")
        self.table(facet(.evidence), caption: "What the name of the far end was read from", to: &html)
        let all = model.all
        paragraph(
            "Confidence of the attribution: high for \(cells.text(.count(all.high))) flows, medium for "
                + "\(cells.text(.count(all.medium))), low for \(cells.text(.count(all.low))). Of "
                + "\(cells.text(.count(all.incomplete))) flows something was lost that a judgement could need.",
            to: &html)
    }

    func telemetry(_ html: inout HTMLText) {
        let names = ["telemetry", "crash", "feature_flags"]
        var table = facet(.hosts, limit: 50_000)
        table.further = nil
        table.rows = table.rows.filter { row in names.contains { row[2] == .text($0) } }
        guard !table.rows.isEmpty else {
            return paragraph("No traffic to hosts of telemetry, crash reports or feature flags.", to: &html)
        }
        let bytes = table.rows.reduce(Int64(0)) { $0.addingClamped($1.bytes) }
        let share = Report.percent(Double(bytes) / Double(max(1, model.all.bytes)))
        paragraph(
            "\(share) of all AI bytes went to or came from hosts of telemetry, crash reports and feature flags.",
            to: &html)
        table.rows = Array(table.rows.prefix(200))
        self.table(table, caption: "Hosts of telemetry", to: &html)
    }

    func volume(_ html: inout HTMLText) {
        hourChart(&html)
        paragraph(
            "Requests and interactions are estimates from the sizes and times of encrypted packets; the bounds are in "
                + "parentheses. A sum is bounded by the sums of the bounds.", to: &html)
        let table = facet(.hours, limit: 5_000)
        guard !table.rows.isEmpty else { return }
        html.element("details") { html in
            html.line("summary", "The same as a table")
            self.table(table, caption: "AI traffic by hour", to: &html)
        }
    }

    func unlisted(_ html: inout HTMLText) {
        paragraph(
            "Named, and of no AI vendor: \(cells.text(.count(model.other.flows))) flows. Without a name: "
                + "\(cells.text(.count(model.unnamed.flows))) flows. Both count only what the sensors wrote (--flows).",
            to: &html)
        guard !model.relays.entries.isEmpty else {
            return paragraph("No far end was suspected to be a relay of AI models.", to: &html)
        }
        let order = model.relays.entries.map { (host: model.texts[$0.key], entry: $0.value) }
            .sorted { ($1.entry.score, $0.host) < ($0.entry.score, $1.host) }
        let rows = order.prefix(200).map { host, entry -> [ReportTable.Cell] in
            [
                .text(host), .count(entry.score), .count(Int64(entry.sources.count)), .count(entry.totals.flows),
                .bytes(entry.totals.bytesUp), .bytes(entry.totals.bytesDown),
                .text(entry.reasons.joined(separator: "; ")),
            ]
        }
        let heads = [
            ("HOST", false), ("SCORE", true), ("SOURCES", true), ("FLOWS", true), ("UP", true), ("DOWN", true),
            ("SIGNS", false),
        ]
        table(.plain(heads, rows), caption: "Far ends that are consistent with relays of AI models", to: &html)
    }

    func exceptions(_ html: inout HTMLText) {
        let rows = rules.flatMap { rule in
            rule.suppressed.sorted { $0.key < $1.key }.map {
                [ReportTable.Cell.text(rule.rule), .text($0.key), .count($0.value)]
            }
        }
        guard !rows.isEmpty else {
            return paragraph(
                "The events name no suppressed match. They are written if filters.suppressed is set.", to: &html)
        }
        table(
            .plain([("RULE", false), ("EXCEPTION", false), ("MATCHES", true)], rows),
            caption: "What exceptions suppressed", to: &html)
    }

    func alerts(_ html: inout HTMLText) {
        guard !rules.isEmpty else {
            let judged = coverage.ratio.map(Report.percent) ?? "an unknown share"
            return paragraph("No rule raised an alert. \(judged) of the packets could be judged.", to: &html)
        }
        let rows = rules.map { rule -> [ReportTable.Cell] in
            [
                .text(rule.severity), .text(rule.rule), .text(rule.title), .count(rule.alerts), .count(rule.hits),
                .count(Int64(rule.sources.count)), rule.first.map { .time($0) } ?? .none,
                rule.last.map { .time($0) } ?? .none,
            ]
        }
        let heads = [
            ("SEVERITY", false), ("RULE", false), ("TITLE", false), ("ALERTS", true), ("HITS", true), ("SOURCES", true),
            ("FIRST", false), ("LAST", false),
        ]
        table(.plain(heads, rows), caption: "Alerts by rule", to: &html)
        singleAlerts(&html)
    }

    private func singleAlerts(_ html: inout HTMLText) {
        let entries = model.alerts.entries.sorted { left, right in
            (AlertTable.rank(left.severity), right.count, left.id) < (
                AlertTable.rank(right.severity), left.count, right.id
            )
        }
        let rows = entries.prefix(200).map { entry -> [ReportTable.Cell] in
            [
                .text(entry.severity), .text(entry.rule), .text(entry.status), .count(entry.count),
                .text(showsSources ? entry.source : ""), .text(entry.product), .text(entry.host),
                .text(entry.hostSource),
                .text(entry.isComplete ? "complete" : "incomplete"), .text(entry.flow),
            ]
        }
        var table = ReportTable.plain(
            [
                ("SEVERITY", false), ("RULE", false), ("STATUS", false), ("HITS", true), ("SOURCE", false),
                ("PRODUCT", false), ("HOST", false), ("EVIDENCE", false), ("RECORD", false), ("FLOW", false),
            ], rows)
        if !showsSources {
            table.columns.remove(at: 4)
            table.rows = table.rows.map { row in row.enumerated().filter { $0.offset != 4 }.map(\.element) }
        }
        let caption =
            entries.count > 200 ? "The most severe 200 of \(entries.count) alerts" : "Every alert as it was last"
        self.table(table, caption: caption, to: &html)
    }
}

extension [ReportTable.Cell] {
    /// The bytes of the row.
    var bytes: Int64 {
        reduce(Int64(0)) { sum, cell in
            if case .bytes(let bytes) = cell { sum.addingClamped(bytes) } else { sum }
        }
    }
}

extension ReportTable.Cell {
    /// Two cells of a column as one.
    func merged(with other: ReportTable.Cell) -> ReportTable.Cell {
        switch (self, other) {
        case (.count(let left), .count(let right)): .count(left.addingClamped(right))
        case (.bytes(let left), .bytes(let right)): .bytes(left.addingClamped(right))
        case (.estimate(var left), .estimate(let right)):
            {
                left.add(right)
                return .estimate(left)
            }()
        case (.none, let right): right
        default: self
        }
    }
}
