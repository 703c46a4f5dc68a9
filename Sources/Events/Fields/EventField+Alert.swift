import Rules

extension EventField {
    private static let severities = ["info": "1", "low": "2", "medium": "3", "high": "4", "critical": "5"]

    /// Alerts, and the rules that raise them.
    static let alert = rows(
        in: [.alert],
        fields: [
            EventField(
                "alert.id", .text, privacy: .derived, ocsf: "finding_info.uid",
                meaning: "The alert; stays the same while it opens, is updated and closes."),
            EventField(
                "alert.status", .words(Alert.Status.self),
                meaning: "Where in its life it is; suppressed where an exception holds it back."),
            EventField(
                "alert.suppressed_by", .text, isOptional: true,
                meaning: "The exception that holds it back; with the status suppressed alone."),
            EventField(
                "alert.count", .count, unit: .hits, ocsf: "count", meaning: "Hits so far, those suppressed included."),
            EventField(
                "alert.first_seen", .time, ecs: "event.start",
                ocsf: Target("finding_info.first_seen_time", .milliseconds), meaning: "The first hit."),
            EventField(
                "alert.last_seen", .time, ecs: "event.end", ocsf: Target("finding_info.last_seen_time", .milliseconds),
                meaning: "The latest hit."),
            EventField(
                "alert.group", .map(of: .text), isOptional: true, detail: .withoutLists, privacy: .quoted,
                meaning: "The values of the fields that tell its alerts apart."),
            EventField(
                "alert.threshold_value", .decimal(minimum: nil, maximum: nil), isOptional: true,
                meaning: "The value that the rule's threshold reached."),
            EventField(
                "alert.grouped_sources", .count, unit: .sources, isOptional: true,
                meaning: "The sources whose hits a group alert sums; an estimate past 1,024."),
            EventField("rule.id", .text, ecs: "rule.id", ocsf: "finding_info.analytic.uid", meaning: "The rule."),
            EventField(
                "rule.revision", .integer(-EventFieldType.maximum...EventFieldType.maximum),
                ecs: Target("rule.version", .toText), ocsf: Target("finding_info.analytic.version", .toText),
                meaning: "The revision of its file."),
            EventField(
                "rule.ruleset", .text, ecs: "rule.ruleset", ocsf: "finding_info.analytic.category",
                meaning: "The rule set."),
            EventField("rule.ruleset_hash", .text, meaning: "sha256 of the loaded rule files."),
            EventField(
                "rule.title", .text, isOptional: true, detail: .withoutLists, ecs: "rule.name",
                ocsf: "finding_info.title", meaning: "The rule's title."),
            EventField(
                "rule.tags", .list(of: .text), isOptional: true, detail: .full, ecs: "tags", ocsf: "metadata.labels",
                meaning: "The rule's tags."),
            EventField(
                "severity", .words(Severity.self), ecs: Target("event.severity", .words(severities, other: "0")),
                ocsf: Target("severity_id", .words(severities, other: "0")), meaning: "How severe it is."),
            EventField("action", .constant("observed"), meaning: "egret observes; it blocks nothing."),
            EventField(
                "message", .text, isOptional: true, detail: .withoutLists, privacy: .quoted, ecs: "message",
                ocsf: "message", meaning: "The rule's message with its fields filled in."),
        ])

    /// Questions to resolvers.
    static let question = rows(
        in: [.dns],
        fields: [
            EventField(
                "dns.qname", .text, isOptional: true, detail: .withoutTexts, privacy: .otherName,
                ecs: "dns.question.name", ocsf: "query.hostname", meaning: "The name asked for, in lower case."),
            EventField(
                "dns.qtype", .text, ecs: "dns.question.type", ocsf: "query.type",
                meaning: "The type asked for, by its IANA name or TYPE and its number."),
            EventField("dns.resolver", .address, privacy: .destination, meaning: "Who was asked."),
        ])
}
