import Text

extension Rule {
    /// The rule in one line: id, severity, mode, trigger, title and place, with tabs between them.
    public var line: String {
        let mode = !isEnabled ? "off" : isShadow ? "shadow" : "live"
        return [id, severity.rawValue, mode, trigger.rawValue, title.escapedForDisplay(), position.description]
            .joined(separator: "\t")
    }
}
