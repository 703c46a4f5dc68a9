import Flows
import Rules

extension EventFieldWriter {
    /// The members of an `alert` event.
    mutating func alertEvent(_ alert: Alert, _ detail: Detail) {
        let flow = alert.observation.flow
        lifeCycle(alert, detail)
        rule(alert, detail)
        keyword("severity", alert.severity.rawValue)
        keyword("action", "observed")
        if detail.hasTexts { string("message", alert.message) }
        source(alert.observation, withPort: false, detail)
        destination(alert.observation, withNames: flow.conflicts > 0 || flow.isViaProxy || flow.hasOuterName, detail)
        concern(alert.observation, detail)
        firstSeen(alert.observation.firstSeen)
        beginObject("flow")
        hexadecimal("id", flow.id, count: 16)
        integer("bytes_up", flow.bytesUp)
        integer("bytes_down", flow.bytesDown)
        if flow.conflicts > 0 { integer("conflicts", flow.conflicts) }
        bool("answered", flow.isAnswered)
        endObject()
        beginObject("net")
        if detail.hasLists { tunnels(flow) }
        communityID(of: flow)
        endObject()
        evidence(alert.observation)
    }

    private mutating func lifeCycle(_ alert: Alert, _ detail: Detail) {
        beginObject("alert")
        identifier("id", alert.id)
        keyword("status", alert.status.rawValue)
        if let exception = alert.suppressedBy { identifier("suppressed_by", exception) }
        integer("count", alert.count)
        time("first_seen", alert.firstSeen)
        time("last_seen", max(alert.firstSeen, alert.lastSeen))
        if detail.hasTexts {
            beginMap("group")
            for member in alert.group { string(foreign: member.field, member.value) }
            endObject()
        }
        double("threshold_value", alert.thresholdValue)
        if let sources = alert.groupedSources { integer("grouped_sources", sources) }
        endObject()
    }

    private mutating func rule(_ alert: Alert, _ detail: Detail) {
        beginObject("rule")
        identifier("id", alert.ruleID)
        integer("revision", alert.revision)
        identifier("ruleset", alert.ruleset)
        identifier("ruleset_hash", alert.rulesetHash)
        if detail.hasTexts { string("title", alert.title) }
        if detail.hasLists { strings("tags", alert.tags) }
        endObject()
    }
}
