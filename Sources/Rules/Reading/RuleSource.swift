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
    /// where it cannot be read. Cost: linear in the bytes, about a second for 10,000 rules.
    public static func load(_ sources: [RuleSource], listFile: @escaping (String) -> [UInt8]? = { _ in nil })
        -> RuleLoad
    {
        var reader = RuleReader(listFile: listFile)
        let rules = reader.read(sources.sorted { $0.name < $1.name })
        let report = reader.report
        return RuleLoad(rules: report.isClean ? RuleSet(rules: rules, hash: reader.hash) : nil, report: report)
    }
}
