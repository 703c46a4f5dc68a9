import Text

extension Settings {
    /// Takes over the variables that begin with `EGRET_`, and returns what is wrong with them, sorted by their names.
    ///
    /// A variable that no key has is an error, except for those that Kubernetes sets for a service called egret.
    public mutating func read(environment: [String: String]) -> [SettingError] {
        var errors: [SettingError] = []
        let known = Dictionary(SettingKey.all.map { ($0.variable, $0) }, uniquingKeysWith: { first, _ in first })
        let former = SettingKey.formerVariables
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(SettingKey.variablePrefix) && name != SettingKey.fileVariable {
            if let (path, key) = former[name] { warn(path, isNow: key, at: .variable(name)) }
            if let key = known[name] ?? former[name]?.key {
                let values = key.kind.isList ? Self.items(of: value) : [value]
                if let error = set(key, values, from: .variable(name)) { errors.append(error) }
            } else if !Self.isOfKubernetes(name) {
                errors.append(
                    SettingError(
                        .unknownKey, at: .variable(name), "no key has this variable",
                        suggestion: Spelling.nearest(to: name, among: known.keys.sorted())))
            }
        }
        return errors
    }

    private static func items(of text: String) -> [String] {
        text.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    /// `EGRET_SERVICE_HOST`, `EGRET_SERVICE_PORT…`, `EGRET_PORT…`: the addresses of a service of that name.
    private static func isOfKubernetes(_ name: String) -> Bool {
        ["EGRET_SERVICE_HOST", "EGRET_SERVICE_PORT", "EGRET_PORT"].contains { name.hasPrefix($0) }
    }
}
