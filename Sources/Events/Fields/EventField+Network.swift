import Flows
import Protocols

extension EventField {
    /// How the flow crosses the network.
    static let network = rows(
        in: [.flow],
        fields: [
            EventField(
                "net.transport", .words(FlowSnapshot.Transport.self), ecs: "network.transport",
                ocsf: Target("connection_info.protocol_name", in: .network), meaning: "The transport protocol."),
            EventField(
                "net.app", .words(Application.self, except: [.unknown]), isOptional: true, ecs: "network.protocol",
                ocsf: Target("app_protocol_name", in: .flow),
                meaning: "The innermost protocol recognised; absent where unknown."),
            EventField(
                "net.direction", .words(FlowSnapshot.Direction.self), ecs: "network.direction",
                ocsf: Target(
                    "connection_info.direction_id",
                    .words(["inbound": "1", "outbound": "2", "internal": "3", "external": "0"], other: "0"),
                    in: .network), meaning: "Who opened the flow, seen from the private side."),
            EventField(
                "net.iface", .text, isOptional: true, detail: .withoutTexts, ecs: "observer.ingress.interface.name",
                meaning: "The interface, or the capture file."),
            EventField(
                "net.vlan", .list(of: .number16), isOptional: true, detail: .full,
                meaning: "VLAN ids of the client's packets, outermost first."),
            EventField(
                "net.vlan_down", .list(of: .number16, allowsEmpty: true), isOptional: true, detail: .full,
                meaning: "VLAN ids of the server's packets if they differ; empty if these have no tag."),
            EventField(
                "net.tunnels_down", .list(of: .text, allowsEmpty: true), isOptional: true, detail: .full,
                meaning: "Encapsulations of the server's packets if they differ; empty if these have none."),
            EventField(
                "net.tunnels", .list(of: .text), in: [.flow, .alert], isOptional: true, detail: .full,
                meaning: "Encapsulations of the client's packets, outermost first."),
            EventField(
                "net.tunnel_trusted", .boolean, in: [.flow, .alert], isOptional: true, detail: .full,
                meaning:
                    "False if the flow came through a tunnel over IP of which not both ends are in trust.tunnels; absent otherwise."
            ),
            EventField("net.via_proxy", .boolean, meaning: "Whether the client speaks to a proxy."),
            EventField(
                "net.community_id", .text, in: [.flow, .alert], privacy: .derived, ecs: "network.community_id",
                ocsf: Target("connection_info.community_uid", in: .network), meaning: "Community ID version 1."),
        ])

    /// What the TLS handshake says.
    static let transportSecurity = rows(
        in: [.flow],
        fields: [
            EventField("tls", .object(), isOptional: true),
            EventField(
                "tls.sni", .text, isOptional: true, detail: .withoutTexts, privacy: .otherName,
                ecs: "tls.client.server_name", ocsf: Target("tls.sni", in: .network),
                meaning: "The server_name of the ClientHello, as sent, in lower case."),
            EventField(
                "tls.version", .form(#"^(1\.[0-3]|ssl[23]|0x[0-9a-f]{4})$"#), isOptional: true, ecs: "tls.version",
                ocsf: Target("tls.version", in: .network),
                meaning:
                    "The version chosen, otherwise the highest offered: 1.3, 1.2, 1.1, 1.0, ssl3, ssl2 or hexadecimal."),
            EventField(
                "tls.version_chosen", .boolean, isOptional: true,
                meaning: "Whether tls.version was chosen by the server rather than only offered."),
            EventField(
                "tls.alpn", .list(of: .text), isOptional: true, detail: .full,
                meaning: "The application protocols offered, in order."),
            EventField(
                "tls.alpn_chosen", .text, isOptional: true, detail: .withoutTexts, ecs: "tls.next_protocol",
                meaning: "The application protocol chosen, where it was seen in the clear."),
            EventField(
                "tls.cipher", .form(#"^(TLS_[A-Z0-9_]+|0x[0-9a-f]{4})$"#), isOptional: true, ecs: "tls.cipher",
                ocsf: Target("tls.cipher", in: .network),
                meaning: "The cipher suite chosen, by its IANA name or hexadecimal."),
            EventField(
                "tls.ja3", .text, isOptional: true, ecs: "tls.client.ja3",
                ocsf: Target("tls.ja3_hash.value", in: .network), meaning: "The JA3 of the hello."),
            EventField(
                "tls.ja4", .text, isOptional: true, ocsf: Target("ja4_fingerprint_list[].value", in: .network),
                meaning: "The JA4 of the hello."),
            EventField(
                "tls.hello.state", .words(TLSFacts.HelloState.self), meaning: "How much of the ClientHello was read."),
            EventField(
                "tls.hello.records", .count, unit: .records,
                meaning: "TLS records that the hello was spread over; 0 for QUIC."),
            EventField(
                "tls.hello.segments", .count, unit: .segments,
                meaning: "Segments or datagrams that the hello was spread over."),
            EventField(
                "tls.hello.fragmented", .boolean, meaning: "Whether the hello was cut into more than one record."),
            EventField(
                "tls.ech.state", .words(TLSFacts.ECHState.self),
                meaning: "What the encrypted_client_hello extension is taken for."),
            EventField("tls.ech.evidence", .list(of: .text), isOptional: true, detail: .full, meaning: "Why."),
            EventField("tls.pq", .boolean, meaning: "Whether a post-quantum key exchange is offered."),
            EventField("tls.resumption", .boolean, meaning: "Whether the client asked to resume a session."),
            EventField(
                "tls.certificate_names", .list(of: .text), isOptional: true, detail: .full, privacy: .otherName,
                ecs: "tls.server.x509.alternative_names",
                meaning:
                    "Names in the server's certificate. Read in TLS 1.2 and below if the hello had no server name; later versions encrypt certificates."
            ),
        ])

    /// What other protocols say.
    static let applications = rows(
        in: [.flow],
        fields: [
            EventField("quic", .object(), isOptional: true),
            EventField(
                "quic.version", .form(#"^(1|2|draft-[0-9]+|[QT]0[0-9]{2}|0x[0-9a-f]{8})$"#),
                meaning: "The version of the first Initial packet: 1, 2, draft-29, Q046, or 0x and eight digits."),
            EventField("http", .object(), isOptional: true, detail: .withoutLists),
            EventField(
                "http.method", .text, detail: .withoutLists, privacy: .request, ecs: "http.request.method",
                meaning: "The method of the first request in the clear."),
            EventField(
                "http.path", .text, detail: .withoutLists, privacy: .request, ecs: "url.path",
                ocsf: Target("url.path", in: .network), meaning: "Its path without query and fragment."),
            EventField("dns", .object(), isOptional: true),
            EventField("dns.encrypted", .words(EncryptedDNS.self), meaning: "How the client hides its DNS questions."),
        ])
}
