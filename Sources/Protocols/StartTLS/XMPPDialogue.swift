import Bytes

/// An XML stream up to its `<starttls/>` (RFC 6120 section 5).
///
/// The byte that begins a TLS handshake record cannot stand in XML 1.0 at all, so that the first one behind the element
/// is where TLS begins, with no need to understand the elements.
struct XMPPDialogue {
    private var looked = 0
    private var asked = false

    static func probe(_ bytes: RawSpan) -> Probe {
        for text in beginnings {
            if bytes.hasASCII(text) { return .yes }
            if bytes.isProperPrefix(ofASCII: text) { return .unsure }
        }
        return .no
    }

    mutating func read(_ bytes: RawSpan) -> StartTLS.Outcome {
        while looked < Swift.min(bytes.byteCount, StartTLS.longestDialogue) {
            let byte = bytes.byte(at: looked)
            if byte == StartTLS.handshakeRecord { return asked ? .tls(at: looked) : .none }
            if byte == UInt8(ascii: "<"), !asked {
                let rest = bytes.clamped(looked...)
                if rest.isProperPrefix(ofASCII: Self.element) { break }
                asked = rest.hasASCII(Self.element)
            }
            looked &+= 1
        }
        return .more(atLeast: bytes.byteCount &+ 1)
    }

    private static let element: StaticString = "<starttls"
    private static let beginnings: [StaticString] = ["<?xml ", "<stream:stream", "<starttls"]
}
