import Events

extension FleetColumn {
    /// A flow: every field that a `flow` event can have.
    static let flow = complete(
        [shortTime] + envelope + flowCounters + flowIncrements + ends + network + handshake + attribution + signs,
        for: .flow)

    private static let flowCounters: [FleetColumn] =
        [
            FleetColumn(named: "flow_number", "UInt64", codec: "NONE", .derived(hexadecimal("flow.id"))),
            FleetColumn(named: "flow_id", "String", .alias("leftPad(lower(hex(flow_number)), 16, '0')")),
        ] + numbers("UInt32", "flow.part") + flags("flow.final") + words("flow.state", "flow.end_reason") + times
        + numbers("UInt64", "flow.bytes_up", "flow.bytes_down")
        + numbers("UInt32", "flow.packets_up", "flow.packets_down") + numbers("UInt64", "flow.missed_bytes")
        + numbers("UInt32", "flow.conflicts") + flags("flow.answered", "flow.midstream") + words("flow.continues")
        + words("flow.method")
        + numbers(
            "UInt32", "flow.requests_est", "flow.requests_low", "flow.requests_high", "flow.interactions_est",
            "flow.interactions_low", "flow.interactions_high", "flow.streamed_answers", "flow.upload_bursts")
        + numbers("UInt64", "flow.largest_upload")
        + ["flow.first_byte", "flow.longest_stream"].map { FleetColumn($0, reading: "Float32", codec: "ZSTD(1)") }

    /// Beginning, end and duration follow from two short numbers, in milliseconds.
    private static let times: [FleetColumn] = [
        FleetColumn(named: "flow_age", "UInt64", codec: "T64, ZSTD(1)", .derived(milliseconds(since: "flow.start"))),
        FleetColumn(named: "flow_quiet", "UInt64", codec: "T64, ZSTD(1)", .derived(milliseconds(since: "flow.end"))),
        FleetColumn(named: "flow_start", "DateTime64(3, 'UTC')", .alias("time - toIntervalMillisecond(flow_age)")),
        FleetColumn(named: "flow_end", "DateTime64(3, 'UTC')", .alias("time - toIntervalMillisecond(flow_quiet)")),
        FleetColumn(named: "flow_duration", "Float64", .alias("(toInt64(flow_age) - toInt64(flow_quiet)) / 1000")),
    ]

    /// What a report adds is stored as what the reports before it had, because that is zero for most flows.
    private static let flowIncrements: [FleetColumn] = [
        "bytes_up", "bytes_down", "packets_up", "packets_down", "missed_bytes", "requests_est", "interactions_est",
        "streamed_answers", "upload_bursts",
    ].flatMap { name in
        [
            FleetColumn(
                named: "flow_before_\(name)", "Int64", codec: "T64, ZSTD(1)",
                .derived("toInt64(e.flow.\(name)) - e.flow.delta.\(name)")),
            FleetColumn(
                named: "flow_delta_\(name)", "Int64", .alias("toInt64(flow_\(name)) - flow_before_\(name)")),
        ]
    }

    private static let ends: [FleetColumn] =
        addresses("src.ip") + numbers("UInt16", "src.port") + words("src.group") + addresses("dst.ip")
        + [addressText("src_ip"), addressText("dst_ip")] + numbers("UInt16", "dst.port") + texts("dst.host")
        + words("dst.host_source", "dst.host_state")
        + [
            // A registrable domain is the end of the host's name.
            FleetColumn(
                named: "dst_domain_length", "UInt8",
                .derived("if(endsWith(e.dst.host, e.dst.domain), length(e.dst.domain), 0)")),
            FleetColumn(
                named: "dst_domain_other", "LowCardinality(String)",
                .derived("if(endsWith(e.dst.host, e.dst.domain), '', e.dst.domain)")),
            FleetColumn(
                named: "dst_domain", "String",
                .alias("if(dst_domain_length > 0, right(dst_host, dst_domain_length), dst_domain_other)")),
            FleetColumn(
                "dst.names", reading: "Array(Tuple(name String, source String))", codec: "ZSTD(1)"),
        ]

