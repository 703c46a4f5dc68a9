/// A field of an event that reports use, by its path as docs/EVENTS.md has it. All others are passed over.
enum EventField: UInt8, CaseIterable {
    case time, type, seq, boot, severity, message, truncated
    case sensorID, sensorVersion, privacyKey
    case flowID, flowPart, flowFinal, flowStart, flowEnd, flowBytesUp, flowBytesDown
    case requests, requestsLow, requestsHigh, interactions, interactionsLow, interactionsHigh
    case deltaUp, deltaDown, deltaRequests, deltaInteractions
    case sourceIP, sourceGroup, farIP, farHost, hostSource
    case echState
    case vendor, product, role, category, country, confidence, client, roles
    case relaySuspected, relayScore, relayReasons, firstSeen, lastSeen
    case alertID, alertStatus, suppressedBy, alertCount, alertFirst, alertLast
    case ruleID, ruleTitle, evidenceComplete
    case startMode, startFlows, startRuleset, startCatalog
    case packets, bytes, droppedKernel, droppedInterface, damaged, unsupportedLink
    case named, unnamed, helloTruncated, helloMalformed, helloOverLimit, echReal, coverage
    case healthCode

    /// The members on the way from the event to the field, joined by dots.
    var path: String { Self.paths[self] ?? "" }

    private static let paths: [EventField: String] = [
        .time: "time", .type: "type", .seq: "seq", .boot: "boot", .severity: "severity", .message: "message",
        .truncated: "truncated", .sensorID: "sensor.id", .sensorVersion: "sensor.version", .privacyKey: "privacy.key",
        .flowID: "flow.id", .flowPart: "flow.part", .flowFinal: "flow.final", .flowStart: "flow.start",
        .flowEnd: "flow.end", .flowBytesUp: "flow.bytes_up", .flowBytesDown: "flow.bytes_down",
        .requests: "flow.requests_est", .requestsLow: "flow.requests_low", .requestsHigh: "flow.requests_high",
        .interactions: "flow.interactions_est", .interactionsLow: "flow.interactions_low",
        .interactionsHigh: "flow.interactions_high", .deltaUp: "flow.delta.bytes_up",
        .deltaDown: "flow.delta.bytes_down", .deltaRequests: "flow.delta.requests_est",
        .deltaInteractions: "flow.delta.interactions_est", .sourceIP: "src.ip", .sourceGroup: "src.group",
        .farIP: "dst.ip", .farHost: "dst.host", .hostSource: "dst.host_source", .echState: "tls.ech.state",
        .vendor: "ai.vendor", .product: "ai.product", .role: "ai.role", .category: "ai.category",
        .country: "ai.country", .confidence: "ai.confidence", .client: "ai.client", .roles: "ai.roles",
        .relaySuspected: "ai.relay_suspected", .relayScore: "ai.relay_score", .relayReasons: "ai.relay_reasons",
        .firstSeen: "ai.first_seen", .lastSeen: "ai.last_seen", .alertID: "alert.id", .alertStatus: "alert.status",
        .suppressedBy: "alert.suppressed_by", .alertCount: "alert.count", .alertFirst: "alert.first_seen",
        .alertLast: "alert.last_seen", .ruleID: "rule.id", .ruleTitle: "rule.title",
        .evidenceComplete: "evidence.complete", .startMode: "start.mode", .startFlows: "start.flows",
        .startRuleset: "start.ruleset_hash", .startCatalog: "start.catalog", .packets: "capture.packets",
        .bytes: "capture.bytes", .droppedKernel: "capture.dropped_kernel",
        .droppedInterface: "capture.dropped_interface",
        .damaged: "capture.damaged", .unsupportedLink: "capture.unsupported_link", .named: "attribution.named",
        .unnamed: "attribution.unnamed", .helloTruncated: "attribution.tls_hellos.truncated",
        .helloMalformed: "attribution.tls_hellos.malformed", .helloOverLimit: "attribution.tls_hellos.over_limit",
        .echReal: "attribution.ech_likely_real", .coverage: "coverage.ratio", .healthCode: "health.code",
    ]
}
