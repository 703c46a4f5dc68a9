import Bytes
import Protocols
import Wire

/// What is known of a flow from elsewhere than its own bytes, and what its hello gives away beside the name.
extension FlowTracker {
    /// Judges a hello that was read: whether its ECH is a real one, and whether it hides DNS.
    mutating func judgeHello(_ slot: Int, _ detail: FlowInspection) {
        noteShape(detail)
        if detail.findings.tls?.hasCutLists == true { counters.hellosCut &+= 1 }
        // Member by member: a copy of all the facts would count a dozen references.
        guard let ech = detail.findings.tls?.ech else { return }
        let flow = table[slot]
        let isUpper = flow.flags.contains(.clientIsUpper)
        let server = isUpper ? (flow.key.lower, flow.key.lowerPort) : (flow.key.upper, flow.key.upperPort)
        if ech == .grease, let outer = detail.findings.tls?.serverName {
            let client = isUpper ? flow.key.upper : flow.key.lower
            judgeECH(outer, client: client, server: server.0, of: flow, detail)
        }
        detail.findings.encryptedDNS = EncryptedDNS.classify(
            application: detail.findings.application, port: server.1, alpn: detail.findings.tls?.offeredALPN ?? [],
            host: detail.findings.names.first?.name, address: server.0, resolvers: policy.resolvers)
    }

    /// A browser sends the extension always (RFC 9849 section 6.2), so that only other evidence makes it real: that the
    /// outer name is one which exists for nothing else, or that this client was given a configuration with that name.
    ///
    /// Of the names behind that outer name only those count which the client was given for this very address, where
    /// there are any.
    private func judgeECH(
        _ outer: String, client: IPAddress, server: IPAddress, of flow: Flow, _ detail: FlowInspection
    ) {
        let behind = dnsMemory.sawECH(client: client, publicName: outer, at: flow.end)
        let given = dnsMemory.names(client: client, server: server, at: flow.start).names
        let both = behind.filter { given.contains($0) }
        let inner = both.isEmpty ? behind : both
        var evidence: [String] = []
        if policy.echPublicNames.contains(outer) { evidence.append("outer name is a public name of ECH") }
        if !inner.isEmpty { evidence.append("client was given an ECH configuration with this outer name") }
        guard !evidence.isEmpty else { return }
        detail.findings.tls?.ech = .likelyReal
        detail.findings.tls?.echEvidence += evidence
        // The outer name is a cover that many hosts share: it names nobody, and its owner is charged with nothing.
        detail.findings.names.removeAll { $0.name == outer }
        detail.findings.isAmbiguous = inner.count > 1
        detail.findings.names += inner.map { NameEvidence(name: $0, source: .dns) }
    }

    /// Adds the names that this client was given for the server's address shortly before.
    mutating func addDNSNames(_ slot: Int) {
        let flow = table[slot]
        guard details[slot]?.findings.application != .dns else { return }
        let isUpper = flow.flags.contains(.clientIsUpper)
        let (names, isAmbiguous) = dnsMemory.names(
            client: isUpper ? flow.key.upper : flow.key.lower, server: isUpper ? flow.key.lower : flow.key.upper,
            at: flow.start)
        guard !names.isEmpty else { return }
        let detail = madeDetail(slot)
        let known = detail.findings.names
        if !known.contains(where: \.isSound) { detail.findings.isAmbiguous = isAmbiguous }
        for name in names where !known.contains(where: { $0.name == name }) {
            detail.findings.names.append(NameEvidence(name: name, source: .dns))
        }
        account(slot)
    }

    /// Adds a name from the server's certificate, where the hello had none.
    func addCertificateName(_ detail: FlowInspection) {
        guard detail.findings.tls?.serverName == nil, let names = detail.findings.tls?.certificateNames else { return }
        guard let name = names.first(where: { !$0.hasPrefix("*.") }) ?? names.first.map({ String($0.dropFirst(2)) })
        else { return }
        detail.findings.names.append(NameEvidence(name: name, source: .certificate))
    }
}
