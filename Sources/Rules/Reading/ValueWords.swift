import Text

/// Which word of a closed set was meant by one that is not in it: what other tools call it, the nearest in spelling, or the
/// only one that has it as a part.
enum ValueWords {
    /// The word of `words` that `text` was probably meant to be as a value of `field`; `nil` if none is near.
    static func nearest(to text: String, of field: Field, among words: [String]) -> String? {
        let plain = text.lowercased()
        if let known = synonyms[field.name]?[plain], words.contains(known) { return known }
        if field.name == "tls.version", let version = version(plain, among: words) { return version }
        if let same = words.first(where: { unified($0) == unified(plain) }) { return same }
        if let near = Spelling.nearest(to: text, among: words) { return near }
        guard plain.utf8.count >= 3 else { return nil }
        let related = words.filter { $0.lowercased().contains(plain) }
        return related.count == 1 ? related[0] : nil
    }

    /// `TLSv1.3`, `tls13` and `1.30` as the word of a version.
    private static func version(_ text: String, among words: [String]) -> String? {
        let digits = text.filter(\.isNumber)
        let isSSL = text.hasPrefix("ssl")
        return words.first { word in
            let wanted = word.filter(\.isNumber)
            if word.hasPrefix("ssl") { return isSSL && digits.hasPrefix(wanted) }
            return !isSSL && (digits == wanted || digits == wanted + "0")
        }
    }

    /// `text` without the signs that tools join words by.
    private static func unified(_ text: String) -> String {
        text.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// What other tools call the values, by field.
    private static let synonyms: [String: [String: String]] = [
        "net.app": table(
            ("tls", "https ssl dtls tls1.3 wss"), ("quic", "http3 http/3 h3 doq"), ("http", "http1 http/1.1 ws"),
            ("http2", "h2 h2c http/2 grpc"), ("socks", "socks4 socks5 proxy"), ("dns", "domain mdns llmnr")),
        "net.transport": table(("tcp", "6"), ("udp", "17 quic")),
        "net.direction": table(
            ("outbound", "egress out outgoing outward"), ("inbound", "ingress in incoming inward"),
            ("internal", "local lan lateral private")),
        "net.tunnel": table(
            ("gtpu", "gtp gtp-u gtp_u gtpv1"), ("gre", "nvgre pptp gretap"), ("ip6", "6in4 sit ip6ip6 6to4"),
            ("ipip", "ip-in-ip ip_in_ip ip4 4in4"), ("l2tp", "l2tpv2"), ("vxlan_gpe", "vxlan-gpe"),
            ("erspan", "erspan2 erspan3"), ("pbb", "802.1ah mac-in-mac"), ("macsec", "802.1ae")),
        "dst.host_source": table(
            ("tls_sni", "sni tls hello client_hello"), ("quic_sni", "quic"), ("http_host", "http host host_header"),
            ("connect", "proxy http_connect"), ("socks", "socks4 socks5"), ("certificate", "cert x509 san subject"),
            ("ip_range", "ip address prefix range cidr asn"), ("dns", "passive_dns dns_answer resolver"),
            ("none", "unknown nothing")),
        "ai.role": table(
            ("inference", "api chat completion completions model llm prompt"), ("web", "website site ui browser app"),
            ("auth", "login oauth sso signin"), ("telemetry", "analytics metrics tracking statistics usage"),
            ("crash", "crash_report error errors sentry"), ("feature_flags", "flags experiments ab"),
            ("update", "updates download install release"), ("content", "static cdn assets"), ("support", "help docs"),
            ("unclassified", "unknown none other")),
        "ai.category": table(
            ("coding-agent", "coding code ide agent cli"), ("assistant", "chat chatbot"), ("model-hub", "hub models"),
            ("api", "inference llm model"), ("voice", "audio speech tts"), ("relay", "reseller proxy"),
            ("aggregator", "router"), ("shared-service", "shared cloud")),
        "ai.scope": table(("dedicated", "exclusive own private"), ("shared", "cloud multi public")),
        "ai.confidence": table(
            ("high", "certain sure strong"), ("medium", "med middle moderate"), ("low", "weak"), ("none", "unknown")),
        "tls.hello.state": table(
            ("complete", "ok full whole"), ("truncated", "partial incomplete cut"), ("malformed", "invalid bad broken"),
            ("over_limit", "too_long large")),
        "tls.ech.state": table(
            ("likely_real", "real yes used true present"), ("grease", "fake filler greased"),
            ("unsure", "unknown maybe"),
            ("none", "no absent false")),
        "dns.encrypted": table(("doh", "https h3 doh3"), ("dot", "tls"), ("doq", "quic")),
        "flow.state": table(
            ("opening", "open syn new"), ("established", "active connected"), ("closed", "ended finished done"),
            ("one_way", "half unanswered oneway")),
        "flow.end_reason": table(
            ("idle", "timeout inactive"), ("rst", "reset"), ("fin", "closed close end"), ("evicted", "capacity full"),
            ("end_of_capture", "eof stop")),
        "sensor.health": table(
            ("degraded", "bad failed error unhealthy warning"), ("ok", "good healthy up fine")),
        "quic.version": table(("1", "v1 rfc9000 quicv1"), ("2", "v2 rfc9369 quicv2")),
    ]

    private static func table(_ entries: (word: String, others: String)...) -> [String: String] {
        Dictionary(
            entries.flatMap { entry in entry.others.split(separator: " ").map { (String($0), entry.word) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The numbers of services that are written by name in other tools.
    static let ports = [
        "https": 443, "http": 80, "quic": 443, "doh": 443, "tls": 443, "ssl": 443, "dot": 853, "doq": 853, "dns": 53,
        "domain": 53, "ssh": 22, "socks": 1080, "socks5": 1080, "proxy": 8080, "http-alt": 8080, "ollama": 11_434,
        "litellm": 4000, "smtp": 25, "imap": 143, "imaps": 993, "ldap": 389, "rdp": 3389,
    ]

    /// The application protocols that clients offer in practice (the IANA registry of ALPN identifiers), with what they are
    /// called elsewhere.
    static let protocols: [String: String] = {
        let names = [
            ("h2", "http2 http/2 http/2.0 h2.0"), ("h3", "http3 http/3 http/3.0"),
            ("http/1.1", "http1 http1.1 http/1 http"),
            ("http/1.0", "http1.0"), ("h2c", ""), ("dot", ""), ("doq", ""), ("acme-tls/1", ""), ("webrtc", ""),
        ]
        return Dictionary(
            names.flatMap { name, others in ([name] + others.split(separator: " ").map(String.init)).map { ($0, name) }
            },
            uniquingKeysWith: { first, _ in first })
    }()
}
