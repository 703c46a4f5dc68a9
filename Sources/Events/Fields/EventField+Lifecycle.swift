extension EventField {
    /// The beginning of a run.
    static let start = rows(
        in: [.start],
        fields: [
            EventField(
                "start.mode", .words(StartReport.Mode.self),
                meaning: "Whether packets come from files or from the wire."),
            EventField(
                "start.file", .positive, isOptional: true,
                meaning: "The number of the output file that this line begins; absent in the event itself."),
            EventField("start.source_count", .count, unit: .sources, meaning: "How many interfaces or files."),
            EventField(
                "start.sources", .list(of: .text), isOptional: true, detail: .full, meaning: "The first 64 of them."),
            EventField("start.outputs", .list(of: .text), isOptional: true, detail: .full, meaning: "The outputs."),
            EventField("start.flows", .text, meaning: "Which flows are written: ai, all or none."),
            EventField("start.filter", .text, isOptional: true, detail: .withoutLists, meaning: "The capture filter."),
            EventField("start.rules", .count, unit: .rules, meaning: "Rules that are evaluated."),
            EventField("start.ruleset_hash", .text, isOptional: true, meaning: "sha256 of the loaded rule files."),
            EventField("start.catalog", .text, meaning: "The catalog's version."),
        ])

    /// The end of a run.
    static let stop = rows(
        in: [.stop],
        fields: [
            EventField("stop.reason", .words(StopReport.Reason.self), meaning: "Why the run ended."),
            EventField("stop.detail", .text, isOptional: true, detail: .withoutLists, meaning: "What failed."),
            EventField("stop.packets", .count, unit: .packets, meaning: "Packets read in all."),
            EventField("stop.events", .count, unit: .events, meaning: "Events of this run before this one."),
        ])

    /// Changes of health.
    static let health = rows(
        in: [.health],
        fields: [
            EventField("health.kind", .text, meaning: "What happened, a short word."),
            EventField(
                "health.code", .form(#"^EG[0-9]{3}$"#), isOptional: true,
                meaning: "The code of the page that explains it."),
            EventField(
                "health.duration", .seconds, unit: .seconds, isOptional: true,
                meaning: "Seconds that the episode lasted; at its end only."),
            EventField(
                "health.total", .count, isOptional: true,
                meaning: "How much was lost: at the beginning of an episode so far, at its end in all."),
            EventField(
                "health.detail", .text, isOptional: true, detail: .withoutLists, meaning: "For a person: the rest."),
        ])

    /// What was changed or looked up on purpose.
    static let audit = rows(
        in: [.audit],
        fields: [
            EventField("audit.kind", .text, meaning: "What happened, a short word."),
            EventField(
                "audit.detail", .text, isOptional: true, detail: .withoutLists, meaning: "For a person: the rest."),
        ])

    /// Heads of sealed logs.
    static let anchor = rows(
        in: [.anchor],
        fields: [
            EventField("anchor.output", .text, meaning: "The file output whose log it is, as in `outputs`."),
            EventField("anchor.file", .text, meaning: "The log file that the head is of."),
            EventField("anchor.lines", .count, unit: .lines, meaning: "The lines of that file up to the head."),
            EventField("anchor.head", .form(#"^[0-9a-f]{64}$"#), meaning: "The value of the chain after those lines."),
            EventField("anchor.key", .text, meaning: "The public key that seals the log."),
        ])
}
