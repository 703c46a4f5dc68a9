extension SettingKey {
    /// Every key, by section in the order of the file. A new key is one entry in the list of its section.
    public static let all: [SettingKey] =
        sensor + sources + filters + catalog + rules + outputs + evidence + privacy + timeouts + limits + service
        + metrics + http

    /// The key with the `path`.
    public static func named(_ path: String) -> SettingKey? { byPath[path] }

    private static let byPath = Dictionary(all.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
}
