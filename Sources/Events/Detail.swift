/// How much of an event is written: each level leaves out what the one before it does, and more.
///
/// An event is written in full; only where its line would pass the bound is it written again at the next level, with
/// `"truncated":true`. Fields are left out whole.
public enum Detail: UInt8, Sendable, CaseIterable, Comparable {
    /// Every field that is known.
    case full
    /// Without lists: `dst.names`, `tls.alpn`, `tls.certificate_names`, `tls.ech.evidence`, `net.vlan`, `net.tunnels`,
    /// `ai.relay_reasons`,
    /// `ai.hosts`, `ai.client_ja4`, `start.sources`, `start.outputs`, `rule.tags`, the counts of `rules`, `outputs`, `health.reasons`.
    case withoutLists
    /// Also without free text: `http`, `ai.why`, `message`, `rule.title`, `alert.group`, `capture.source`,
    /// the `detail` of health, audit and stop events.
    case withoutTexts
    /// Also without names: `dst.host`, `dst.host_source`, `dst.domain`, `tls.sni`, `tls.alpn_chosen`, `src.group`,
    /// `net.iface`, `dns.qname`.
    case withoutNames

    /// Whether `left` leaves out less.
    public static func < (left: Detail, right: Detail) -> Bool { left.rawValue < right.rawValue }

    /// The level after this one; nothing after the last.
    var next: Detail? { Detail(rawValue: rawValue + 1) }

    var hasLists: Bool { self < .withoutLists }
    var hasTexts: Bool { self < .withoutTexts }
    var hasNames: Bool { self < .withoutNames }
}
