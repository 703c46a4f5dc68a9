import Bytes
import Flows
public import Protocols
import Vendors

extension Field {
    static let sourceEnd: [Field] = [
        Field("src.ip", .address, on: .flowStart, summary: "address of the end that opened the flow") {
            .address($0.flow.client.address)
        } write: {
            if case .address(let address) = $1 { $0.flow.client.address = address }
        },
        Field("src.port", .number, on: .flowStart, summary: "its port") {
            .number(Int64($0.flow.client.port))
        } write: {
            if case .number(let port) = $1 { $0.flow.client.port = UInt16(clamping: port) }
        },
        Field("src.group", .string, on: .flowStart, summary: "its group, by the file that sources.groups names") {
            FieldValue($0.sourceGroup)
        } write: {
            if case .text(let group) = $1 { $0.sourceGroup = group }
        },
    ]

    /// What a flow's host may be read from: never the outer name of an encrypted hello, by which no flow goes.
    private static let hostSources = FieldType.enumeration(
        HostSource.allCases.filter { $0 != .echOuter }.map(\.rawValue), isOrdered: false)

    static let destinationEnd: [Field] = [
        Field("dst.ip", .address, on: .flowStart, summary: "address of the far end") {
            .address($0.flow.server.address)
        } write: {
            if case .address(let address) = $1 { $0.flow.server.address = address }
        },
        Field("dst.port", .number, on: .flowStart, summary: "its port") {
            .number(Int64($0.flow.server.port))
        } write: {
            if case .number(let port) = $1 { $0.flow.server.port = UInt16(clamping: port) }
        },
        Field("dst.host", .hostname, on: .flowNamed, summary: "its name, by the best evidence there is") {
            FieldValue($0.flow.host?.name)
        } write: {
            guard case .text(let name) = $1 else { return }
            $0.flow.names = [NameEvidence(name: name, source: $0.flow.host?.source ?? .tlsSNI)]
        },
        Field("dst.host_source", hostSources, on: .flowNamed, summary: "the evidence that names it") {
            $0.extras["dst.host_source"] ?? .text($0.hostSource.rawValue)
        } write: {
            guard case .text(let word) = $1, let source = HostSource(rawValue: word) else { return }
            // Neither of the two names anything.
            guard source != .ipRange, source != .none else { return $0.extras["dst.host_source"] = $1 }
            $0.flow.names = [NameEvidence(name: $0.flow.host?.name ?? "", source: source)]
        },
        Field("dst.domain", .hostname, on: .flowNamed, summary: "its registrable domain") {
            FieldValue($0.domain)
        } write: {
            if case .text(let domain) = $1 { $0.domain = domain }
        },
    ]

    static let attribution: [Field] = [
        Field("ai.vendor", .string, on: .flowNamed, summary: "id of the AI vendor") {
            FieldValue($0.attribution?.vendor)
        } write: {
            if case .text(let text) = $1 { $0.claimed { $0.vendor = text } }
        },
        Field("ai.product", .string, on: .flowNamed, summary: "id of the product") {
            FieldValue($0.attribution?.product)
        } write: {
            if case .text(let text) = $1 { $0.claimed { $0.product = text } }
        },
        Field("ai.role", words(Role.self), on: .flowNamed, summary: "what the host is for") {
            FieldValue($0.attribution?.role.rawValue)
        } write: {
            guard case .text(let text) = $1, let role = Role(rawValue: text) else { return }
            $0.claimed { $0.role = role }
        },
        Field("ai.category", words(Category.self), on: .flowNamed, summary: "kind of product") {
            FieldValue($0.attribution?.category)
        } write: {
            if case .text(let text) = $1 { $0.claimed { $0.category = text } }
        },
        Field(
            "ai.confidence", words(Confidence.self, isOrdered: true), on: .flowNamed,
            summary: "how sure the attribution is"
        ) {
            FieldValue($0.attribution?.confidence.rawValue)
        } write: {
            guard case .text(let text) = $1, let confidence = Confidence(rawValue: text) else { return }
            $0.claimed { $0.confidence = confidence }
        },
        Field("ai.scope", words(Scope.self), on: .flowNamed, summary: "whether the host serves this vendor alone") {
            FieldValue($0.attribution?.scope.rawValue)
        } write: {
            guard case .text(let text) = $1, let scope = Scope(rawValue: text) else { return }
            $0.claimed { $0.scope = scope }
        },
        Field(
            "ai.country", .string, on: .flowNamed, summary: "the vendor's country, ISO 3166-1 alpha-2, ZZ where unknown"
        ) {
            FieldValue($0.attribution?.country)
        } write: {
            if case .text(let text) = $1 { $0.claimed { $0.country = text } }
        },
        Field("ai.client", .string, on: .flowNamed, summary: "the software whose hello it is, by the fingerprints") {
            FieldValue($0.client)
        } write: {
            if case .text(let text) = $1 { $0.client = text }
        },
        Field(
            "ai.name_hint", .string, on: .flowNamed,
            summary: "the word that says AI in a name that the catalog does not list: a weak sign, and no attribution"
        ) {
            $0.extras["ai.name_hint"] ?? FieldValue($0.nameHint)
        } write: {
            $0.extras["ai.name_hint"] = $1
        },
        Field(
            "ai.relay_suspected", .boolean, on: .flowUpdate,
            summary: "whether an unlisted far end is consistent with a relay"
        ) {
            .boolean($0.relay?.isSuspected ?? false)
        } write: {
            guard case .boolean(let isSuspected) = $1 else { return }
            $0.relay = RelaySuspicion(score: isSuspected ? RelaySuspicion.threshold : 0)
        },
        Field("ai.relay_score", .number, on: .flowUpdate, summary: "how far it is, of 100") {
            $0.relay.map { .number(Int64($0.score)) } ?? .absent
        } write: {
            if case .number(let score) = $1 { $0.relay = RelaySuspicion(score: Int(clamping: score)) }
        },
        Field("ai.relay_reasons", .string, on: .flowUpdate, summary: "the signs", isList: true) {
            .texts($0.relay?.signs.map(\.rawValue) ?? [])
        } write: {
            guard case .texts(let words) = $1 else { return }
            $0.relay = RelaySuspicion(
                words.compactMap { word in RelaySuspicion.Sign(rawValue: word).map { ($0, nil) } })
        },
    ]

    static func words<Word: CaseIterable & RawRepresentable<String>>(
        _ type: Word.Type, isOrdered: Bool = false
    ) -> FieldType {
        .enumeration(type.allCases.map(\.rawValue), isOrdered: isOrdered)
    }
}

extension Observation {
    /// The evidence that names the far end; the address alone if a published range says whose it is, and nothing names it.
    public var hostSource: HostSource {
        if let host = flow.host { return host.source }
        return attribution?.isByAddress == true ? .ipRange : .none
    }

    /// Changes the attribution, making an empty one if there is none: for events that people write by hand.
    mutating func claimed(_ change: (inout Attribution) -> Void) {
        var claimed =
            attribution
            ?? Attribution(
                vendor: nil, product: nil, role: .unclassified, category: "", country: "ZZ", confidence: .high,
                scope: .dedicated, catalog: "", why: "given by hand")
        change(&claimed)
        attribution = claimed
    }
}
