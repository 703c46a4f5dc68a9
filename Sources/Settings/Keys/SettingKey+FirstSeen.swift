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
