import Text

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
    /// The deduplication of its rules that name none; nothing where the file names none either.
    var dedup: Dedup?

    init(source: SourceText, root: YAMLNode) {
        self.source = source
        self.root = root
    }
}
