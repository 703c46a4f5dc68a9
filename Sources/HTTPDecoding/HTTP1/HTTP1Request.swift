import Bytes

/// The control data of a request of HTTP/1.1 (RFC 9112 section 3.2).
enum HTTP1Request {
    /// The message of a request line and its fields.
    static func message(_ line: RequestLine, _ fields: [HTTPField], isSecure: Bool) -> HTTPMessage {
        var message = HTTPMessage(method: line.method, scheme: isSecure ? "https" : "http", fields: fields)
        message.authority = FieldText.value("host", in: fields).map { String(decoding: $0, as: UTF8.self) } ?? ""
        if line.method == "CONNECT" {
            message.authority = String(decoding: line.target, as: UTF8.self)
            return message
        }
        var target = line.target
        // The absolute form, which proxies are sent, overrides the Host field.
        if let absolute = absoluteForm(target) {
            (message.scheme, message.authority) = (absolute.scheme, absolute.authority)
            target = absolute.target
        }
        (message.path, message.query) = FieldText.split(target: target)
        return message
    }

    private static func absoluteForm(_ target: [UInt8]) -> (scheme: String, authority: String, target: [UInt8])? {
        let lower = FieldText.lowercased(Array(target.prefix(8)))
        let scheme = lower.rawSpan.hasASCII("http://") ? "http" : lower.rawSpan.hasASCII("https://") ? "https" : ""
        guard !scheme.isEmpty else { return nil }
        let rest = target.dropFirst(scheme.utf8.count + 3)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let path = Array(rest[end...])
        let authority = rest[..<end].split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? []
        return (
            scheme, String(decoding: authority, as: UTF8.self),
            path.first == UInt8(ascii: "/") ? path : [UInt8(ascii: "/")] + path
        )
    }
}
