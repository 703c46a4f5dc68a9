import Rules

/// What the commands on rules use where nothing is given.
enum RuleDefaults {
    /// The paths that were given, or the rules that ship.
    static func paths(_ given: [String]) -> [String] {
        given.isEmpty ? [RuleFiles.defaultPath] : given
    }

    /// What attributes the events of tests and explanations.
    static func runner() -> RuleTestRunner {
        RuleTestRunner { _, _ in nil }
    }
}
