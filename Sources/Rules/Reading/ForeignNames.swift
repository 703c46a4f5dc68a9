import Text

/// What fields and operators are called in other tools, and here.
enum ForeignNames {
    /// The field that is meant by `name`, which is none; `nil` if none is near.
    static func field(_ name: String, among names: [String]) -> String? {
        let plain = name.lowercased().replacing("_", with: ".")
        if let known = fields[plain] ?? fields[name.lowercased()] { return known }
        if let near = Spelling.nearest(to: name, among: names) { return near }
        // The same last part under another first one.
        guard let last = plain.split(separator: ".").last else { return nil }
        let same = names.filter { $0.split(separator: ".").last == last }
        return same.count == 1 ? same[0] : nil
    }

    /// The operator that is meant by `name`, which is none, on a field of `type`; `nil` if none is near.
    static func `operator`(_ name: String, of type: FieldType) -> String? {
        let allowed = type.operators.map(\.rawValue)
        let plain = name.lowercased().replacing("_", with: "")
        if let known = operators[plain] {
            if allowed.contains(known) { return known }
            if known == "gte", allowed.contains("at_least") { return "at_least" }
        }
        // What ends a text is a suffix of labels only for names of hosts.
        if ["endswith", "ends"].contains(plain), allowed.contains("glob") {
            return type == .hostname ? "suffix" : "glob"
        }
        return Spelling.nearest(to: name, among: allowed)
    }

    /// Fields by what they are called elsewhere, with dots in place of underscores.
    private static let fields: [String: String] = table([
        ("src.ip", "source.ip source.address src.addr src srcip client.ip orig.h id.orig.h"),
        ("src.port", "source.port sport srcport client.port"),
        ("dst.ip", "destination.ip destination.address dst.addr dst dstip dest server.ip resp.h id.resp.h"),
        ("dst.port", "destination.port dest.port dport dstport server.port port"),
        ("dst.host", "host hostname domain fqdn server.name destination.domain url.domain http.host tls.host"),
        ("tls.sni", "sni tls.server.name ssl.server.name tls.client.server.name"),
        ("net.transport", "proto protocol network.transport ip.proto"),
        ("net.app", "app app.proto application network.protocol service"),
        ("net.iface", "interface iface net.interface observer.ingress.interface.name"),
        ("net.vlan", "vlan vlan.id network.vlan.id"), ("net.tunnel", "tunnel tunnels net.tunnels encapsulation"),
        ("ai.vendor", "vendor provider ai.provider"), ("ai.product", "product tool ai.tool"),
        ("ai.role", "role"), ("ai.category", "category"), ("ai.country", "country geo.country"),
        ("ai.client", "client user.agent useragent software"), ("ai.confidence", "confidence"),
        ("tls.ja3", "ja3 ja3.hash tls.client.ja3"), ("tls.ja4", "ja4 tls.client.ja4"),
        ("tls.alpn", "alpn"), ("tls.version", "ssl.version"), ("quic.version", "quic"),
        ("dns.qname", "query qname dns.query dns.question.name dns.rrname dns.name"),
        ("dns.qtype", "qtype dns.type dns.rrtype dns.question.type query.type"),
        ("http.method", "method http.request.method"), ("http.path", "path uri url http.uri http.url url.path"),
        ("flow.bytes_up", "bytes.up bytes.out bytes.sent bytes.toserver orig.bytes source.bytes upload"),
        ("flow.bytes_down", "bytes.down bytes.in bytes.received bytes.toclient resp.bytes destination.bytes download"),
        ("flow.duration", "duration event.duration"), ("flow.requests_est", "requests requests.est"),
        ("flow.interactions_est", "interactions interactions.est prompts"),
        ("sensor.id", "sensor observer.name"), ("sensor.health", "health"),
    ])

    /// Operators by what they are called elsewhere, without underscores.
    private static let operators: [String: String] = table([
        ("eq", "= == equals equal is exact oneof anyof any values"), ("not", "!= ne neq notequals isnot notin nin !"),
        ("gt", "> greaterthan greater above over morethan after"),
        ("gte", ">= => ge min minimum atleast greaterorequal"),
        ("lt", "< lessthan less below under before"), ("lte", "<= =< le max maximum atmost lessorequal"),
        ("between", "range"), ("glob", "like ilike wildcard contains startswith prefix begins includes has"),
        ("regex", "re regexp matches match pattern rx ~ =~"), ("cidr", "net subnet network block"),
        ("exists", "present isset defined"),
    ])

    private static func table(_ entries: [(name: String, others: String)]) -> [String: String] {
        Dictionary(
            entries.flatMap { entry in entry.others.split(separator: " ").map { (String($0), entry.name) } },
            uniquingKeysWith: { first, _ in first })
    }
}
