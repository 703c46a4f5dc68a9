import Bytes
package import StreamReassembly

/// Takes what is decoded of a connection.
package protocol HTTPOwner: AnyObject {
    /// The ends of the connection.
    var connectionID: HTTPConnectionID { get }
    /// Whether the connection is encrypted: the scheme of its requests.
    var isSecure: Bool { get }
    /// The budget of bodies.
    var budget: BodyBudget { get }

    /// Takes an exchange that is complete, or as complete as it will get. Its `number` is not set yet.
    func take(_ exchange: HTTPExchange)

    /// Makes the receiver of the bytes inside a tunnel that a CONNECT request opened, or `nil` if tunnels are nested too deep.
    func openTunnel() -> (any StreamReceiver)?
}

/// An exchange while its messages arrive.
final class PendingExchange {
    var stream: UInt64?
    var version: HTTPExchange.Version
    let position: StreamPosition
    var request: HTTPMessage
    var requestBody: BodyCollector
    var response: HTTPMessage?
    var responseBody: BodyCollector
    var isRequestDone = false
    var isResponseDone = false

    init(
        _ request: HTTPMessage, version: HTTPExchange.Version, stream: UInt64? = nil, at position: StreamPosition,
        _ budget: BodyBudget
    ) {
        self.request = request
        self.version = version
        self.stream = stream
        self.position = position
        requestBody = BodyCollector(budget)
        responseBody = BodyCollector(budget)
    }

    /// Notes that whatever of its messages did not come will not come any more.
    func abandon() {
        if !isRequestDone { requestBody.lose() }
        if response != nil, !isResponseDone { responseBody.lose() }
    }

    /// The exchange as far as it came.
    func exchange(_ connection: HTTPConnectionID) -> HTTPExchange {
        var request = request
        request.body = requestBody.body
        var response = response
        response?.body = responseBody.body
        return HTTPExchange(
            number: 0, connection: connection, version: version, stream: stream, time: position.time,
            packet: position.packet, request: request, response: response)
    }
}

/// Pieces of text that several decoders need.
enum FieldText {
    /// Whether `name` is the lower-case ASCII text `text` in any case.
    static func matches(_ name: [UInt8], _ text: StaticString) -> Bool {
        guard name.count == text.utf8CodeUnitCount else { return false }
        return lowercased(name).rawSpan.hasASCII(text)
    }

    /// ASCII letters made small.
    static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// The value of the first field that has the name `name`.
    static func value(_ name: StaticString, in fields: [HTTPField]) -> [UInt8]? {
        fields.first { $0.isKnown && matches($0.name, name) }?.value
    }

    /// Whether one of the fields of the name lists `token`, in any case (RFC 9110 section 5.6.1).
    static func lists(_ token: StaticString, _ name: StaticString, in fields: [HTTPField]) -> Bool {
        fields.contains { field in
            matches(field.name, name)
                && field.value.split(separator: UInt8(ascii: ",")).contains { matches(trimmed(Array($0)), token) }
        }
    }

    /// Without spaces and tabs at both ends.
    static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let front = bytes.drop(while: isBlank)
        guard let end = front.lastIndex(where: { !isBlank($0) }) else { return [] }
        return Array(front[front.startIndex...end])
    }

    /// The path and the query of a request target.
    static func split(target: [UInt8]) -> (path: String, query: String?) {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else {
            return (String(decoding: target, as: UTF8.self), nil)
        }
        return (
            String(decoding: target[..<mark], as: UTF8.self), String(decoding: target[(mark + 1)...], as: UTF8.self)
        )
    }
}
