extension EventField {
    /// What is kept of sources.
    static let activity = rows(
        in: [.stats],
        fields: [
            EventField("activity.inventory_rows", .count, unit: .rows, meaning: "Rows of the inventory of the day."),
            EventField(
                "activity.inventory_omitted", .count, unit: .reports,
                meaning: "Reports of flows that did not fit in it."),
            EventField(
                "activity.inventory_bytes", .count, unit: .bytes, isOptional: true,
                meaning: "Bytes that the inventory of the day holds."),
            EventField(
                "activity.clients", .count, unit: .clients,
                meaning: "Clients of AI models that are remembered at their sources."),
            EventField("activity.clients_omitted", .count, unit: .clients, meaning: "Clients that did not fit."),
            EventField(
                "activity.deltas_omitted", .count, unit: .reports, isOptional: true,
                meaning: "Reports of flows without `flow.delta`; absent if there is none."),
            EventField(
                "first_seen.since", .time, isOptional: true,
                meaning:
                    "Since when first sightings are learned. `first_seen` is absent if no rule asks for them and no file is set."
            ),
            EventField(
                "first_seen.learning", .boolean,
                meaning: "Whether the learning period is in progress: first sightings are recorded and not reported."),
            EventField("first_seen.entries", .count, unit: .entries, meaning: "First sightings that are kept."),
            EventField(
                "first_seen.evicted", .count, unit: .entries,
                meaning: "First sightings that were forgotten for lack of room; each is new again when it comes back."),
            EventField(
                "first_seen.flows_omitted", .count, unit: .flows, isOptional: true,
                meaning:
                    "Flows whose later events lack `first_seen`, because too many such flows were open at once; absent if there is none."
            ),
            EventField("first_seen", .object(), isOptional: true),
        ])

    /// What rules did.
    static let ruleCounters = rows(
        in: [.stats],
        fields: [
            EventField(
                "rules.loaded", .count, unit: .rules, metric: "egret_rules_loaded", meaning: "Rules that are evaluated."
            ),
            EventField("rules.ruleset_hash", .text, isOptional: true, meaning: "sha256 of the loaded rule files."),
            EventField(
                "rules.last_reload_ok", .boolean, metric: "egret_rules_last_reload_success",
                meaning: "Whether the latest reload was adopted."),
            EventField(
                "rules.matches", .map(of: .count), unit: .matches, isOptional: true, detail: .full,
                metric: "egret_rule_matches_total",
                meaning: "Flows and questions of which a rule's condition held, by rule."),
            EventField(
                "rules.shadow", .map(of: .count), unit: .hits, isOptional: true, detail: .full,
                metric: "egret_rule_shadow_total", meaning: "Hits of rules in shadow mode, by rule."),
            EventField(
                "rules.deduplicated", .map(of: .count), unit: .hits, isOptional: true, detail: .full,
                metric: "egret_rule_deduplicated_total",
                meaning: "Hits that joined an alert which was open already, by rule."),
            EventField(
                "rules.lacking_evidence", .map(of: .count), unit: .matches, isOptional: true, detail: .full,
                metric: "egret_rule_lacking_evidence_total", meaning: "Matches for which too little was known, by rule."
            ),
            EventField(
                "rules.suppressed", .map(of: .count), unit: .matches, isOptional: true, detail: .full,
                metric: "egret_rule_suppressed_total",
                meaning: "Matches that an exception suppressed, by rule/exception."),
            EventField(
                "rules.broad_exceptions", .map(of: .count), unit: .percent, isOptional: true, detail: .full,
                metric: "egret_rule_broad_exception_percent",
                meaning:
                    "The exceptions that suppressed more than half of their rule's matches, of 20 or more, by rule/exception: the share in percent."
            ),
            EventField(
                "rules.state_overflow", .count, unit: .groups, metric: "egret_rule_state_overflow_total",
                meaning: "Threshold groups that did not fit."),
            EventField(
                "rules.alerts_overflow", .count, unit: .alerts, isOptional: true,
                meaning: "Alerts that closed early because too many were open; absent if there is none."),
            EventField(
                "rules.flows_overflow", .count, unit: .flows, isOptional: true,
                meaning:
                    "Flows that continue and were forgotten, so that they may count again; absent if there is none."),
            EventField("rules.alerts_open", .count, unit: .alerts, isOptional: true, meaning: "Alerts that are open."),
            EventField(
                "rules.alerts_memory_bytes", .count, unit: .bytes, isOptional: true,
                meaning: "Bytes that open alerts hold."),
            EventField(
                "rules.alerts_memory_limit_bytes", .count, unit: .bytes, isOptional: true,
                meaning: "Bytes that they may hold."),
            EventField(
                "rules.alerts_grouped", .count, unit: .hits, isOptional: true,
                meaning: "Hits that were summed in group alerts."),
        ])

    /// Outputs, coverage, health, and the process.
    static let state = rows(
        in: [.stats],
        fields: [
            EventField("outputs", .list(of: .object()), isOptional: true, detail: .full, meaning: "The outputs."),
            EventField("outputs[].name", .text, detail: .full, meaning: "The output."),
            EventField(
                "outputs[].written", .count, unit: .events, detail: .full, metric: "egret_output_events_total",
                meaning: "Events written."),
            EventField(
                "outputs[].dropped", .count, unit: .events, detail: .full, metric: "egret_output_events_total",
                meaning: "Events given up."),
            EventField(
                "outputs[].lag_seconds", .seconds, unit: .seconds, isOptional: true, detail: .full,
                metric: "egret_output_lag_seconds",
                meaning: "From the newest event written to the newest passed on; live only."),
            EventField(
                "outputs[].last_success", .time, isOptional: true, detail: .full,
                meaning: "The time of the newest event that was written; live only."),
            EventField(
                "outputs[].failure", .text, isOptional: true, detail: .full,
                meaning: "Why its latest batch could not be written whole, in the system's words; absent where it was."),
            EventField(
                "coverage.ratio", .ratio, unit: .ratio, isOptional: true,
                meaning: "The share of packets that the sensor could judge; absent before the first."),
            EventField("health.state", .keyword(["ok", "degraded"]), meaning: "Whether anything is wrong."),
            EventField(
                "health.reasons", .list(of: .text), isOptional: true, detail: .full, metric: "egret_health_degraded",
                meaning: "What is."),
            EventField("process", .object(), isOptional: true),
            EventField(
                "process.cpu_seconds", .seconds, unit: .seconds, metric: "process_cpu_seconds_total",
                meaning: "Processor time used; live only."),
            EventField(
                "process.rss_bytes", .count, unit: .bytes, metric: "process_resident_memory_bytes",
                meaning: "Resident memory; live only."),
        ])
}
