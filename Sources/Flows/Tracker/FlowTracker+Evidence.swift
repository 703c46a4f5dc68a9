import Bytes
import Protocols
import Wire

/// Evidence from outside the flow's own bytes, and what its hello shows besides the name.
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
        if ech != .none, let outer = detail.findings.tls?.serverName {
            let client = isUpper ? flow.key.upper : flow.key.lower
            judgeECH(outer, client: client, server: server.0, slot: slot, detail: detail)
        }
        detail.findings.encryptedDNS = EncryptedDNS.classify(
            application: detail.findings.application, port: server.1, alpn: detail.findings.tls?.offeredALPN ?? [],
            host: detail.findings.names.first?.name, address: server.0, resolvers: policy.resolvers)
    }

    /// Judges an encrypted_client_hello extension by more than its form, which `TLSFacts.ech` has.
    ///
    /// A browser sends the extension always (RFC 9849 section 6.2), so that only other evidence makes it real: that the
    /// outer name is one which exists for nothing else, that this client was given a configuration with that name by the owner
    /// of the very address, or that hello after hello names the same key, which a filler draws at random each time.
    private mutating func judgeECH(
        _ outer: String, client: IPAddress, server: IPAddress, slot: Int, detail: FlowInspection
    ) {
        let flow = table[slot]
        let given = dnsMemory.names(client: client, server: server, at: flow.start).names
        let behind = dnsMemory.sawECH(client: client, publicName: outer, at: flow.end).filter { given.contains($0) }
        let sighting = detail.findings.tls?.echConfigID.map { echSightings.note($0, client: client, outer: outer) }
        var evidence: [String] = []
        if policy.echPublicNames.contains(outer) { evidence.append("outer name is a public name of ECH") }
        if !behind.isEmpty { evidence.append("client was given an ECH configuration with this outer name") }
        if sighting == .repeated { evidence.append("hello after hello names the same key") }
        if !evidence.isEmpty {
            detail.findings.tls?.ech = .likelyReal
            detail.findings.tls?.echEvidence += evidence
        } else {
            weighECH(outer, given: given, sighting: sighting, detail: detail)
        }
        hideOuter(outer, behind: behind, detail)
    }

    /// Weighs what speaks for a filler, and against one, where nothing shows that the extension is real.
    private func weighECH(
        _ outer: String, given: [String], sighting: ECHSightings.Sighting?, detail: FlowInspection
    ) {
        guard detail.findings.tls?.ech != .likelyReal else { return }
        if given.contains(outer) {
            detail.findings.tls?.ech = .grease
            detail.findings.tls?.echEvidence.append("client asked for the outer name itself")
        } else if sighting == .changed {
            detail.findings.tls?.ech = .grease
            detail.findings.tls?.echEvidence.append("hello after hello names another key")
        } else if !given.isEmpty {
            detail.findings.tls?.ech = .unsure
            detail.findings.tls?.echEvidence.append("client was given this address for another name")
        }
    }

    /// Takes the outer name of a hello for the cover that it is, where that is known: many hosts share it, and its owner is
    /// charged with nothing. It stays among the names. One that the catalog lists as a vendor's is never hidden, whatever
    /// DNS says of other names: anyone can publish a configuration with any outer name.
    private func hideOuter(_ outer: String, behind: [String], _ detail: FlowInspection) {
        let isCover = policy.echPublicNames.contains(outer) || !behind.isEmpty
        guard isCover, !policy.isListed(outer) else {
            for name in behind { detail.findings.names.append(NameEvidence(name: name, source: .dns)) }
            return
        }
        for index in detail.findings.names.indices where detail.findings.names[index].name == outer {
            detail.findings.names[index].source = .echOuter
        }
        detail.findings.isAmbiguous = behind.count > 1
        detail.findings.names += behind.map { NameEvidence(name: $0, source: .dns) }
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
        if !detail.findings.hasHost { detail.findings.isAmbiguous = isAmbiguous }
        for name in names where !known.contains(where: { $0.name == name }) {
            detail.findings.names.append(NameEvidence(name: name, source: .dns))
        }
        account(slot)
    }

    /// Adds a name from the server's certificate, where the hello had none. Without a hello it may be a certificate that
    /// no one asked for: anyone can send one to anyone.
    func addCertificateName(_ detail: FlowInspection) {
        guard let records = detail.findings.tls?.helloRecords, records > 0 else { return }
        guard detail.findings.tls?.serverName == nil, let names = detail.findings.tls?.certificateNames else { return }
        guard let name = names.first(where: { !$0.hasPrefix("*.") }) ?? names.first.map({ String($0.dropFirst(2)) })
        else { return }
        detail.findings.names.append(NameEvidence(name: name, source: .certificate))
    }
}
