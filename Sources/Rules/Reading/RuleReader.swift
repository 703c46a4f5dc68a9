import Crypto
import Text

/// Reads rule files in one run: first every file's definitions, then every rule, so that no order matters.
struct RuleReader {
    /// What is wrong.
    var report = DiagnosticReport()
    /// The lists, macros and schedules of all files.
    var definitions = Definitions()
    let listFile: (String) -> [UInt8]?
    /// The values that fields can have, where the catalog knows them all.
    let vocabulary: RuleVocabulary
    /// The files by name.
    var files: [String: RuleFile] = [:]
    /// Macros that were read, by file and name; `nil` for one with an error.
    var macroConditions: [String: Condition?] = [:]
    private var zones: [String: Zone] = [:]
    private var ids: [String: SourcePosition] = [:]
    private var digest = SHA256()

    init(vocabulary: RuleVocabulary = [:], listFile: @escaping (String) -> [UInt8]?) {
        self.vocabulary = vocabulary
        self.listFile = listFile
    }

    /// The digest of everything that was read.
    var hash: String {
        "sha256:" + digest.finalize().map { Self.hexadecimal($0) }.joined()
    }

    /// Reads all of `sources`, which are sorted by name.
    mutating func read(_ sources: [RuleSource]) -> [Rule] {
        var read: [RuleFile] = []
        for source in sources {
            report.files += 1
            include(name: source.name, bytes: source.bytes)
            guard let file = readFile(source) else { continue }
            read.append(file)
            files[source.name] = file
        }
        for file in read { readDefinitions(of: file) }
        for file in read { readMacros(of: file) }
        return read.flatMap { readRules(of: $0) }
    }

    /// Takes a file into the digest, its name and length too, so that no two sets of files have the same. Not the directory
    /// that it is in: the same rules have the same digest wherever they are installed.
    mutating func include(name: String, bytes: [UInt8]) {
        let name = name.split(separator: "/").last.map(String.init) ?? name
        digest.update(data: Array("\(name)\u{0}\(bytes.count)\u{0}".utf8))
        digest.update(data: bytes)
    }

    /// The zone called `identifier`, made once.
    mutating func zone(_ identifier: String, at position: SourcePosition) -> Zone? {
        if let known = zones[identifier] { return known }
        guard let zone = Zone(identifier) else {
            report.error(
                .unknownZone, at: position,
                "unknown time zone '\(identifier)'; IANA names such as Asia/Shanghai are known",
                suggestion: ZoneName.nearest(to: identifier))
            // Nothing is loaded any more; dates that hang on this zone are no errors of their own.
            return Zone("UTC")
        }
        zones[identifier] = zone
        return zone
    }

    private mutating func readFile(_ source: RuleSource) -> RuleFile? {
        var faults: [YAMLError] = []
        let document = YAMLDocument(name: source.name, bytes: source.bytes, faults: &faults)
        report.add(faults)
        guard let document else { return nil }
        guard check(document.root, keys: Self.fileKeys, "at the top of the file") else { return nil }
        readVersion(document.root)
        var file = RuleFile(source: document.source, root: document.root)
        readMetadata(into: &file)
        readDefaults(into: &file)
        return file
    }

    private mutating func readVersion(_ root: YAMLNode) {
        guard let entry = root.entry("version") else {
            report.error(.missingKey, at: root.position, "'version: 1' is missing")
            return
        }
        guard let text = text(entry) else { return }
        if text != "1" {
            report.error(.value, at: entry.value.position, "version '\(text)' is unknown; this reads version 1")
        }
    }

    private mutating func readMetadata(into file: inout RuleFile) {
        guard let entry = file.root.entry("metadata") else { return }
        guard check(entry.value, keys: ["ruleset", "revision", "owner", "description"], "in metadata") else { return }
        file.ruleset = entry.value.entry("ruleset").flatMap { text($0) } ?? ""
        file.revision =
            entry.value.entry("revision").flatMap { number($0, in: 0...Int64(Int32.max)) }.map { Int($0) } ?? 0
    }

    private mutating func readDefaults(into file: inout RuleFile) {
        guard let entry = file.root.entry("defaults") else { return }
        guard check(entry.value, keys: ["timezone", "severity", "dedup"], "in defaults") else { return }
        if let entry = entry.value.entry("timezone"), let name = text(entry) {
            file.zone = zone(name, at: entry.value.position)
        }
        if let entry = entry.value.entry("severity") { file.severity = keyword(entry, of: Severity.self) ?? .medium }
        if let entry = entry.value.entry("dedup") { file.dedup = readDedup(entry, default: Dedup(), "in defaults") }
    }

    private mutating func readRules(of file: RuleFile) -> [Rule] {
        guard let entry = file.root.entry("rules") else { return [] }
        guard let items = list(entry) else { return [] }
        return items.compactMap { node in
            report.rules += 1
            guard let rule = readRule(node, in: file) else { return nil }
            if let first = ids[rule.id] {
                let position = node.entry("id")?.value.position ?? node.position
                report.error(.duplicateName, at: position, "the rule '\(rule.id)' occurs twice; first at \(first)")
                return nil
            }
            ids[rule.id] = node.entry("id")?.value.position ?? node.position
            return rule
        }
    }

    static func hexadecimal(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }

    static let fileKeys = ["version", "metadata", "defaults", "lists", "schedules", "macros", "rules"]
}
