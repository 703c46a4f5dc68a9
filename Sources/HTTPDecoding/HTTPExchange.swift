package import Bytes

/// A request and its response, as they were in the plain text of a connection.
///
/// A WebSocket message that a client sends is an exchange of its own, with the method `WS` and no response.
package struct HTTPExchange: Sendable {
    /// The protocol that carried the exchange.
    package enum Version: String, Sendable {
        case http1 = "h1"
        case http2 = "h2"
        case http3 = "h3"
        case webSocket = "ws"
    }

    /// The position of the request among all requests of a recording, from 1, by the packet that holds its first byte.
    package var number: Int
    /// The connection that carried the exchange.
    package var connection: HTTPConnectionID
    /// The protocol that carried the exchange.
    package var version: Version
    /// The stream of HTTP/2 or HTTP/3, or `nil`.
    package var stream: UInt64?
    /// The time of the packet that holds the first byte of the request.
    package var time: Timestamp
    /// The number of that packet in its capture, from 1.
    package var packet: Int
    /// The request.
    package var request: HTTPMessage
    /// The final response, or `nil` if none was recorded. Interim responses (1xx) are not kept.
    package var response: HTTPMessage?

    /// Creates an exchange.
    package init(
        number: Int, connection: HTTPConnectionID, version: Version, stream: UInt64? = nil, time: Timestamp,
        packet: Int,
        request: HTTPMessage, response: HTTPMessage? = nil
    ) {
        self.number = number
        self.connection = connection
        self.version = version
        self.stream = stream
        self.time = time
        self.packet = packet
        self.request = request
        self.response = response
    }
}

/// The ends of the connection that carried an exchange.
package struct HTTPConnectionID: Hashable, Sendable {
    /// The end that sends requests, as `ADDRESS:PORT`; an IPv6 address is in brackets.
    package var client: String
    /// The end that answers, in the same form.
    package var server: String

    /// Creates the identifier of a connection between two ends.
    package init(client: String, server: String) {
        self.client = client
        self.server = server
    }
}

/// One header field, with the bytes and the case that were sent.
package struct HTTPField: Sendable, Equatable {
    /// The name as it was sent.
    package var name: [UInt8]
    /// The value without surrounding white space.
    package var value: [UInt8]
    /// `false` if an earlier loss left a part of the field unknown: it refers to a compression table that was not seen whole.
    package var isKnown: Bool

    /// Creates a field.
    package init(name: [UInt8], value: [UInt8], isKnown: Bool = true) {
        self.name = name
        self.value = value
        self.isKnown = isKnown
    }
}

/// A request or a response: its control data, its fields in order, and its body.
package struct HTTPMessage: Sendable {
    /// The method of a request, `WS` for a WebSocket message, or the empty string for a response.
    package var method: String
    /// `http` or `https`.
    package var scheme: String
    /// The host and, if it was sent, the port: `:authority`, or the `Host` field.
    package var authority: String
    /// The request target's path, without its query.
    package var path: String
    /// The query without its question mark, or `nil` if there was none.
    package var query: String?
    /// The status of a response, or `nil` for a request.
    package var status: Int?
    /// The header fields in the order in which they were sent, without pseudo-header fields.
    package var fields: [HTTPField]
    /// The trailer fields.
    package var trailers: [HTTPField]
    /// The body.
    package var body: HTTPBody

    /// Creates a message.
    package init(
        method: String = "", scheme: String = "https", authority: String = "", path: String = "", query: String? = nil,
        status: Int? = nil, fields: [HTTPField] = [], trailers: [HTTPField] = [], body: HTTPBody = HTTPBody()
    ) {
        self.method = method
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.query = query
        self.status = status
        self.fields = fields
        self.trailers = trailers
        self.body = body
    }
}

/// The body of a message after the transfer coding and before the content coding.
package struct HTTPBody: Sendable {
    /// The bytes that are kept: all of them, or the first ones if the body is larger than the bound of the decoder.
    package var bytes: [UInt8]
    /// The number of bytes that were sent.
    package var count: Int
    /// The SHA-256 of all bytes that were sent, in lower-case hexadecimal digits.
    package var sha256: String
    /// `false` if loss, the end of the recording or the bound of the decoder left bytes out of `bytes`.
    package var isComplete: Bool

    /// Creates a body. Without arguments it is the empty body of a message that has none.
    package init(
        bytes: [UInt8] = [], count: Int = 0,
        sha256: String = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", isComplete: Bool = true
    ) {
        self.bytes = bytes
        self.count = count
        self.sha256 = sha256
        self.isComplete = isComplete
    }
}
