import Bytes
import Flows
import Rules

/// egret's own schema, version 1: small, stable, and published as `docs/schema/events.schema.json`.
public struct NativeFormat: EventFormat {
    /// The schema's version (semver): a field never changes its type within a major version, and enumerations are
    /// closed within a minor one.
    public static var schemaVersion: String { "1.0.0" }

    /// The format.
    public init() {}

    /// Writes the envelope, then the event's own members; see `EventFormat`.
    public func write(
        _ event: Event, sequence: UInt64, sensor: SensorIdentity, detail: Detail, to writer: inout JSONWriter
    ) {
        writer.event(event, sequence: sequence, sensor: sensor, detail)
    }
}

extension EventFieldWriter {
    /// Writes all of `event`: the envelope, then its own members.
    mutating func event(_ event: Event, sequence: UInt64, sensor: SensorIdentity, _ detail: Detail) {
        beginObject()
        time("time", event.time)
        keyword("type", event.kind.rawValue)
        eventID(sensor: sensor, sequence: sequence)
        integer("seq", sequence)
        identifier("boot", sensor.boot)
        keyword("schema", NativeFormat.schemaVersion)
        beginObject("sensor")
        identifier("id", sensor.id)
        identifier("version", sensor.version)
        endObject()
        switch event {
        case .start(let report): start(report, detail)
        case .flow(let observation): flowEvent(observation, detail)
        case .dns(let observation): questionEvent(observation, detail)
        case .alert(let alert): alertEvent(alert, detail)
        case .inventory(let report): inventory(report, detail)
        case .stats(let report): stats(report, detail)
        case .health(let report): notice("health", report, detail: detail)
        case .audit(let report): notice("audit", report, detail: detail)
        case .anchor(let report): anchor(report)
        case .stop(let report): stop(report, detail)
        }
        if let key = event.privacyKey {
            beginObject("privacy")
            identifier("key", key)
            endObject()
        }
        if detail > .full { bool("truncated", true) }
        endObject()
    }
}

extension EventFieldWriter {
    /// Writes `id`: sensor, boot and sequence, unique over all runs.
    fileprivate mutating func eventID(sensor: SensorIdentity, sequence: UInt64) {
        composite("id", first: sensor.id, second: sensor.boot, number: sequence)
    }

    fileprivate mutating func start(_ report: StartReport, _ detail: Detail) {
        beginObject("start")
        keyword("mode", report.mode.rawValue)
        integer("file", report.file)
        integer("source_count", report.sources.count)
        if detail.hasLists {
            strings("sources", Array(report.sources.prefix(64)))
            strings("outputs", report.outputs)
        }
        identifier("flows", report.flows)
        if detail.hasTexts { string("filter", report.filter) }
        integer("rules", report.rules)
        if let hash = report.rulesetHash { identifier("ruleset_hash", hash) }
        identifier("catalog", report.catalog)
        endObject()
    }

    fileprivate mutating func stop(_ report: StopReport, _ detail: Detail) {
        beginObject("stop")
        keyword("reason", report.reason.rawValue)
        if detail.hasTexts { string("detail", report.detail) }
        integer("packets", report.packets)
        integer("events", report.events)
        endObject()
    }

    fileprivate mutating func anchor(_ report: AnchorReport) {
        beginObject("anchor")
        identifier("output", report.output)
        identifier("file", report.head.file, maximum: 1_024)
        integer("lines", report.head.lines)
        identifier("head", report.head.value)
        identifier("key", report.key)
        endObject()
    }

    fileprivate mutating func notice(_ key: StaticString, _ report: NoticeReport, detail: Detail) {
        beginObject(key)
        identifier("kind", report.kind)
        if let code = report.code { identifier("code", code) }
        if let duration = report.duration { seconds("duration", nanoseconds: max(0, duration)) }
        if let total = report.total { integer("total", total) }
        if detail.hasTexts { string("detail", report.detail) }
        endObject()
    }
}

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
