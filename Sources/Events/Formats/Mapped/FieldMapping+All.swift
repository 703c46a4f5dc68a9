extension FieldMapping {
    /// Every field that has a place in another schema: ECS 9, OCSF 1.8.
    static let all: [FieldMapping] = envelope + flow + ends + network + security + alert

    private static let envelope = [
        FieldMapping("time", ecs: "@timestamp", ocsf: Target("time", .milliseconds)),
        FieldMapping("id", ecs: "event.id", ocsf: "metadata.uid"),
        FieldMapping("seq", ecs: "event.sequence", ocsf: "metadata.sequence"),
        FieldMapping("sensor.id", ecs: "observer.name", ocsf: "metadata.log_source"),
        FieldMapping("sensor.version", ecs: "observer.version", ocsf: "metadata.product.version"),
        FieldMapping("truncated", ocsf: "metadata.is_truncated"),
    ]

    private static let flow = [
        FieldMapping("flow.id", ocsf: Target("connection_info.uid", .same, in: .network)),
        FieldMapping("flow.start", ecs: "event.start", ocsf: Target("start_time", .milliseconds)),
        FieldMapping("flow.end", ecs: "event.end", ocsf: Target("end_time", .milliseconds)),
        FieldMapping(
            "flow.duration", ecs: Target("event.duration", .toNanoseconds), ocsf: Target("duration", .toMilliseconds)),
        FieldMapping(
            "flow.bytes_up", ecs: "source.bytes", ocsf: Target("cumulative_traffic.bytes_out", .same, in: .flow)),
        FieldMapping(
            "flow.bytes_down", ecs: "destination.bytes", ocsf: Target("cumulative_traffic.bytes_in", .same, in: .flow)),
        FieldMapping(
            "flow.packets_up", ecs: "source.packets", ocsf: Target("cumulative_traffic.packets_out", .same, in: .flow)),
        FieldMapping(
            "flow.packets_down", ecs: "destination.packets",
            ocsf: Target("cumulative_traffic.packets_in", .same, in: .flow)),
    ]

    private static let ends = [
        FieldMapping("src.ip", ecs: "source.ip", ocsf: Target("src_endpoint.ip", .same, in: .network)),
        FieldMapping("src.port", ecs: "source.port", ocsf: Target("src_endpoint.port", .same, in: .network)),
        FieldMapping("dst.ip", ecs: "destination.ip", ocsf: Target("dst_endpoint.ip", .same, in: .network)),
        FieldMapping("dst.port", ecs: "destination.port", ocsf: Target("dst_endpoint.port", .same, in: .network)),
        FieldMapping("dst.host", ecs: "destination.domain", ocsf: Target("dst_endpoint.hostname", .same, in: .network)),
        FieldMapping(
            "dst.domain", ecs: "destination.registered_domain", ocsf: Target("dst_endpoint.domain", .same, in: .network)
        ),
    ]

    private static let network = [
        FieldMapping(
            "net.transport", ecs: "network.transport",
            ocsf: Target("connection_info.protocol_name", .same, in: .network)),
        FieldMapping("net.app", ecs: "network.protocol", ocsf: Target("app_protocol_name", .same, in: .flow)),
        FieldMapping(
            "net.direction", ecs: "network.direction",
            ocsf: Target(
                "connection_info.direction_id",
                .words(["inbound": "1", "outbound": "2", "internal": "3", "external": "0"], other: "0"), in: .network)),
        FieldMapping("net.iface", ecs: "observer.ingress.interface.name"),
        FieldMapping(
            "net.community_id", ecs: "network.community_id",
            ocsf: Target("connection_info.community_uid", .same, in: .network)),
        FieldMapping("ai.product", ecs: "network.application", ocsf: Target("app_name", .same, in: .flow)),
        FieldMapping(
            "ai.confidence",
            ocsf: Target("confidence_id", .words(["low": "1", "medium": "2", "high": "3"], other: "0"), in: .all)),
        FieldMapping("http.method", ecs: "http.request.method"),
        FieldMapping("http.path", ecs: "url.path", ocsf: Target("url.path", .same, in: .network)),
        FieldMapping("dns.qname", ecs: "dns.question.name", ocsf: "query.hostname"),
        FieldMapping("dns.qtype", ecs: "dns.question.type", ocsf: "query.type"),
    ]

    private static let security = [
        FieldMapping("tls.sni", ecs: "tls.client.server_name", ocsf: Target("tls.sni", .same, in: .network)),
        FieldMapping("tls.version", ecs: "tls.version", ocsf: Target("tls.version", .same, in: .network)),
        FieldMapping("tls.alpn_chosen", ecs: "tls.next_protocol"),
        FieldMapping("tls.cipher", ecs: "tls.cipher", ocsf: Target("tls.cipher", .same, in: .network)),
        FieldMapping("tls.ja3", ecs: "tls.client.ja3", ocsf: Target("tls.ja3_hash.value", .same, in: .network)),
        FieldMapping("tls.ja4", ocsf: Target("ja4_fingerprint_list[].value", .same, in: .network)),
        FieldMapping("tls.certificate_names", ecs: "tls.server.x509.alternative_names"),
    ]

    private static let severities = ["info": "1", "low": "2", "medium": "3", "high": "4", "critical": "5"]

    private static let alert = [
        FieldMapping("alert.id", ocsf: "finding_info.uid"),
        FieldMapping("alert.count", ocsf: "count"),
        FieldMapping(
            "alert.first_seen", ecs: "event.start", ocsf: Target("finding_info.first_seen_time", .milliseconds)),
        FieldMapping("alert.last_seen", ecs: "event.end", ocsf: Target("finding_info.last_seen_time", .milliseconds)),
        FieldMapping("rule.id", ecs: "rule.id", ocsf: "finding_info.analytic.uid"),
        FieldMapping(
            "rule.revision", ecs: Target("rule.version", .toText),
            ocsf: Target("finding_info.analytic.version", .toText)),
        FieldMapping("rule.ruleset", ecs: "rule.ruleset", ocsf: "finding_info.analytic.category"),
        FieldMapping("rule.title", ecs: "rule.name", ocsf: "finding_info.title"),
        FieldMapping("rule.tags", ecs: "tags", ocsf: "metadata.labels"),
        FieldMapping(
            "severity", ecs: Target("event.severity", .words(severities, other: "0")),
            ocsf: Target("severity_id", .words(severities, other: "0"))),
        FieldMapping("message", ecs: "message", ocsf: "message"),
    ]

    /// The rows by their paths.
    static let byPath = Dictionary(all.map { ($0.native, $0) }, uniquingKeysWith: { first, _ in first })
}
