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
