/// A moment at which rules are evaluated; the words of `on`.
public enum Trigger: String, Sendable, CaseIterable {
    /// The first packet of a flow.
    case flowStart = "flow_start"
    /// The flow has its name, and with it its attribution, or it is certain that it gets none.
    case flowNamed = "flow_named"
    /// A report of a running flow; a rule for it is evaluated at the flow's end too.
    case flowUpdate = "flow_update"
    /// The flow's last report.
    case flowEnd = "flow_end"
    /// A DNS question.
    case dns
    /// The end of a tumbling window.
    case window
}
