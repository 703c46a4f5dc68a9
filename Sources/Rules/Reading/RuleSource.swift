import Text

/// One file of rules as it was read: its name and its bytes.
public struct RuleSource: Sendable {
    /// The file's name, as errors print it.
    public var name: String
    /// The file's bytes.
    public var bytes: [UInt8]

    /// The file `name` with `bytes`.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The file `name` with `text`.
    public init(name: String, text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }
}

extension RuleSet {
    /// Reads, checks and compiles `sources`; their order does not matter.
    ///
    /// `listFile` gives the bytes of a list's file by its path, which is relative to the file that names it, or nothing
    /// where it cannot be read. `vocabulary` are the values that fields can have (`ai.vendor`), if they are known: a
    /// rule that asks for another could never match, which is an error then. Cost: linear in the bytes, about a second
    /// for 10,000 rules.
    public static func load(
        _ sources: [RuleSource], vocabulary: RuleVocabulary = [:],
        listFile: @escaping (String) -> [UInt8]? = { _ in nil }
    ) -> RuleLoad {
        var reader = RuleReader(vocabulary: vocabulary, listFile: listFile)
        let rules = reader.read(sources.sorted { $0.name < $1.name })
        let report = reader.report
        return RuleLoad(rules: report.isClean ? RuleSet(rules: rules, hash: reader.hash) : nil, report: report)
    }
}

/// One rule file, its own parts read.
struct RuleFile: Sendable {
    /// The text.
    let source: SourceText
    /// Its root.
    let root: YAMLNode
    /// The name of its rule set.
    var ruleset = ""
    /// Its revision.
    var revision = 0
    /// The zone of its dates.
    var zone: Zone?
    /// The severity of its rules that name none.
    var severity = Severity.medium
    /// The deduplication of its rules that name none; `nil` if the file names none either.
    var dedup: Dedup?

    init(source: SourceText, root: YAMLNode) {
        self.source = source
        self.root = root
    }
}

/// What came of reading rule files: the rules, or what is wrong with them; never a part of the rules.
public struct RuleLoad: Sendable {
    /// The rules; `nil` if there is any error.
    public let rules: RuleSet?
    /// The errors, and how much was read.
    public let report: DiagnosticReport
}
