import Bytes
import Flows
import Protocols
import Rules
import Vendors

extension EventFieldWriter {
    /// The members of a `flow` event.
    mutating func flowEvent(_ observation: Observation, _ detail: Detail) {
        let flow = observation.flow
        flowCounters(observation)
        source(observation, detail)
        destination(observation, detail)
        network(flow, detail)
        if let tls = flow.tls { transportSecurity(tls, detail) }
        if flow.quicVersion != 0 {
            beginObject("quic")
            keyword("version", QUICVersion(rawValue: flow.quicVersion).description)
            endObject()
        }
        if let http = flow.http, detail.hasTexts {
            beginObject("http")
            string("method", http.method)
            string("path", http.path)
            endObject()
        }
        if let encrypted = flow.encryptedDNS {
            beginObject("dns")
            keyword("encrypted", encrypted.rawValue)
            endObject()
        }
        concern(observation, detail)
        firstSeen(observation.firstSeen)
        evidence(observation)
    }

    /// The members of a `dns` event.
    mutating func questionEvent(_ observation: Observation, _ detail: Detail) {
        beginObject("dns")
        if let question = observation.question {
            if detail.hasNames { string("qname", question.name) }
            identifier("qtype", question.type.name)
            address("resolver", question.resolver)
        }
        endObject()
        source(observation, detail)
        beginObject("flow")
        hexadecimal("id", observation.flow.id, count: 16)
        endObject()
        concern(observation, detail)
    }

    private mutating func flowCounters(_ observation: Observation) {
        let flow = observation.flow
        beginObject("flow")
        hexadecimal("id", flow.id, count: 16)
        integer("part", flow.part)
        bool("final", flow.isFinal)
        keyword("state", flow.state.rawValue)
        if let reason = flow.endReason { keyword("end_reason", reason.rawValue) }
        time("start", flow.start)
        time("end", max(flow.start, flow.end))
        seconds("duration", nanoseconds: flow.duration)
        integer("bytes_up", flow.bytesUp)
        integer("bytes_down", flow.bytesDown)
        integer("packets_up", flow.packetsUp)
        integer("packets_down", flow.packetsDown)
        integer("missed_bytes", flow.missedBytes)
        if flow.conflicts > 0 { integer("conflicts", flow.conflicts) }
        bool("answered", flow.isAnswered)
        bool("midstream", flow.isMidstream)
        if let earlier = flow.continues { hexadecimal("continues", earlier, count: 16) }
        if let traffic = flow.traffic { self.traffic(traffic, observation) }
        delta(observation)
        endObject()
    }

    /// What this report adds to those before it; left out if those are no longer known.
    private mutating func delta(_ observation: Observation) {
        var earlier = FlowTotals()
        switch observation.earlier {
        case .forgotten: return
        case .reported(let totals): earlier = totals
        case .nothing: break
        }
        let now = FlowTotals(observation)
        beginObject("delta")
        increment("bytes_up", now.bytesUp, since: earlier.bytesUp)
        increment("bytes_down", now.bytesDown, since: earlier.bytesDown)
        increment("packets_up", now.packetsUp, since: earlier.packetsUp)
        increment("packets_down", now.packetsDown, since: earlier.packetsDown)
        increment("missed_bytes", now.missedBytes, since: earlier.missedBytes)
        if let requests = now.requests {
            integer("requests_est", requests - (earlier.requests ?? 0))
            if let interactions = now.interactions {
                integer("interactions_est", interactions - (earlier.interactions ?? 0))
            }
            integer("streamed_answers", now.streamed - earlier.streamed)
            integer("upload_bursts", now.uploadBursts - earlier.uploadBursts)
        }
        endObject()
    }

    /// Writes by how much a counter grew, which may be less than nothing for bytes that were missed and came late.
    private mutating func increment(_ key: StaticString, _ now: UInt64, since earlier: UInt64) {
        integer(key, Int64(clamping: now) - Int64(clamping: earlier))
    }

    /// What was counted of requests, with the bounds of each estimate.
    private mutating func traffic(_ traffic: FlowTraffic, _ observation: Observation) {
        keyword("method", traffic.method.rawValue)
        integer("requests_est", traffic.requests.value)
        integer("requests_low", traffic.requests.low)
        integer("requests_high", traffic.requests.high)
        if let interactions = observation.interactions {
            integer("interactions_est", interactions.value)
            integer("interactions_low", interactions.low)
            integer("interactions_high", interactions.high)
        }
        integer("streamed_answers", traffic.streamed)
        integer("upload_bursts", traffic.uploadBursts)
        integer("largest_upload", traffic.largestUpload)
        if let firstByte = traffic.firstByte { seconds("first_byte", nanoseconds: firstByte) }
        seconds("longest_stream", nanoseconds: traffic.longestStream)
    }

    /// The client's end; an alert leaves its port out, since it covers many flows.
    mutating func source(_ observation: Observation, withPort: Bool = true, _ detail: Detail) {
        beginObject("src")
        address("ip", observation.flow.client.address)
        if withPort { integer("port", observation.flow.client.port) }
        if detail.hasNames { string("group", observation.sourceGroup) }
        endObject()
    }

