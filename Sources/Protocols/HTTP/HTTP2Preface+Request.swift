import Bytes

extension HTTP2Preface {
    /// What may be kept of a request's fields (RFC 9113 section 8.3.1).
    struct RequestFields {
        private var authority: [UInt8]?
        private var host: [UInt8]?
        private var method: [UInt8]?
        private var path: [UInt8]?
        /// Whether the request opens a WebSocket or its like through CONNECT (RFC 8441): no tunnel to elsewhere.
        private var hasProtocol = false

        /// Keeps the field if it is one of those wanted; of several, the first.
        mutating func take(_ field: HPACKField) {
            let name = field.name.rawSpan
            switch name.byteCount {
            case 10 where name.hasASCII(":authority"): authority = authority ?? field.value
            case 4 where name.hasASCII("host"): host = host ?? field.value
            case 7 where name.hasASCII(":method"): method = method ?? field.value
            case 5 where name.hasASCII(":path"): path = path ?? field.value
            case 9 where name.hasASCII(":protocol"): hasProtocol = true
            default: break
            }
        }

        /// Adds the request to `findings`.
        func add(to findings: inout Findings) {
            let isTunnel = method.map { $0.count == 7 && $0.rawSpan.hasASCII("CONNECT") } == true && !hasProtocol
            if isTunnel { findings.isViaProxy = true }
            if let name = authority ?? host {
                findings.add(name: Authority.host(of: name.rawSpan), from: isTunnel ? .connect : .httpHost)
            }
            guard let method, method.count <= Self.longestMethod else { return }
            let target = path ?? []
            findings.http = HTTPFacts(
                method: String(decoding: method, as: UTF8.self),
                path: RequestTarget.keptPath(target.rawSpan, in: 0..<target.count))
        }

        private static let longestMethod = 16
    }
}
