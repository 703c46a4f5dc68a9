import ArgumentParser
import Settings

/// Which keys of the configuration a command has flags for.
protocol SettingScope: Sendable {
    static var scopes: Set<SettingKey.Scope> { get }
}

/// The keys of `analyze`.
enum OfflineSettings: SettingScope {
    static var scopes: Set<SettingKey.Scope> { [.all] }
}

/// The keys of `watch`.
enum LiveSettings: SettingScope {
    static var scopes: Set<SettingKey.Scope> { [.all, .live] }
}

/// A flag for each key of the configuration, made from the table of keys.
///
/// The argument parser asks a value of this type for its children, as it does of every group of options, and finds an
/// option for each key. So the flags, their help, the completions and the manual have the one source that the file has.
struct SettingFlags<Scope: SettingScope>: ParsableArguments, CustomReflectable {
    /// What was given, by key.
    private(set) var given: [(key: SettingKey, values: [String])] = []

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for key in Self.keys {
            guard let values = try Self.values(of: key, in: container), !values.isEmpty else { continue }
            given.append((key, values))
        }
    }

    var customMirror: Mirror {
        Mirror(self, children: Self.keys.map { (label: Name($0).stringValue, value: Self.option(for: $0)) })
    }

    func validate() throws {
        var settings = Settings()
        try apply(to: &settings)
    }

    /// Adopts what was given.
    func apply(to settings: inout Settings) throws {
        for (key, values) in given {
            if let error = settings.set(key, values, from: .flag("--\(key.flag)")) {
                throw ValidationError("\(error)")
            }
        }
    }

    private static var keys: [SettingKey] { SettingKey.all.filter { Scope.scopes.contains($0.scope) } }

    private static func option(for key: SettingKey) -> any Sendable {
        // The one short form: where output goes.
        let isOutput = key.flag == "output"
        let name: NameSpecification = isOutput ? [.customShort("o"), .customLong(key.flag)] : .customLong(key.flag)
        let standard = key.defaults.isEmpty || key.isSwitch ? "" : " (default: \(key.defaults.joined(separator: ", ")))"
        let help = ArgumentHelp("\(key.summary).\(standard)", valueName: key.kind.valueName)
        if key.isNegative { return Flag<Bool>(wrappedValue: false, name: name, help: help) }
        if key.isSwitch { return Flag<Bool?>(name: name, inversion: .prefixedNo, help: help) }
        if key.kind.isList { return Option<[String]>(wrappedValue: [], name: name, help: help) }
        return Option<String?>(name: name, help: help)
    }

    private static func values(
        of key: SettingKey, in container: KeyedDecodingContainer<Name>
    ) throws -> [String]? {
        let name = Name(key)
        if key.isNegative { return try container.decode(Flag<Bool>.self, forKey: name).wrappedValue ? ["true"] : nil }
        if key.isSwitch { return try container.decode(Flag<Bool?>.self, forKey: name).wrappedValue.map { ["\($0)"] } }
        if key.kind.isList { return try container.decode(Option<[String]>.self, forKey: name).wrappedValue }
        return try container.decode(Option<String?>.self, forKey: name).wrappedValue.map { [$0] }
    }

    /// A key as the parser's decoder knows it.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ key: SettingKey) { stringValue = key.path.replacing(".", with: "_") }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
