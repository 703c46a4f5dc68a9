import Activity
import Bytes
import Vendors

extension EventFieldWriter {
    /// The members of an `inventory` event.
    mutating func inventory(_ report: InventoryReport, _ detail: Detail) {
        beginObject("period")
        time("start", report.start)
        time("end", report.end)
        keyword("day", report.day.description)
        identifier("zone", report.zone)
        identifier("timezone", report.zone)
        endObject()
        beginObject("src")
        address("ip", report.source)
        if detail.hasNames { string("group", report.group) }
        endObject()
        beginObject("ai")
        if let vendor = report.vendor { identifier("vendor", vendor) }
        if let product = report.product { identifier("product", product) }
        if let score = report.relayScore {
            bool("relay_suspected", true)
            integer("relay_score", score)
        }
        time("first_seen", report.firstSeen)
        time("last_seen", report.lastSeen)
        roles(report.roles)
        if detail.hasLists {
            strings("name_hints", report.nameHints)
            strings("hosts", report.hosts)
            strings("client_ja4", report.fingerprints)
        }
        if let telemetry = report.telemetry { self.telemetry(telemetry, detail) }
        if let prelude = report.prelude { self.prelude(prelude, detail) }
        bool("partial", report.isPartial)
        endObject()
        beginObject("coverage")
        double("ratio", report.coverageRatio)
        endObject()
    }

    private mutating func roles(_ roles: [(role: Role, traffic: InventoryReport.Traffic)]) {
        beginObject("roles")
        for (role, traffic) in roles {
            beginObject(word: role.rawValue)
            integer("flows", traffic.flows)
            integer("bytes_up", traffic.bytesUp)
            integer("bytes_down", traffic.bytesDown)
            integer("requests_est", traffic.requests)
            integer("interactions_est", traffic.interactions)
            endObject()
        }
        endObject()
    }

    private mutating func telemetry(_ cadence: InventoryReport.Cadence, _ detail: Detail) {
        beginObject("telemetry")
        integer("flows", cadence.flows)
        integer("bytes", cadence.bytes)
        double("share", cadence.share)
        integer("bytes_up_median", cadence.medianUp)
        if let period = cadence.period { seconds("period_median", nanoseconds: period) }
        if let spread = cadence.spread { seconds("period_spread", nanoseconds: spread) }
        if detail.hasLists { strings("hosts", cadence.hosts) }
        endObject()
    }

    private mutating func prelude(_ prelude: InventoryReport.Prelude, _ detail: Detail) {
        beginObject("before_first")
        seconds("duration", nanoseconds: max(0, prelude.duration))
        integer("flows", prelude.flows)
        integer("bytes_up", prelude.bytesUp)
        integer("bytes_down", prelude.bytesDown)
        if detail.hasLists { strings("hosts", prelude.hosts) }
        endObject()
    }
}
