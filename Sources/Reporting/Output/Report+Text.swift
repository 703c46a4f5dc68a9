import Bytes
import Rules
import Text

extension Report {
    /// The table with the period before it and the coverage after it.
    func terminalText(width: Int?) -> String {
        var text = "Period: \(period)\n"
        if let conditions { text += "Only: \(conditions.escapedForDisplay())\n" }
        text +=
            "Read: \(TextTable.count(UInt64(clamping: model.events))) events of \(inputs.count) files, \(sensorWords)\n\n"
        text += emptyWords.map { $0 + "\n" } ?? table.text(cells, width: width)
        let rules = model.query.isOfAlerts ? [] : model.alerts.rules
        if !rules.isEmpty { text += "\n" + alertText(rules, width: width) }
        return text + "\n" + coverageLines.map { $0 + "\n" }.joined()
    }

    var sensorWords: String {
        let sensors = Set(model.runs.values.filter(\.hasEvents).map { model.texts[$0.sensor] }).sorted()
        guard !sensors.isEmpty else { return "no sensor" }
        let shown = sensors.prefix(8).map { $0.escapedForDisplay(limit: 64) }.joined(separator: ", ")
        let more = sensors.count > 8 ? " and \(sensors.count - 8) more" : ""
        return (sensors.count == 1 ? "sensor " : "sensors ") + shown + more
    }

    private func alertText(_ rules: [AlertTable.RuleSum], width: Int?) -> String {
        var table = TextTable(
            heads: ["SEVERITY", "ALERTS", "HITS", "SUPPRESSED", "RULE", "TITLE"],
            isNumber: [false, true, true, true, false, false])
        for rule in rules {
            let suppressed = rule.suppressed.values.reduce(Int64(0)) { $0.addingClamped($1) }
            table.add([
                rule.severity, cells.text(.count(rule.alerts)), cells.text(.count(rule.hits)),
                cells.text(.count(suppressed)), rule.rule, rule.title,
            ])
        }
        return "Alerts\n" + table.text(indent: "", width: width)
    }

    /// What the sensors could not see, and what of the events was not read: a line each.
    var coverageLines: [String] {
        let coverage = coverage
        var lines: [String] = []
        if let ratio = coverage.ratio {
            let packets = TextTable.count(UInt64(clamping: coverage.received))
            lines.append("Coverage: \(Self.percent(ratio)) of \(packets) packets could be judged")
        } else {
            lines.append("Coverage: unknown, no stats event in the period")
        }
        let named: Int64 = coverage.counts[.named] ?? 0
        let unnamed: Int64 = coverage.counts[.unnamed] ?? 0
        if named.addingClamped(unnamed) > 0 {
            let share = Self.percent(Double(named) / Double(named.addingClamped(unnamed)))
            lines.append("  \(share) of ended flows with payload had a name")
        }
        for (field, words) in Self.losses {
            guard let count = coverage.counts[field], count > 0 else { continue }
            lines.append("  \(TextTable.count(UInt64(clamping: count))) \(words)")
        }
        return lines + readingLines(coverage)
    }

    private func readingLines(_ coverage: Coverage) -> [String] {
        let counts: [(Int64, String)] = [
            (Int64(coverage.runsWithout), "runs without a stats event in the period"),
            (missing, "events missing between those that were read (gaps in seq)"),
            (model.badLines, "lines that are no events"),
            (model.duplicates, "events read twice, counted once"),
            (Int64(clamping: model.open.evicted), "open flows given up, whose bounds are wider"),
            (model.unknownRuns, "events of runs past the bound on runs"),
            (Int64(clamping: model.texts.omitted), "names that did not fit"),
            (model.alerts.omitted, "alert lines past the bound on alerts"),
            (Int64(skipped.count), "files skipped that hold no events"),
            (Int64(unread.count), "files not read to their end"),
            (inventoryOnly, "runs with an inventory and no flow events, which are not in the table"),
        ]
        return counts.filter { $0.0 > 0 }.map { "  \(TextTable.count(UInt64(clamping: $0.0))) \($0.1)" }
    }

    private var inventoryOnly: Int64 { Int64(model.runs.values.count { $0.hasInventory && !$0.hasFlows }) }

    private static let losses: [(EventField, String)] = [
        (.droppedKernel, "packets dropped in the kernel"), (.droppedInterface, "packets dropped by the interface"),
        (.damaged, "damaged records of captures"),
        (.unsupportedLink, "packets of a link type that is not read"), (.helloTruncated, "ClientHellos cut short"),
        (.helloMalformed, "ClientHellos malformed"), (.helloOverLimit, "ClientHellos over the limit"),
        (.echReal, "flows with a real encrypted_client_hello, as far as can be told"),
    ]

    /// `99.8 %`, rounded down, so that 100 % means all.
    static func percent(_ share: Double) -> String {
        // What arithmetic loses is far less than one packet of many.
        let thousandths = Int((max(0, min(1, share)) * 1000 + 1e-9).rounded(.down))
        return thousandths == 1000 ? "100 %" : "\(thousandths / 10).\(thousandths % 10) %"
    }

    /// The table between a head and the coverage, in Markdown.
    var markdownText: String {
        var text = "# AI traffic\n\nPeriod: \(period)\n\n"
        if let conditions { text += "Only: `\(conditions.escapedForDisplay().replacing("`", with: "'"))`\n\n" }
        text += emptyWords.map { $0 + ".\n" } ?? table.markdown(cells)
        return text + "\n" + coverageLines.map { $0.hasPrefix("  ") ? "- \($0.dropFirst(2))\n" : "\($0)\n\n" }.joined()
    }

    /// One JSON object: the period, the rows, alerts and coverage.
    var jsonText: String {
        var json = IndentedJSON()
        json.object { json in
            json.member("tool", "egret \(tool)")
            json.key("period")
            json.object { json in
                if let from = model.query.from ?? model.first { json.member("from", from.rfc3339) }
                if let to = model.query.to ?? model.last { json.member("to", to.rfc3339) }
                json.member("zone", model.query.clock.zone)
            }
            json.member("by", model.query.dimensions.map(\.rawValue))
            if let conditions { json.member("where", conditions) }
            json.key("rows")
            table.write(to: &json)
            writeAlerts(to: &json)
            writeCoverage(to: &json)
        }
        return json.text + "\n"
    }

    private func writeAlerts(to json: inout IndentedJSON) {
        json.key("alerts")
        json.list { json in
            for rule in model.alerts.rules {
                json.object { json in
                    json.member("rule", rule.rule)
                    json.member("title", rule.title)
                    json.member("severity", rule.severity)
                    json.member("alerts", rule.alerts)
                    json.member("hits", rule.hits)
                    json.member("suppressed", rule.suppressed.values.reduce(Int64(0)) { $0.addingClamped($1) })
                }
            }
        }
    }

    private func writeCoverage(to json: inout IndentedJSON) {
        let coverage = coverage
        json.key("coverage")
        json.object { json in
            if let ratio = coverage.ratio { json.member("ratio", ratio) }
            json.member("packets", coverage.received)
            for (field, _) in Self.losses { json.member(field.path, coverage.counts[field] ?? 0) }
            json.member("events", model.events)
            json.member("events_missing", missing)
            json.member("bad_lines", model.badLines)
            json.member("duplicates", model.duplicates)
        }
        json.key("inputs")
        json.list { json in
            for input in inputs {
                json.object { json in
                    json.member("path", input.path)
                    if !input.isCapture { json.member("events", input.events) }
                    if let hash = hashes[input.path] { json.member("sha256", hash) }
                }
            }
        }
    }
}
