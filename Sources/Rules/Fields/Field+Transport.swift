import Bytes
import Flows
import Protocols

extension Field {
    static let transport: [Field] = [
        Field("net.transport", words(FlowSnapshot.Transport.self), on: .flowStart, summary: "transport protocol") {
            .text($0.flow.transport.rawValue)
        } write: {
            guard case .text(let text) = $1, let value = FlowSnapshot.Transport(rawValue: text) else { return }
            $0.flow.transport = value
        },
        Field("net.app", words(Application.self), on: .flowNamed, summary: "innermost protocol that was recognised") {
            .text($0.flow.application.rawValue)
        } write: {
            guard case .text(let text) = $1, let value = Application(rawValue: text) else { return }
            $0.flow.application = value
        },
        Field(
            "net.direction", words(FlowSnapshot.Direction.self), on: .flowStart,
            summary: "who opened it, from the private side"
        ) {
            .text($0.flow.direction.rawValue)
        } write: {
            guard case .text(let text) = $1, let value = FlowSnapshot.Direction(rawValue: text) else { return }
            $0.flow.direction = value
        },
        Field("net.vlan", .number, on: .flowStart, summary: "VLAN ids, outermost first", isList: true) {
            .numbers($0.flow.vlans.map { Int64($0) })
        } write: {
            if case .numbers(let numbers) = $1 { $0.flow.vlans = numbers.map { UInt16(clamping: $0) } }
        },
        Field("net.tunnel", .string, on: .flowStart, summary: "encapsulations that were passed", isList: true) {
            .texts($0.flow.tunnels)
        } write: {
            if case .texts(let texts) = $1 { $0.flow.tunnels = texts }
        },
        Field(
            "net.tunnel_trusted", .boolean, on: .flowNamed,
            summary: "whether it came in no tunnel over IP, or in trusted ones only"
        ) {
            .boolean(!$0.flow.isUntrusted)
        } write: {
            if case .boolean(let value) = $1 { $0.flow.isUntrusted = !value }
        },
        Field("net.iface", .string, on: .flowStart, summary: "name of the interface") {
            FieldValue($0.flow.interface.isEmpty ? nil : $0.flow.interface)
        } write: {
            if case .text(let text) = $1 { $0.flow.interface = text }
        },
        Field("net.via_proxy", .boolean, on: .flowNamed, summary: "whether the client addressed a proxy") {
            .boolean($0.flow.isViaProxy)
        } write: {
            if case .boolean(let value) = $1 { $0.flow.isViaProxy = value }
        },
    ]

    static let measures: [Field] = [
        count("flow.bytes_up", .size, summary: "layer-3 bytes from the client", path: \.flow.bytesUp),
        count("flow.bytes_down", .size, summary: "layer-3 bytes to the client", path: \.flow.bytesDown),
        count("flow.packets_up", .number, summary: "packets from the client", path: \.flow.packetsUp),
        count("flow.packets_down", .number, summary: "packets to the client", path: \.flow.packetsDown),
        count("flow.missed_bytes", .size, summary: "bytes that were never captured", path: \.flow.missedBytes),
        Field("flow.conflicts", .number, on: .flowNamed, summary: "contradictions in what names the flow") {
            .number(Int64($0.flow.conflicts))
        } write: {
            if case .number(let value) = $1 { $0.flow.conflicts = Int(clamping: value) }
        },
        Field("flow.answered", .boolean, on: .flowAnswered, summary: "whether the server answered") {
            .boolean($0.flow.isAnswered)
        } write: {
            if case .boolean(let value) = $1 { $0.flow.isAnswered = value }
        },
        Field("flow.duration", .duration, on: .flowUpdate, summary: "from the first packet to the latest") {
            .number($0.flow.duration)
        } write: {
            if case .number(let value) = $1 { $0.flow.end = $0.flow.start.advanced(byNanoseconds: max(0, value)) }
        },
        Field("flow.state", words(FlowSnapshot.State.self), on: .flowUpdate, summary: "where the connection is") {
            .text($0.flow.state.rawValue)
        } write: {
            guard case .text(let text) = $1, let value = FlowSnapshot.State(rawValue: text) else { return }
            $0.flow.state = value
        },
        Field("flow.end_reason", words(FlowSnapshot.EndReason.self), on: .flowEnd, summary: "why the flow ended") {
            FieldValue($0.flow.endReason?.rawValue)
        } write: {
            guard case .text(let text) = $1, let value = FlowSnapshot.EndReason(rawValue: text) else { return }
            $0.flow.endReason = value
        },
        Field("flow.part", .number, on: .flowUpdate, summary: "number of the report, from 1") {
            .number(Int64($0.flow.part))
        } write: {
            if case .number(let value) = $1 { $0.flow.part = Int(clamping: value) }
        },
        traffic("flow.requests_est", .number, summary: "estimate of the requests") {
            $0.requests.map { Int64($0.value) }
        },
        traffic("flow.interactions_est", .number, summary: "estimate of the interactions with a model") {
            $0.interactions.map { Int64($0.value) }
        },
        traffic("flow.upload_bursts", .number, summary: "runs of upload between two answers") {
            $0.flow.traffic.map { Int64($0.uploadBursts) }
        },
        traffic("flow.largest_upload", .size, summary: "application bytes of the largest of them") {
            $0.flow.traffic.map { Int64($0.largestUpload) }
        },
        traffic("flow.first_byte", .duration, summary: "mean time from a request to the first byte of its answer") {
            $0.flow.traffic?.firstByte
        },
        traffic("flow.longest_stream", .duration, summary: "longest time that an answer was streamed") {
            $0.flow.traffic?.longestStream
        },
    ]

    private static func traffic(
        _ name: String, _ type: FieldType, summary: String, value: @escaping @Sendable (Observation) -> Int64?
    ) -> Field {
        Field(extra: name, type, on: .flowUpdate, summary: summary) { value($0).map { .number($0) } ?? .absent }
    }

    private static func count(
        _ name: String, _ type: FieldType, summary: String,
        path: any WritableKeyPath<Observation, UInt64> & Sendable
    ) -> Field {
        Field(name, type, on: .flowUpdate, summary: summary) {
            FieldValue($0[keyPath: path])
        } write: {
            if case .number(let value) = $1 { $0[keyPath: path] = UInt64(clamping: value) }
        }
    }
}
