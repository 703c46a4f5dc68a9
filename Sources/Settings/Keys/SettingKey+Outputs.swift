extension SettingKey {
    static let outputs = [outputTargets, outputFormat, statsInterval]

    /// Where events go.
    public static let outputTargets = SettingKey(
        "outputs.to", flag: "output", .texts, standard: ["-"], "Where events go: - for standard output, or a folder")
    /// The form of events.
    public static let outputFormat = SettingKey(
        "outputs.format", .word(["native"]), standard: ["native"], "The form of events")
    /// Between two `stats` events.
    public static let statsInterval = SettingKey(
        "outputs.stats_interval", .duration(seconds: 0...999_999),
        "Between two stats events, of packet time in analyze; 0 for one at the end. 60s in watch and 0 in analyze unless set"
    )
}
