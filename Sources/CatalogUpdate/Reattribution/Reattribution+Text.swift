import Text

extension Reattribution.Group {
    /// A line for a person.
    public var text: String {
        // All but the new finding is from the log, which anyone may have written.
        let period = first.map { ", \($0) to \(last ?? $0)".escapedForDisplay(limit: 100) } ?? ""
        let change = "\(old.words) -> \(new.words)".escapedForDisplay(limit: 400)
        return "\(host.escapedForDisplay(limit: 253))\t\(change)\t\(flows) flows\(period)"
    }

    /// The group as one JSON object.
    public var json: String {
        var members = ["\"host\":\(JSONText.quoted(host))", "\"flows\":\(flows)"]
        if let first { members.append("\"first\":\(JSONText.quoted(first))") }
        if let last { members.append("\"last\":\(JSONText.quoted(last))") }
        members += ["\"old\":\(Self.json(old))", "\"new\":\(Self.json(new))"]
        return "{\(members.joined(separator: ","))}"
    }

    private static func json(_ finding: Reattribution.Finding) -> String {
        let members = [("vendor", finding.vendor), ("product", finding.product), ("role", finding.role)]
        let known = members.compactMap { key, value in value.map { "\(JSONText.quoted(key)):\(JSONText.quoted($0))" } }
        return "{\(known.joined(separator: ","))}"
    }
}

extension Reattribution {
    /// What the comparison does not cover, a line each; empty if it covers everything.
    public var gaps: [String] {
        var lines = unreadLogs
        if unreadLines > 0 { lines.append("\(unreadLines) lines are no events in egret's own format, or too long") }
        if omittedFlows > 0 { lines.append("\(omittedFlows) flows did not fit and were not compared") }
        if unfinishedFlows > 0 {
            lines.append("\(unfinishedFlows) flows have no last report here; the latest was compared")
        }
        if unnamedFlows > 0 { lines.append("\(unnamedFlows) flows have no name; their address alone was compared") }
        if partialRuns > 0 {
            lines.append(
                "\(partialRuns) runs wrote only flows of AI vendors (filters.flows: ai): flows to hosts that had no vendor are not in their logs"
            )
        }
        return lines
    }
}
