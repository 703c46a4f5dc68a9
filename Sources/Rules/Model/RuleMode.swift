/// Whether a rule raises alerts; the words of `mode`.
enum RuleMode: String, CaseIterable { case live, shadow }
