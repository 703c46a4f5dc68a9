import Flows
import Rules

extension EventFieldWriter {
    /// The members of a `stats` event.
    mutating func stats(_ report: StatsReport, _ detail: Detail) {
        seconds("interval", nanoseconds: max(0, report.interval))
        capture(report.capture, detail)
        flows(report.flows)
        attribution(report.attribution)
        activity(report.activity)
        if let firstSeen = report.firstSeen { self.firstSeen(firstSeen) }
        rules(report.rules, detail)
        if detail.hasLists { outputs(report.outputs) }
        beginObject("coverage")
        double("ratio", report.coverageRatio)
        endObject()
        beginObject("health")
        string("state", report.healthReasons.isEmpty ? "ok" : "degraded")
        if detail.hasLists { strings("reasons", report.healthReasons.map(\.rawValue)) }
        endObject()
        if let process = report.process {
            beginObject("process")
            seconds("cpu_seconds", nanoseconds: process.cpu)
            integer("rss_bytes", process.residentBytes)
            endObject()
        }
    }

    private mutating func capture(_ report: CaptureReport, _ detail: Detail) {
        beginObject("capture")
        if detail.hasTexts { string("source", report.source) }
        integer("packets", report.packets)
        integer("bytes", report.bytes)
        integer("dropped_kernel", report.droppedByKernel)
        integer("dropped_interface", report.droppedByInterface)
        integer("truncated", report.truncated)
        integer("filtered", report.filtered)
        integer("damaged", report.damaged)
        integer("unsupported_link", report.unsupportedLink)
        if report.unreadFiles > 0 { integer("files_unread", report.unreadFiles) }
        if report.skippedFiles > 0 { integer("files_skipped", report.skippedFiles) }
        integer("clamped", report.clamped)
        integer("duplicates", report.duplicates)
        if report.fragments > 0 { fragments(report) }
        counters("malformed", report.malformed)
        counters("ignored", report.ignored)
        endObject()
    }

    private mutating func fragments(_ report: CaptureReport) {
        beginObject("fragments")
        integer("received", report.fragments)
        integer("joined", report.fragmentsJoined)
        integer("overlapping", report.fragmentsOverlapping)
        integer("lost", report.fragmentsLost)
        endObject()
    }

    private mutating func flows(_ report: FlowReport) {
        beginObject("flows")
        integer("active", report.active)
        integer("new", report.new)
        counters("evicted", report.evicted)
        integer("memory_bytes", report.memoryBytes)
        integer("memory_limit_bytes", report.memoryLimitBytes)
        integer("one_sided", report.oneSided)
        integer("midstream", report.midstream)
        integer("conflict_bytes", report.conflictBytes)
        if report.refusedSegments > 0 { integer("refused_segments", report.refusedSegments) }
        if report.doubtfulSegments > 0 { integer("doubtful_segments", report.doubtfulSegments) }
        if report.refusedResets > 0 { integer("refused_resets", report.refusedResets) }
        integer("released", report.released)
        integer("continued", report.continued)
        integer("followed", report.followed)
        integer("unfollowed", report.unfollowed)
        integer("lists_cut", report.listsCut)
        endObject()
    }

    private mutating func attribution(_ report: AttributionReport) {
        beginObject("attribution")
        integer("named", report.named)
        integer("unnamed", report.unnamed)
        double("named_ratio", report.namedRatio)
        counters("tls_hellos", report.tlsHellos)
        beginObject("quic")
        integer("initials", report.quicInitials)
        integer("decrypt_failed", report.quicDecryptFailed)
        integer("midstream", report.quicMidstream)
        integer("late", report.quicLate)
        integer("unsupported_version", report.quicUnsupportedVersion)
        integer("truncated", report.quicTruncated)
        integer("over_limit", report.quicOverLimit)
        endObject()
        beginObject("dns")
        integer("messages", report.dnsMessages)
        integer("unasked", report.unaskedAnswers)
        integer("forgotten", report.forgottenQuestions)
        integer("learned", report.passiveDNS.learned)
        integer("refused", report.passiveDNS.refused)
        integer("evicted", report.passiveDNS.evicted)
        integer("displaced", report.passiveDNS.displacedNames)
        endObject()
        integer("ech_likely_real", report.echLikelyReal)
        integer("ai_flows", report.aiFlows)
        identifier("catalog", report.catalog)
        endObject()
    }

    private mutating func activity(_ report: ActivityReport) {
        beginObject("activity")
        integer("inventory_rows", report.inventoryRows)
        integer("inventory_omitted", report.inventoryOmitted)
        integer("inventory_bytes", report.inventoryBytes)
        integer("clients", report.clients)
        integer("clients_omitted", report.clientsOmitted)
        if report.incrementsOmitted > 0 { integer("deltas_omitted", report.incrementsOmitted) }
        endObject()
    }

    private mutating func firstSeen(_ report: FirstSeenReport) {
        beginObject("first_seen")
        if let since = report.since { time("since", since) }
        bool("learning", report.isLearning)
        integer("entries", report.entries)
        integer("evicted", report.evicted)
        if report.flowsOmitted > 0 { integer("flows_omitted", report.flowsOmitted) }
        endObject()
    }

    private mutating func rules(_ report: RulesReport, _ detail: Detail) {
        beginObject("rules")
        integer("loaded", report.loaded)
        if let hash = report.rulesetHash { identifier("ruleset_hash", hash) }
        bool("last_reload_ok", report.lastReloadOK)
        if detail.hasLists {
            counts("matches", report.matches)
            counts("shadow", report.shadow)
            counts("deduplicated", report.deduplicated)
            counts("lacking_evidence", report.lackingEvidence)
            counts("suppressed", report.suppressed, most: 256)
            counts("broad_exceptions", report.broadExceptions.prefix(64).map { ($0.name, $0.percent) })
        }
        integer("state_overflow", report.stateOverflow)
        integer("alerts_open", report.alertsOpen)
        integer("alerts_memory_bytes", report.alertsMemoryBytes)
        integer("alerts_memory_limit_bytes", report.alertsMemoryLimitBytes)
        integer("alerts_grouped", report.alertsGrouped)
        if report.alertOverflow > 0 { integer("alerts_overflow", report.alertOverflow) }
        if report.flowOverflow > 0 { integer("flows_overflow", report.flowOverflow) }
        endObject()
    }

    /// An object of counts by name, if there is any: of more than `most` the greatest, in the order that they have.
    private mutating func counts(_ key: StaticString, _ counts: [(name: String, count: UInt64)], most: Int = 64) {
        guard !counts.isEmpty else { return }
        beginMap(key)
        for (name, count) in counts.greatest(most) { integer(foreign: name, count) }
        endObject()
    }

    private mutating func outputs(_ reports: [OutputReport]) {
        guard !reports.isEmpty else { return }
        beginArray("outputs")
        for report in reports {
            beginObject()
            identifier("name", report.name)
            integer("written", report.written)
            integer("dropped", report.dropped)
            if let lag = report.lag { seconds("lag_seconds", nanoseconds: max(0, lag)) }
            if let time = report.lastSuccess { self.time("last_success", time) }
            if let failure = report.failure { identifier("failure", failure) }
            endObject()
        }
        endArray()
    }
}

extension [(name: String, count: UInt64)] {
    /// The `most` greatest of them, in their own order; of equal ones those that come first.
    fileprivate func greatest(_ most: Int) -> [(name: String, count: UInt64)] {
        guard count > most else { return self }
        let order = indices.sorted { (self[$1].count, $0) < (self[$0].count, $1) }
        return order.prefix(most).sorted().map { self[$0] }
    }
}
