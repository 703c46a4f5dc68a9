import Bytes

extension SettingKey {
    static let trust = [trustedTunnels, unaskedAnswers]

    /// Whose tunnels are believed.
    public static let trustedTunnels = SettingKey(
        "trust.tunnels", flag: "trust-tunnels",
        .custom("addresses and prefixes") { text in
            AddressPrefix(text) == nil
                ? "'\(text)' is not an address or a prefix such as 10.0.0.0/8 or 2001:db8::/32" : nil
        },
        """
        The ends of tunnels that are believed: what comes in VXLAN, Geneve, GTP-U, GRE, IP in IP and the like counts in full if both \
        ends of the tunnel are in one of these; without it such flows have low confidence
        """)
    /// Whether answers are learned that nobody was seen to ask for.
    public static let unaskedAnswers = SettingKey(
        "trust.unasked_answers", flag: "trust-unasked-answers", .boolean, defaults: ["false"],
        "Whether DNS answers name flows if no question was seen: for a capture that sees the answers alone. Anybody can send such an answer"
    )
}
