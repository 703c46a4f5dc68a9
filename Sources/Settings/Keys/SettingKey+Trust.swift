import Bytes

extension SettingKey {
    static let trust = [trustedTunnels, unaskedAnswers, firstCopyHosts, lastCopyHosts]

    /// Whose tunnels are believed.
    public static let trustedTunnels = SettingKey(
        "trust.tunnels", flag: "trust-tunnels",
        addressesAndPrefixes,
        summary: """
            The ends of tunnels that are believed: what comes in VXLAN, Geneve, GTP-U, GRE, IP in IP and the like counts in full if both \
            ends of the tunnel are in one of these; without it such flows have low confidence
            """)
    /// Whether answers are learned that no one was seen to ask for.
    public static let unaskedAnswers = SettingKey(
        "trust.unasked_answers", flag: "trust-unasked-answers", .boolean, defaults: ["false"],
        summary:
            "Whether DNS answers name flows if no question was seen: for a capture that sees the answers alone. Anyone can send such an answer"
    )

    /// Which hosts keep the first of two copies of a byte.
    public static let firstCopyHosts = SettingKey(
        "trust.first_copy", flag: "first-copy-hosts", addressesAndPrefixes,
        summary: """
            Servers that keep the first of two TCP segments that differ (Windows): its name leads. Others keep what Linux keeps. The flow \
            has both names and is not complete either way
            """)
    /// Which hosts keep the last of two copies of a byte.
    public static let lastCopyHosts = SettingKey(
        "trust.last_copy", flag: "last-copy-hosts", addressesAndPrefixes,
        summary: "The same for servers that keep the last one; of two prefixes that cover an address the longer decides"
    )

    private static let addressesAndPrefixes = SettingKind.custom("addresses and prefixes") { text in
        AddressPrefix(text) == nil
            ? "'\(text)' is not an address or a prefix such as 10.0.0.0/8 or 2001:db8::/32" : nil
    }
}

extension SettingKey {
    static let firstSeen = [firstSeenLearning, firstSeenHosts.key, firstSeenState]

    /// How long first sightings are only learned.
    public static let firstSeenLearning = SettingKey(
        "first_seen.learning", flag: "first-seen-learning", .duration(seconds: 0...31_536_000), defaults: ["7d"],
        summary: "How long first_seen.* only learns and says nothing, in packet time; 0 for not at all")
    /// Whose hosts are remembered.
    public static let firstSeenHosts = EnumerationSetting<FirstSeenHosts>(
        "first_seen.hosts", flag: "first-seen-hosts", values: FirstSeenHosts.allCases, default: .ai,
        summary:
            "Which hosts first_seen.host is about: those of an AI vendor or with a name that says AI, or all that have a name"
    )
    /// Where first sightings are kept.
    public static let firstSeenState = SettingKey(
        "first_seen.state", flag: "first-seen-state", .text,
        summary: "The file in which first sightings are kept from one run to the next; first-seen.state in "
            + "service.state unless set, and none in analyze")
    /// The entries of first sightings.
    public static let firstSeenEntries = SettingKey(
        "limits.first_seen_entries", .integer(16...10_000_000), defaults: ["65536"],
        summary: "The most first sightings of each kind (product, vendor, host); past it, those seen least recently "
            + "are forgotten")
}

/// Whose hosts are remembered for `first_seen.host`.
public enum FirstSeenHosts: String, Sendable, CaseIterable {
    /// Those of an AI vendor, and those with a name that says AI.
    case ai
    /// Every host with a name.
    case all
}
