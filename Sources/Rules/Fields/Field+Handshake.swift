import Flows
import Protocols

extension Field {
    static let handshake: [Field] = [
        Field("tls.sni", .hostname, on: .flowNamed, summary: "server name of the hello, as sent") {
            FieldValue($0.flow.tls?.serverName)
        } write: {
            if case .text(let text) = $1 { $0.flow.handshake { $0.serverName = text } }
        },
        Field(
            "tls.version", .enumeration(tlsVersions.map(\.word), isOrdered: true), on: .flowNamed,
            summary: "version chosen, or the highest offered"
        ) { observation in
            FieldValue(tlsVersions.first { $0.number == observation.flow.tls?.version }?.word)
        } write: {
            guard case .text(let text) = $1 else { return }
            let number = tlsVersions.first { $0.word == text }?.number
            $0.flow.handshake { $0.version = number }
        },
        Field("tls.alpn", .string, on: .flowNamed, summary: "application protocols offered", isList: true) {
            .texts($0.flow.tls?.offeredALPN ?? [])
        } write: {
            if case .texts(let texts) = $1 { $0.flow.handshake { $0.offeredALPN = texts } }
        },
        Field("tls.ja3", .string, on: .flowNamed, summary: "JA3 of the hello") {
            FieldValue($0.flow.tls?.ja3)
        } write: {
            if case .text(let text) = $1 { $0.flow.handshake { $0.ja3 = text } }
        },
        Field("tls.ja4", .string, on: .flowNamed, summary: "JA4 of the hello") {
            FieldValue($0.flow.tls?.ja4)
        } write: {
            if case .text(let text) = $1 { $0.flow.handshake { $0.ja4 = text } }
        },
        Field("tls.pq", .boolean, on: .flowNamed, summary: "whether a post-quantum group is offered") {
            $0.flow.tls.map { .boolean($0.offersPostQuantum) } ?? .absent
        } write: {
            if case .boolean(let value) = $1 { $0.flow.handshake { $0.offersPostQuantum = value } }
        },
        Field(
            "tls.hello.state", words(TLSFacts.HelloState.self), on: .flowNamed,
            summary: "how much of the hello was read"
        ) {
            FieldValue($0.flow.tls?.helloState.rawValue)
        } write: {
            guard case .text(let text) = $1, let state = TLSFacts.HelloState(rawValue: text) else { return }
            $0.flow.handshake { $0.helloState = state }
        },
        Field(
            "tls.hello.fragmented", .boolean, on: .flowNamed, summary: "whether the hello was cut into several records"
        ) {
            $0.flow.tls.map { .boolean($0.isFragmented) } ?? .absent
        } write: {
            if case .boolean(let value) = $1 { $0.flow.handshake { $0.helloRecords = value ? 2 : 1 } }
        },
        Field(
            "tls.ech.state", words(TLSFacts.ECHState.self), on: .flowNamed,
            summary: "what its encrypted_client_hello is"
        ) {
            FieldValue($0.flow.tls?.ech.rawValue)
        } write: {
            guard case .text(let text) = $1, let state = TLSFacts.ECHState(rawValue: text) else { return }
            $0.flow.handshake { $0.ech = state }
        },
        Field(
            "quic.version", .string, on: .flowNamed,
            summary: "version of the first Initial packet: 1, 2, draft-29, Q046, or 0x and eight digits"
        ) {
            FieldValue($0.flow.quicVersion == 0 ? nil : QUICVersion(rawValue: $0.flow.quicVersion).description)
        } write: {
            if case .text(let text) = $1 { $0.flow.quicVersion = QUICVersion(word: text)?.rawValue ?? 0 }
        },
    ]

    static let naming: [Field] = [
        Field("dns.qname", .hostname, on: .dns, summary: "name asked for") {
            FieldValue($0.question.flatMap { $0.name.isEmpty ? nil : $0.name })
        } write: {
            if case .text(let text) = $1 { $0.asked { $0.name = text } }
        },
        Field("dns.qtype", .string, on: .dns, summary: "type asked for") {
            FieldValue($0.question?.type.name)
        } write: {
            if case .text(let text) = $1 { $0.asked { $0.type = DNSType(name: text) ?? $0.type } }
        },
        Field("dns.resolver", .address, on: .dns, summary: "resolver that was asked") {
            $0.question.map { .address($0.resolver) } ?? .absent
        } write: {
            if case .address(let address) = $1 { $0.asked { $0.resolver = address } }
        },
        Field("dns.encrypted", words(EncryptedDNS.self), on: .flowNamed, summary: "how the client hides its questions")
        {
            FieldValue($0.flow.encryptedDNS?.rawValue)
        } write: {
            guard case .text(let text) = $1, let value = EncryptedDNS(rawValue: text) else { return }
            $0.flow.encryptedDNS = value
        },
        Field("http.method", .string, on: .flowNamed, summary: "method of a request in the clear") {
            FieldValue($0.flow.http?.method)
        } write: {
            if case .text(let text) = $1 { $0.flow.http = HTTPFacts(method: text, path: $0.flow.http?.path ?? "/") }
        },
        Field("http.path", .string, on: .flowNamed, summary: "path of a request in the clear, without its query") {
            FieldValue($0.flow.http?.path)
        } write: {
            if case .text(let text) = $1 { $0.flow.http = HTTPFacts(method: $0.flow.http?.method ?? "GET", path: text) }
        },
    ]

    static let sensor: [Field] = [
        Field("sensor.id", .string, on: .flowStart, summary: "the sensor's id") {
            .text($0.sensor)
        } write: {
            if case .text(let text) = $1 { $0.sensor = text }
        },
        Field(
            "sensor.health", .enumeration(["ok", "degraded"], isOrdered: false), on: .flowStart,
            summary: "the sensor's health"
        ) {
            .text($0.isDegraded ? "degraded" : "ok")
        } write: {
            if case .text(let text) = $1 { $0.isDegraded = text == "degraded" }
        },
        Field(
            "evidence.complete", .boolean, on: .flowUpdate, summary: "whether nothing that a rule could need was lost"
        ) {
            .boolean($0.isComplete)
        } write: {
            if case .boolean(let value) = $1 { $0.flow.isMidstream = !value }
        },
    ]

    /// Versions of TLS by their numbers on the wire (RFC 8446 section 4.2.1), lowest first.
    private static let tlsVersions: [(number: UInt16, word: String)] = [
        (0x0300, "ssl3"), (0x0301, "1.0"), (0x0302, "1.1"), (0x0303, "1.2"), (0x0304, "1.3"),
    ]
}

extension Observation {
    /// Changes the question, making one for an address of the flow's far end if there is none.
    mutating func asked(_ change: (inout DNSQuestion) -> Void) {
        var asked = question ?? DNSQuestion(time: time, name: "", type: .a, resolver: flow.server.address)
        change(&asked)
        question = asked
    }
}

extension FlowSnapshot {
    /// Changes the facts of the handshake, making empty ones if there are none.
    mutating func handshake(_ change: (inout TLSFacts) -> Void) {
        var facts = tls ?? TLSFacts()
        change(&facts)
        tls = facts
    }
}
