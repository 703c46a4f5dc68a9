public import Bytes

/// What runs, on what, with which configuration: the `start` event.
public struct StartReport: Sendable {
    /// Whether packets come from files or from the wire; the words of `start.mode`.
    public enum Mode: String, Sendable, CaseIterable {
        /// Capture files.
        case offline
        /// Live interfaces.
        case live
    }

    /// Live the moment of the start; offline that of the first packet.
    public var time: Timestamp
    /// Where packets come from.
    public var mode: Mode
    /// The names of interfaces or files; the first 64 are written, and how many there are.
    public var sources: [String]
    /// The names of the outputs.
    public var outputs: [String]
    /// Which flows are written: `ai`, `all` or `none`.
    public var flows: String
    /// The capture filter, where one is set.
    public var filter: String?
    /// Rules that are evaluated.
    public var rules: Int
    /// `sha256:` and the digest of the loaded rule files; nothing where there are none.
    public var rulesetHash: String?
    /// The catalog's version.
    public var catalog: String

    /// A report of a run that starts at `time`.
    public init(
        time: Timestamp, mode: Mode, sources: [String], outputs: [String] = [], flows: String = "ai",
        filter: String? = nil, rules: Int = 0, rulesetHash: String? = nil, catalog: String
    ) {
        self.time = time
        self.mode = mode
        self.sources = sources
        self.outputs = outputs
        self.flows = flows
        self.filter = filter
        self.rules = rules
        self.rulesetHash = rulesetHash
        self.catalog = catalog
    }

    /// The number of the file that begins with this event, 2 for the first after a rotation; set by the file output.
    var file: Int?
}
