import Activity
import Flows
import Protocols
import Rules
import Vendors

/// Identifies the client software of a flow, and whether an unlisted far end is consistent with a relay.
///
/// Called when a flow is named, reported or ends, never for a packet. Its state of sources is bounded (`ClientHistory`).
struct ClientWatch: Sendable {
    private var fingerprints: FingerprintSet
    private var paths: InferencePaths
    private(set) var memory = ClientHistory()
    /// The software of the hellos that came recently, by their JA4.
    private(set) var recent = DirectMappedCache<String, Fingerprint?>(capacity: 256)

    init(_ knowledge: ReferenceData) {
        fingerprints = knowledge.fingerprints
        paths = knowledge.lists.inferencePaths
    }

    /// Continues with the fingerprints and the paths of `knowledge`; what was seen of sources is kept.
    mutating func adopt(_ knowledge: ReferenceData) {
        fingerprints = knowledge.fingerprints
        recent = recent.emptied()
        paths = knowledge.lists.inferencePaths
    }

    /// The software whose hello the flow has, if it is known and believed at the flow's beginning.
    mutating func client(of flow: FlowSnapshot) -> Fingerprint? {
        guard let ja4 = flow.tls?.ja4 else { return nil }
        let known = recent.find(ja4, by: ja4) ?? recent.keep(fingerprints.match(ja4), to: ja4, by: ja4)
        guard let client = known, client.isValid(at: flow.start) else { return nil }
        return client
    }

    /// Completes an observation that has its attribution: the client, and the suspicion if no one is known to own the
    /// far end. Returns whether the flow is to be followed to its end for what it may show yet.
    mutating func complete(_ observation: inout Observation, client: Fingerprint?) -> Bool {
        observation.client = client?.software
        observation.clientStreams = client?.answers == .streamed
        let source = observation.flow.client.address
        guard Self.isUnlisted(observation.attribution) else {
            if let client, client.kind == .client, let vendor = client.vendor,
                vendor == observation.attribution?.vendor
            {
                memory.note(client, at: source, time: observation.flow.end)
            }
            return false
        }
        let signs = signs(of: observation, client)
        observation.relay = RelaySuspicion(signs)
        return !signs.isEmpty
    }

    /// Whether no entry says whose the far end is, or that it is something else than a server of models.
    private static func isUnlisted(_ attribution: Attribution?) -> Bool {
        guard let attribution else { return true }
        return attribution.vendor == nil && (attribution.role == .inference || attribution.role == .unclassified)
    }

    /// What the shape of the traffic says. A single slow answer is what any server gives now and then.
    private static func signs(of traffic: FlowTraffic) -> [(sign: RelaySuspicion.Sign, detail: String?)] {
        if traffic.streamed > 0 { return [(.streamedAnswers, "\(traffic.streamed)")] }
        guard traffic.delayedAnswers >= severalDelayedAnswers, traffic.delayedAnswers >= traffic.requests.value else {
            return []
        }
        return [(.delayedAnswers, "\(traffic.delayedAnswers)")]
    }

    /// Whether the shape of the traffic says anything yet, or may continue to: where all of few answers were slow.
    static func hasSigns(_ traffic: FlowTraffic) -> Bool {
        !signs(of: traffic).isEmpty || traffic.delayedAnswers > 0 && traffic.delayedAnswers >= traffic.requests.value
    }

    /// From how many slow answers on they are a sign.
    private static var severalDelayedAnswers: Int { 3 }

    private func signs(
        of observation: Observation, _ client: Fingerprint?
    ) -> [(sign: RelaySuspicion.Sign, detail: String?)] {
        let flow = observation.flow
        var signs: [(sign: RelaySuspicion.Sign, detail: String?)] = []
        if let http = flow.http, let path = paths.match(method: http.method, path: http.path) {
            signs.append((.inferencePath, path))
        }
        // A browser speaks with everything, streams included: its hello speaks against a program of AI requests.
        guard let client, client.kind != .browser else { return signs }
        switch (client.kind, client.scope) {
        case (.client, .dedicated): signs.append((.clientHello, client.software))
        case (.client, .shared): signs.append((.runtimeHello, client.software))
        default: signs.append((.libraryHello, client.software))
        }
        if client.kind == .client, memory.knows(client, at: flow.client.address, time: flow.end) {
            signs.append((.clientAtSource, client.vendor))
        }
        if let traffic = flow.traffic { signs += Self.signs(of: traffic) }
        if flow.host == nil { signs.append((.bareAddress, nil)) }
        return signs
    }
}
