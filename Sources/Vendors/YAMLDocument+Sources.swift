import Yams

extension YAMLDocument {
    /// Where a fact was read, and when.
    typealias Source = (text: String, date: String)

    /// Every source that the file names, by its name in the file.
    mutating func sources(of root: Mapping) -> [String: Source] {
        guard let node = root.values["sources"] else {
            add(.missingKey, "the file has no 'sources'", at: root.node)
            return [:]
        }
        guard case .mapping(let pairs) = node else {
            add(.shape, "'sources' is a mapping of names to texts and dates", at: node)
            return [:]
        }
        var sources: [String: Source] = [:]
        for (key, value) in pairs {
            guard let name = text(key, of: "the name of a source"),
                let source = mapping(value, of: "a source", known: ["text", "date"])
            else { continue }
            let text = required("text", of: source, what: "the source '\(name)'")
            let date = date("date", of: source, what: "the source '\(name)'")
            sources[name] = (text ?? "", date ?? "")
        }
        return sources
    }

    /// The sources that an entry names under `source`, out of those of the file.
    mutating func sources(of mapping: Mapping, among known: [String: Source], what: String) -> [Source] {
        guard let node = mapping.values["source"] else {
            add(.missingKey, "\(what) has no 'source'", at: mapping.node)
            return []
        }
        var names = [node]
        if case .sequence(let several) = node { names = Array(several) }
        if names.isEmpty { add(.missingKey, "'source' is empty", at: node) }
        var sources: [Source] = []
        for name in names {
            guard let text = text(name, of: "source") else { continue }
            if let source = known[text] {
                sources.append(source)
            } else {
                let suggestion = NearestName.suggestion(for: text, among: known.keys.sorted())
                add(.unknownSource, "unknown source '\(text)'", at: name, suggestion: suggestion)
            }
        }
        return sources
    }
}
