import Bytes

/// The parsers of byte streams, one of which reads a flow's client side at a time: the registry.
///
/// An enumeration in place of an existential: a flow's parser costs no allocation and no dynamic call. To add a parser,
/// add its case here, to `begin`, and to `parse`.
public enum AppParser: Sendable {
    /// No parser yet.
    case none
    /// TLS (RFC 8446).
    case tls(ClientHelloParser)

    /// What the first bytes of a stream call for.
    public enum Beginning: Sendable {
        /// This parser.
        case parser(AppParser)
        /// More bytes are needed to tell.
        case unsure
        /// No parser knows it.
        case unknown
    }

    /// Asks every parser whether the stream that begins with `bytes` is its own; the first that is sure gets it.
    public static func begin(_ bytes: RawSpan) -> Beginning {
        var isUnsure = false
        switch ClientHelloParser.probe(bytes) {
        case .yes: return .parser(.tls(ClientHelloParser()))
        case .unsure: isUnsure = true
        case .no: break
        }
        return isUnsure ? .unsure : .unknown
    }

    /// Reads on with this parser; `bytes` begin where its protocol does.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        // Taken out before it is changed, so that what it holds is not copied.
        let parser = self
        self = .none
        switch parser {
        case .none: return .skip
        case .tls(var parser):
            let progress = parser.parse(bytes, into: &findings)
            self = .tls(parser)
            return progress
        }
    }

    /// Whether another protocol may begin behind what this parser has read to its end.
    public func precedesAnother(_ findings: Findings) -> Bool {
        switch self {
        case .none, .tls: false
        }
    }

    /// Takes what is certain of a protocol unit that will never be whole; `bytes` begin where the protocol does.
    public mutating func abandon(_ bytes: RawSpan, into findings: inout Findings) {
        if case .tls(var parser) = self { parser.abandon(bytes, into: &findings) }
    }
}
