public import Bytes
public import Text

/// One rule, checked and compiled.
public struct Rule: Sendable {
    /// The stable id, unique over all files.
    public let id: String
    /// What people call it.
    public internal(set) var title = ""
    /// What it is about.
    public internal(set) var summary = ""
    /// Why it exists.
    public internal(set) var rationale = ""
    /// Where to read more.
    public internal(set) var references: [String] = []
    /// Who answers for it.
    public internal(set) var owner = ""
    /// Where it stands.
    public let position: SourcePosition
    /// The name of the rule set of its file.
    public internal(set) var ruleset = ""
    /// The revision of its file.
    public internal(set) var revision = 0
    /// Whether it is evaluated at all.
    public internal(set) var isEnabled = true
    /// Whether it only counts, and raises nothing.
    public internal(set) var isShadow = false
    /// When it is evaluated.
    public internal(set) var trigger = Trigger.flowNamed
    /// The first moment at which it binds.
    public internal(set) var validFrom: Timestamp?
    /// The first moment at which it binds no more.
    public internal(set) var validUntil: Timestamp?
    /// How grave its alerts are, unless a case of `severity_when` says otherwise.
    public internal(set) var severity = Severity.medium
    /// The tags that its alerts carry.
    public internal(set) var tags: [String] = []
    /// The reports that it looks at: `trigger`, or for a rule on windows those that fill its windows.
    var countingTrigger = Trigger.flowNamed
    var condition = Condition.all([]) {
        didSet { restsOnAttribution = condition.fields.contains { $0.name.hasPrefix("ai.") } }
    }
    /// Whether the condition asks whose flow it is.
    private(set) var restsOnAttribution = false
    /// The zone of its dates; needed while it is read.
    var zone: Zone?
    var grace: Grace?
    var schedule: ScheduleUse?
    var exceptions: [RuleException] = []
    var threshold: Threshold?
    var severityCases: [SeverityCase] = []
    var dedup = Dedup()
    var message = MessageTemplate()
    var evidence = EvidenceRequirement()
    var tests: [RuleTest] = []

    init(id: String, position: SourcePosition) {
        self.id = id
        self.position = position
    }

    /// Whether a report at `trigger` is one at which this rule is evaluated: a flow's end is its last update.
    func isEvaluated(on trigger: Trigger) -> Bool {
        countingTrigger == trigger || (countingTrigger == .flowUpdate && trigger == .flowEnd)
    }
}
