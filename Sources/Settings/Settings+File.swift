import Text

extension Settings {
    /// Adopts what the file `name` with these bytes says, and returns every error in it. A key with an error keeps
    /// what it had before. Keys that begin with `x-` are the author's own.
    public mutating func read(file name: String, bytes: [UInt8]) -> [SettingError] {
        guard !Self.saysNothing(bytes) else { return [] }
        var faults: [YAMLError] = []
        let root = YAMLDocument(name: name, bytes: bytes, faults: &faults)?.root
        var errors = faults.map { SettingError(.syntax, at: .file($0.position), $0.message) }
        guard let root else { return errors }
        switch root.content {
        case .mapping(let sections):
            let known = Set(SettingKey.all.map(\.section))
            let accepted = known.union(SettingKey.formerSections)
            for section in sections where !section.key.hasPrefix("x-") {
                if accepted.contains(section.key) {
                    read(section, into: &errors)
                } else {
                    errors.append(Self.unknown(section, "at the top of the file", among: known.sorted()))
                }
            }
        default: errors.append(SettingError(.shape, at: .file(root.position), "the file is a map of sections"))
        }
        return errors
    }

    /// Whether there is nothing but comments and empty lines, as in the file that a package brings.
    private static func saysNothing(_ bytes: [UInt8]) -> Bool {
        bytes.split(separator: 0x0A).allSatisfy { line in
            let first = line.first { $0 != 0x20 && $0 != 0x0D }
            return first == nil || first == UInt8(ascii: "#")
        }
    }

    private mutating func read(_ section: YAMLNode.Entry, into errors: inout [SettingError]) {
        let keys = SettingKey.all.filter { $0.section == section.key }
        switch section.value.content {
        case .scalar("", _): return
        case .mapping(let entries):
            for entry in entries where !entry.key.hasPrefix("x-") {
                let path = "\(section.key).\(entry.key)"
                if let key = SettingKey.named(path) ?? SettingKey.renamed(from: path) {
                    if key.path != path { warn(path, isNow: key, at: .file(entry.position)) }
                    if let error = take(entry, for: key) { errors.append(error) }
                } else {
                    let names = keys.map { String($0.path.dropFirst(section.key.count + 1)) }
                    errors.append(Self.unknown(entry, "in \(section.key)", among: names))
                }
            }
        default:
            errors.append(
                SettingError(.shape, at: .file(section.value.position), "'\(section.key)' takes a map of keys"))
        }
    }

    private mutating func take(_ entry: YAMLNode.Entry, for key: SettingKey) -> SettingError? {
        switch entry.value.content {
        case .scalar(let text, _) where !key.kind.isList:
            if let error = Self.error(in: text, of: key, .file(entry.value.position)) { return error }
            return set(key, [text], from: .file(entry.position))
        case .sequence(let items) where key.kind.isList:
            var texts: [String] = []
            for item in items {
                guard let text = item.text else {
                    return SettingError(.shape, at: .file(item.position), "'\(entry.key)' takes single values")
                }
                if let error = Self.error(in: text, of: key, .file(item.position)) { return error }
                texts.append(text)
            }
            return set(key, texts, from: .file(entry.position))
        default:
            let shape = key.kind.isList ? "a list" : "a single value"
            return SettingError(.shape, at: .file(entry.value.position), "'\(entry.key)' takes \(shape)")
        }
    }

    private static func unknown(
        _ entry: YAMLNode.Entry, _ place: String, among names: [String]
    ) -> SettingError {
        SettingError(
            .unknownKey, at: .file(entry.position), "unknown key '\(entry.key)' \(place)",
            suggestion: Spelling.nearest(to: entry.key, among: names))
    }
}