    private static let network: [FleetColumn] =
        words("net.transport", "net.app", "net.direction", "net.iface")
        + [FleetColumn("net.vlan", reading: "Array(UInt16)")] + lists("net.tunnels")
        + [FleetColumn("net.vlan_down", reading: "Array(UInt16)")] + lists("net.tunnels_down")
        + flags("net.via_proxy")
        + [
            FleetColumn(
                "net.tunnel_trusted", reading: "Nullable(Bool)", type: "Bool", conversion: "ifNull({}, true)"),
            FleetColumn(named: "net_community_id", "String", .alias(communityID)),
        ]

    private static let handshake: [FleetColumn] =
        [
            FleetColumn(
                named: "tls_sni_is_host", "Bool", .derived("e.tls.sni = e.dst.host AND e.tls.sni != ''")),
            FleetColumn(
                named: "tls_sni_other", "String", codec: "ZSTD(3)",
                .derived("if(e.tls.sni = e.dst.host, '', e.tls.sni)")),
            FleetColumn(named: "tls_sni", "String", .alias("if(tls_sni_is_host, dst_host, tls_sni_other)")),
        ] + words("tls.version") + flags("tls.version_chosen")
        + [
            FleetColumn(
                named: "tls_alpn_lines", "LowCardinality(String)", .derived("arrayStringConcat(e.tls.alpn, '\\n')")),
            FleetColumn(
                named: "tls_alpn", "Array(String)",
                .alias("if(tls_alpn_lines = '', [], splitByChar('\\n', toString(tls_alpn_lines)))")),
        ] + words("tls.alpn_chosen", "tls.cipher", "tls.ja3", "tls.ja4", "tls.hello.state")
        + numbers("UInt16", "tls.hello.records", "tls.hello.segments") + flags("tls.hello.fragmented")
        + words("tls.ech.state") + lists("tls.ech.evidence") + flags("tls.pq", "tls.resumption")
        + lists("tls.certificate_names") + words("quic.version", "http.method") + texts("http.path")
        + words("dns.encrypted")

    private static let signs: [FleetColumn] =
        flags("ai.relay_suspected") + numbers("UInt8", "ai.relay_score") + lists("ai.relay_reasons")
        + lists("first_seen.product", "first_seen.vendor", "first_seen.host", since: 2) + flags("evidence.complete")

    /// Fields that no column of its own is made of, but that other columns are computed from: read as texts or lists.
    static let flowReadings: [FleetColumn] =
        texts("flow.id", "flow.start", "flow.end", "dst.domain", "tls.sni") + lists("tls.alpn")
        + numbers(
            "Int64", "flow.delta.bytes_up", "flow.delta.bytes_down", "flow.delta.packets_up", "flow.delta.packets_down",
            "flow.delta.missed_bytes", "flow.delta.requests_est", "flow.delta.interactions_est",
            "flow.delta.streamed_answers", "flow.delta.upload_bursts")

    private static func hexadecimal(_ path: String) -> String { "reinterpretAsUInt64(reverse(unhex(e.\(path))))" }

    private static func milliseconds(since path: String) -> String {
        "greatest(0, toUnixTimestamp64Milli(parseDateTime64BestEffortOrZero(e.time, 3, 'UTC'))"
            + " - toUnixTimestamp64Milli(parseDateTime64BestEffortOrZero(e.\(path), 3, 'UTC')))"
    }

    /// Community ID version 1 with the seed 0: the SHA-1 of addresses and ports, the lower end first.
    private static var communityID: String {
        let isIPv4 = "isIPv4String(replaceOne(toString(src_ip), '::ffff:', ''))"
        let bytes = { (ip: String) in
            "unhex(substring(hex(\(ip)), if(\(isIPv4), 25, 1)))"
        }
        let port = { (port: String) in "unhex(leftPad(hex(\(port)), 4, '0'))" }
        let isOrdered = "(src_ip, src_port) <= (dst_ip, dst_port)"
        return
            "concat('1:', base64Encode(SHA1(concat(unhex('0000'), if(\(isOrdered), concat(\(bytes("src_ip")), \(bytes("dst_ip"))), "
            + "concat(\(bytes("dst_ip")), \(bytes("src_ip")))), unhex(if(net_transport = 'udp', '1100', '0600')), "
            + "if(\(isOrdered), concat(\(port("src_port")), \(port("dst_port"))), concat(\(port("dst_port")), \(port("src_port"))))))))"
    }
}
