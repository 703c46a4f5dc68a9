import Events

extension FleetColumn {
    /// A question to a resolver.
    static let dns = complete(
        [shortTime] + envelope + texts("dns.qname") + words("dns.qtype") + addresses("dns.resolver", "src.ip")
            + [addressText("src_ip")] + numbers("UInt16", "src.port") + words("src.group") + texts("flow.id")
            + attribution, for: .dns)

    /// The whole line, for what is seldom asked for.
    private static let line = FleetColumn(named: "line", "String", codec: "ZSTD(3)", .derived("line"))

    /// An alert as it was reported once.
    static let alert: [FleetColumn] =
        moments("time") + envelope + words("alert.id", "alert.status", "alert.suppressed_by")
        + numbers("UInt64", "alert.count") + moments("alert.first_seen", "alert.last_seen")
        + [
            FleetColumn(
                named: "alert_group", "Map(LowCardinality(String), String)",
                .derived("JSONExtract(line, 'alert', 'group', 'Map(LowCardinality(String), String)')")),
            FleetColumn("alert.threshold_value", reading: "Float64"),
        ] + words("rule.id", "rule.ruleset", "rule.ruleset_hash", "rule.title") + lists("rule.tags") + words("severity")
        + texts("message") + addresses("src.ip") + words("src.group") + addresses("dst.ip")
        + numbers("UInt16", "dst.port") + texts("dst.host") + words("dst.domain") + attribution
        + flags("evidence.complete") + [line]

    /// What one source did with one product in one day.
    static let inventory: [FleetColumn] =
        moments("time") + envelope
        + [
            FleetColumn("period.day", reading: "String", type: "Date", conversion: "toDateOrZero({})")
        ] + words("period.zone") + addresses("src.ip") + words("src.group", "ai.vendor", "ai.product")
        + flags("ai.relay_suspected") + numbers("UInt8", "ai.relay_score") + moments("ai.first_seen", "ai.last_seen")
        + [
            FleetColumn(
                named: "ai_roles", "Map(LowCardinality(String), \(roleTotals))",
                .derived("JSONExtract(line, 'ai', 'roles', 'Map(LowCardinality(String), \(roleTotals))')"))
        ] + lists("ai.hosts") + [FleetColumn("coverage.ratio", reading: "Float64"), line]

    private static let roleTotals =
        "Tuple(flows UInt64, bytes_up UInt64, bytes_down UInt64, requests_est UInt64, interactions_est UInt64)"

    /// What sensors say of themselves: stats, health, audit, start, stop and anchor.
    static let statement: [FleetColumn] =
        moments("time") + words("type") + envelope
        + [
            FleetColumn("coverage.ratio", reading: "Nullable(Float64)"),
            FleetColumn("attribution.named_ratio", reading: "Nullable(Float64)"),
        ]
        + numbers(
            "UInt64", "capture.packets", "capture.bytes", "capture.dropped_kernel", "capture.dropped_interface")
        + words("health.state", "health.kind", "health.code", "audit.kind") + [line]
}
