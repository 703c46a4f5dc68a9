extension SettingKey {
    static let evidence = [evidenceKey]

    /// What vouches for the files of an output.
    public static let evidenceKey = SettingKey(
        "evidence.key", flag: "evidence-key", .text,
        "The file of a key that vouches for every line of the files of outputs.to, for egret verify")
}