    /// The far end, by the best evidence; all evidence if there is more than one piece.
    mutating func destination(_ observation: Observation, withNames: Bool = true, _ detail: Detail) {
        let flow = observation.flow
        beginObject("dst")
        address("ip", flow.server.address)
        integer("port", flow.server.port)
        if detail.hasNames, let host = flow.host {
            string("host", host.name)
            keyword("host_source", host.source.rawValue)
            if !host.isHost { keyword("host_state", host.isConverted ? "converted" : "invalid") }
        } else if detail.hasNames, observation.hostSource == .ipRange {
            keyword("host_source", HostSource.ipRange.rawValue)
        }
        if detail.hasNames { string("domain", observation.domain) }
        if withNames, detail.hasLists, flow.names.count > 1 || flow.host == nil && !flow.names.isEmpty {
            beginArray("names")
            for name in flow.names {
                beginObject()
                string("name", name.name)
                keyword("source", name.source.rawValue)
                endObject()
            }
            endArray()
        }
        endObject()
    }

    private mutating func network(_ flow: FlowSnapshot, _ detail: Detail) {
        beginObject("net")
        keyword("transport", flow.transport.rawValue)
        if flow.application != .unknown { keyword("app", flow.application.rawValue) }
        keyword("direction", flow.direction.rawValue)
        if detail.hasNames, !flow.interface.isEmpty { string("iface", flow.interface) }
        if detail.hasLists {
            integers("vlan", flow.vlans)
            tunnels(flow)
            envelopeDown(flow)
        }
        bool("via_proxy", flow.isViaProxy)
        communityID(of: flow)
        endObject()
    }

    /// Writes the tunnels that the flow came in, and whether their ends are trusted.
    mutating func tunnels(_ flow: FlowSnapshot) {
        strings("tunnels", flow.tunnels)
        if flow.isUntrusted { bool("tunnel_trusted", false) }
    }

    /// Writes what is around the server's packets, if it differs; an empty list says that nothing is.
    private mutating func envelopeDown(_ flow: FlowSnapshot) {
        if let vlans = flow.vlansDown {
            if vlans.isEmpty { emptyArray("vlan_down") } else { integers("vlan_down", vlans) }
        }
        if let tunnels = flow.tunnelsDown {
            if tunnels.isEmpty { emptyArray("tunnels_down") } else { strings("tunnels_down", tunnels) }
        }
    }

    private mutating func emptyArray(_ key: StaticString) {
        beginArray(key)
        endArray()
    }

    /// Writes `community_id`.
    mutating func communityID(of flow: FlowSnapshot) {
        plain("community_id") { flow.appendCommunityID(to: &$0) }
    }

    private mutating func transportSecurity(_ tls: TLSFacts, _ detail: Detail) {
        beginObject("tls")
        if detail.hasNames { string("sni", tls.serverName) }
        if let version = tls.version {
            keyword("version", JSONKeywords.tlsVersion(version))
            bool("version_chosen", tls.versionIsChosen)
        }
        if detail.hasLists { strings("alpn", tls.offeredALPN) }
        if detail.hasNames { string("alpn_chosen", tls.chosenALPN) }
        if let suite = tls.cipherSuite { keyword("cipher", JSONKeywords.cipherSuite(suite)) }
        if let ja3 = tls.ja3 { identifier("ja3", ja3) }
        if let ja4 = tls.ja4 { identifier("ja4", ja4) }
        hello(tls)
        beginObject("ech")
        keyword("state", tls.ech.rawValue)
        if detail.hasLists { strings("evidence", tls.echEvidence) }
        endObject()
        bool("pq", tls.offersPostQuantum)
        bool("resumption", tls.offersResumption)
        if detail.hasLists { strings("certificate_names", tls.certificateNames) }
        endObject()
    }

    private mutating func hello(_ tls: TLSFacts) {
        beginObject("hello")
        keyword("state", tls.helloState.rawValue)
        integer("records", tls.helloRecords)
        integer("segments", tls.helloSegments)
        bool("fragmented", tls.isFragmented)
        endObject()
    }

    /// Whose traffic it is taken for, how surely, and why; or what an unlisted far end is suspected of.
    mutating func concern(_ observation: Observation, _ detail: Detail) {
        let suspicion = observation.relay.flatMap { $0.isSuspected ? $0 : nil }
        let hint = detail.hasNames ? observation.nameHint : nil
        guard observation.attribution != nil || suspicion != nil || hint != nil else { return }
        beginObject("ai")
        if let attribution = observation.attribution { self.attribution(attribution, detail) }
        if let client = observation.client { identifier("client", client) }
        if let hint { keyword("name_hint", hint) }
        if let suspicion {
            bool("relay_suspected", true)
            integer("relay_score", suspicion.score)
            if detail.hasLists { strings("relay_reasons", suspicion.reasons) }
        }
        endObject()
    }

    private mutating func attribution(_ attribution: Attribution, _ detail: Detail) {
        if let vendor = attribution.vendor { identifier("vendor", vendor) }
        if let product = attribution.product { identifier("product", product) }
        keyword("role", attribution.role.rawValue)
        identifier("category", attribution.category)
        identifier("country", attribution.country)
        keyword("confidence", attribution.confidence.rawValue)
        keyword("scope", attribution.scope.rawValue)
        identifier("catalog", attribution.catalog)
        if detail.hasTexts { string("why", attribution.why) }
    }

    /// What the flow is the first to show, if it is.
    mutating func firstSeen(_ facts: FirstSeenFacts) {
        guard !facts.isEmpty else { return }
        beginObject("first_seen")
        strings("product", facts.product.words)
        strings("vendor", facts.vendor.words)
        strings("host", facts.host.words)
        endObject()
    }

    /// Whether anything that a judgement could need was lost.
    mutating func evidence(_ observation: Observation) {
        beginObject("evidence")
        bool("complete", observation.isComplete)
        endObject()
    }
}
