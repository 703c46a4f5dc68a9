extension EventField {
    /// Every field, in the order of the manual: a row for a path and the events that have it with one meaning.
    package static let all: [EventField] = [
        envelope, alert, question, flow, delta, ends, network, transportSecurity, applications, concern, inventory,
        capture,
        flowTable, attributionCounters, activity, ruleCounters, state, start, stop, health, audit, anchor,
    ].flatMap(\.self)

    /// The fields of an event of `kind`, in the order of the manual; those of every event first.
    package static func fields(of kind: Event.Kind) -> [EventField] { all.filter { $0.kinds.contains(kind) } }

    /// The rows by their paths, for the places in other schemas: of a path with several rows the first.
    static let byPath = Dictionary(all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })

    /// The fields of every event.
    static let envelope = rows(
        in: Event.Kind.allCases,
        fields: [
            EventField(
                "time", .time, ecs: "@timestamp", ocsf: Target("time", .milliseconds), meaning: "The event's moment."),
            EventField("type", .words(Event.Kind.self), meaning: "What the event is about."),
            EventField(
                "id", .form(#"^.+/.+/[0-9]+$"#), ecs: "event.id", ocsf: "metadata.uid",
                meaning: "sensor/boot/seq: unique, a key to drop duplicates by."),
            EventField(
                "seq", .count, ecs: "event.sequence", ocsf: "metadata.sequence",
                meaning: "The event's number in its run; a gap means that events were lost."),
            EventField(
                "boot", .text, isOptional: true,
                meaning:
                    "The run of the sensor: another for each start; offline a digest of its sources and configuration."
            ),
            EventField(
                "schema", .constant(NativeFormat.schemaVersion), meaning: "The version of this schema (semver)."),
            EventField(
                "sensor.id", .text, ecs: "observer.name", ocsf: "metadata.log_source",
                meaning: "The operator's name of the sensor."),
            EventField(
                "sensor.version", .text, ecs: "observer.version", ocsf: "metadata.product.version",
                meaning: "The version of egret."),
            EventField(
                "truncated", .affirmation, in: Event.Kind.allCases.filter { $0 != .anchor }, isOptional: true,
                ocsf: "metadata.is_truncated",
                meaning: "Fields were left out to keep the line within 16 KiB."),
            EventField("privacy", .object(), in: [.flow, .dns, .alert, .inventory], isOptional: true),
            EventField(
                "privacy.key", .form(#"^[0-9a-f]{8}$"#), in: [.flow, .dns, .alert, .inventory],
                meaning:
                    "Something of the event is hidden; the id of the key of its pseudonyms. [PRIVACY.md](PRIVACY.md)"),
        ])
}
