/// A key that was set under a former name.
public struct SettingWarning: Equatable, Sendable, CustomStringConvertible {
    /// Where the former name was used.
    public let origin: SettingOrigin
    /// The name that was used.
    public let former: String
    /// The name that replaces it.
    public let current: String

    /// `egret.yaml:3:1: warning: 'catalogue.folders' is now 'catalog.directories'`.
    public var description: String { "\(origin): warning: '\(former)' is now '\(current)'" }
}

extension SettingKey {
    /// Former paths of keys. They stay valid, with a warning, so that an upgrade does not stop a sensor.
    static let formerPaths = [
        "catalogue.folders": "catalog.directories",
        "catalogue.fingerprints": "catalog.fingerprints",
    ]

    /// The sections that only former paths have.
    static let formerSections = Set(formerPaths.keys.compactMap { $0.split(separator: ".").first.map(String.init) })

    /// The key that a former path stands for, or `nil`.
    static func renamed(from path: String) -> SettingKey? { formerPaths[path].flatMap(named) }

    /// The former variables, each with the key that it stands for.
    static var formerVariables: [String: (path: String, key: SettingKey)] {
        var found: [String: (path: String, key: SettingKey)] = [:]
        for (path, current) in formerPaths {
            guard let key = named(current) else { continue }
            found[variablePrefix + path.uppercased().replacing(".", with: "_")] = (path, key)
        }
        return found
    }
}
