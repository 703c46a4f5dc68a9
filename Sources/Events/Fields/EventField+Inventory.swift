import Vendors

extension EventField {
    /// The names that `<role>` in a path means.
    static let roles = Role.allCases.map(\.rawValue)

    /// What one source did with one product in one day.
    static let inventory = rows(
        in: [.inventory],
        fields: [
            EventField("period.start", .time, meaning: "The day's first instant."),
            EventField("period.end", .time, meaning: "The next day's first instant."),
            EventField("period.timezone", .text, meaning: "The same, by its older name."),
            EventField(
                "period.day", .day, isOptional: true, meaning: "The day, `2026-07-10`, by the clocks of `period.zone`."),
            EventField("period.zone", .text, isOptional: true, meaning: "The IANA name of the zone whose day it is."),
            EventField(
                "src.ip", .address, privacy: .source, ecs: "source.ip", ocsf: Target("src_endpoint.ip", in: .network),
                meaning: "The source's address."),
            EventField(
                "src.group", .text, isOptional: true, detail: .withoutTexts, privacy: .source,
                meaning: "The operator's name for the source's part of the network."),
            EventField(
                "ai.vendor", .text, isOptional: true,
                meaning:
                    "The vendor's id in the catalog; absent for far ends that are suspected relays, and for unlisted ones whose name says AI."
            ),
            EventField(
                "ai.product", .text, isOptional: true, ecs: "network.application", ocsf: Target("app_name", in: .flow),
                meaning:
                    "The product's id; `unclassified` where the client does not tell, absent where the host does not."),
            EventField(
                "ai.relay_suspected", .affirmation, isOptional: true,
                meaning: "Far ends that no entry names are consistent with relays of AI models."),
            EventField("ai.relay_score", .integer(50...100), isOptional: true, meaning: "The highest score of any."),
            EventField(
                "ai.name_hints", .list(of: .text), isOptional: true, detail: .full,
                meaning:
                    "The words that say AI in the names of far ends that the catalog does not list, sorted. Such a row has no vendor."
            ),
            EventField("ai.first_seen", .time, meaning: "The beginning of the first flow, not before the day."),
            EventField("ai.last_seen", .time, meaning: "The last packet of any flow."),
            EventField("ai.roles.<role>", .object(), isOptional: true),
            EventField(
                "ai.roles.<role>.flows", .count, unit: .flows,
                meaning: "Flows with hosts of the role that were first told of in the day."),
            EventField("ai.roles.<role>.bytes_up", .count, unit: .bytes, meaning: "Layer-3 bytes from the source."),
            EventField("ai.roles.<role>.bytes_down", .count, unit: .bytes, meaning: "Layer-3 bytes to the source."),
            EventField(
                "ai.roles.<role>.requests_est", .count, unit: .requests, isOptional: true,
                meaning: "Estimate of the requests; absent where no flow has one."),
            EventField(
                "ai.roles.<role>.interactions_est", .count, unit: .interactions, isOptional: true,
                meaning: "Estimate of the interactions with a model; absent where no flow has one."),
            EventField(
                "ai.hosts", .list(of: .text), isOptional: true, detail: .full, privacy: .farEnd,
                meaning:
                    "The far ends by name, or by address where they have none: the first 32 that were seen, sorted."),
            EventField(
                "ai.client_ja4", .list(of: .text), isOptional: true, detail: .full,
                meaning: "The JA4 fingerprints of the clients: the first 16 that were seen, sorted."),
            EventField("ai.telemetry", .object(), isOptional: true),
            EventField(
                "ai.telemetry.flows", .count, unit: .flows,
                meaning: "Flows to hosts of telemetry, crash reports and feature flags."),
            EventField("ai.telemetry.bytes", .count, unit: .bytes, meaning: "Their bytes, both ways."),
            EventField("ai.telemetry.share", .ratio, unit: .ratio, meaning: "Of all bytes of this row, from 0 to 1."),
            EventField(
                "ai.telemetry.bytes_up_median", .count, unit: .bytes,
                meaning: "The median of the bytes from the source, a flow."),
            EventField(
                "ai.telemetry.period_median", .seconds, unit: .seconds, isOptional: true,
                meaning: "The median of the seconds from one flow's beginning to the next's; from three flows on."),
            EventField(
                "ai.telemetry.period_spread", .seconds, unit: .seconds, isOptional: true,
                meaning: "Half of the intervals are within this many seconds of it."),
            EventField(
                "ai.telemetry.hosts", .list(of: .text), isOptional: true, detail: .full, privacy: .farEnd,
                meaning: "The first 16 hosts that were seen, sorted."),
            EventField("ai.before_first", .object(), isOptional: true),
            EventField(
                "ai.before_first.duration", .seconds, unit: .seconds,
                meaning: "Seconds from the first flow to the first with an interaction."),
            EventField("ai.before_first.flows", .count, unit: .flows, meaning: "Flows that began before it."),
            EventField("ai.before_first.bytes_up", .count, unit: .bytes, meaning: "Their bytes from the source."),
            EventField("ai.before_first.bytes_down", .count, unit: .bytes, meaning: "Their bytes to the source."),
            EventField(
                "ai.before_first.hosts", .list(of: .text), isOptional: true, detail: .full, privacy: .farEnd,
                meaning: "Their hosts, sorted."),
            EventField(
                "ai.partial", .boolean, meaning: "Whether there were more hosts, fingerprints or flows than are kept."),
            EventField(
                "coverage.ratio", .ratio, unit: .ratio, isOptional: true,
                meaning: "The share of the packets of the run so far that the sensor could judge."),
        ])
}
