extension SettingKey {
    static let privacy = [privacyKey, privacySources, privacyDestinations, privacyOtherNames]

    /// The keys of pseudonyms.
    public static let privacyKey = SettingKey(
        "privacy.key", flag: "privacy-key", .text,
        "The file of the keys that pseudonyms are made with; egret key privacy makes one, egret resolve goes back")
    /// Clients' addresses.
    public static let privacySources = SettingKey(
        "privacy.sources", flag: "privacy-sources", .keyword(["clear", "pseudonym", "group", "drop"]),
        defaults: ["clear"],
        "How the addresses of clients are written: as they are, as pseudonyms, only as the group that they are of, or not"
    )
    /// Servers' addresses.
    public static let privacyDestinations = SettingKey(
        "privacy.destinations", flag: "privacy-destinations", .keyword(["clear", "pseudonym", "drop"]),
        defaults: ["clear"], "How the addresses of servers and resolvers are written")
    /// Names of what concerns no vendor.
    public static let privacyOtherNames = SettingKey(
        "privacy.other_names", flag: "privacy-other-names", .keyword(["clear", "pseudonym", "drop"]),
        defaults: ["clear"],
        "How the names of flows and questions that concern no AI vendor are written, where these are written at all")
}
