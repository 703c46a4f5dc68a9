package import Bytes
import Crypto
package import HTTPDecoding

/// Reads HAR 1.2 (the HTTP Archive format): requests that a browser or a proxy wrote down.
///
/// A HAR file has no packets: `packet` is the position of the entry, and the ends of connections are what the file says.
/// Order and case of header fields are those that the program kept, which may not be those that were sent.
package enum HARReader {
    /// The exchanges of `bytes`, by their start.
    package static func read(_ bytes: [UInt8], limits: FieldLimits = FieldLimits()) throws(FieldError) -> [HTTPExchange]
    {
        var bounds = limits
        // A file holds many requests.
        bounds.nodes = limits.nodes * 16
        var budget = FieldBudget(limits: bounds)
        let root = try JSONReader.read(bytes, budget: &budget).node
        guard let entries = root["log"]?["entries"]?.items else { throw .malformed(at: 0) }
        var exchanges: [HTTPExchange] = []
        for (index, entry) in entries.enumerated() {
            if let exchange = exchange(entry, position: index + 1) { exchanges.append(exchange) }
        }
        exchanges.sort { ($0.time, $0.packet) < ($1.time, $1.packet) }
        for index in exchanges.indices { exchanges[index].number = index + 1 }
        return exchanges
    }

    private static func exchange(_ entry: FieldNode, position: Int) -> HTTPExchange? {
        guard let request = entry["request"], let method = request["method"]?.text, let url = request["url"]?.text,
            let target = URLParts(url)
        else { return nil }
        var message = HTTPMessage(
            method: method, scheme: target.scheme, authority: target.authority, path: target.path, query: target.query)
        message.fields = fields(request["headers"])
        message.body = body(request["postData"])
        let server =
            (entry["serverIPAddress"]?.text ?? target.host) + ":"
            + (target.port ?? (target.scheme == "http" ? "80" : "443"))
        let client = "har:" + (entry["connection"]?.text ?? String(position))
        let version: HTTPExchange.Version =
            switch request["httpVersion"]?.text?.lowercased() {
            case "h2", "http/2", "http/2.0": .http2
            case "h3", "http/3", "http/3.0": .http3
            default: .http1
            }
        return HTTPExchange(
            number: position, connection: HTTPConnectionID(client: client, server: server), version: version,
            time: Timestamp(iso8601: entry["startedDateTime"]?.text ?? "") ?? Timestamp(nanoseconds: 0),
            packet: position, request: message, response: response(entry["response"]))
    }

    private static func response(_ node: FieldNode?) -> HTTPMessage? {
        guard let node, let status = node["status"]?.number.flatMap({ Int($0) }), status > 0 else { return nil }
        var message = HTTPMessage(status: status, fields: fields(node["headers"]))
        if let text = node["content"]?["text"]?.text {
            let isEncoded = node["content"]?["encoding"]?.text == "base64"
            message.body = body(isEncoded ? Base64Text.decode(text.utf8) ?? [] : Array(text.utf8))
        }
        return message
    }

    private static func fields(_ node: FieldNode?) -> [HTTPField] {
        (node?.items ?? []).compactMap { item in
            // Pseudo-header fields of HTTP/2 are in the list of some programs.
            guard let name = item["name"]?.text, !name.hasPrefix(":") else { return nil }
            return HTTPField(name: Array(name.utf8), value: Array((item["value"]?.text ?? "").utf8))
        }
    }

    private static func body(_ node: FieldNode?) -> HTTPBody {
        guard let node else { return HTTPBody() }
        if let text = node["text"]?.text, !text.isEmpty {
            let isEncoded = node["encoding"]?.text == "base64" || node["_encoding"]?.text == "base64"
            return body(isEncoded ? Base64Text.decode(text.utf8) ?? Array(text.utf8) : Array(text.utf8))
        }
        let pairs = (node["params"]?.items ?? []).compactMap { item -> String? in
            guard let name = item["name"]?.text else { return nil }
            return name + "=" + (item["value"]?.text ?? "")
        }
        return body(Array(pairs.joined(separator: "&").utf8))
    }

    private static func body(_ bytes: [UInt8]) -> HTTPBody {
        HTTPBody(bytes: bytes, count: bytes.count, sha256: SHA256.hash(data: bytes).hexadecimalText, isComplete: true)
    }
}

/// The parts of an absolute URL (RFC 3986), as they are written.
package struct URLParts: Sendable, Equatable {
    /// The scheme, in lower case.
    package var scheme: String
    /// The authority, without user information.
    package var authority: String
    /// The path; `/` if it is empty.
    package var path: String
    /// The query, without its question mark.
    package var query: String?

    /// The parts of `text`, or `nil` if it has no scheme and authority.
    package init?(_ text: String) {
        guard let separator = text.firstRange(of: "://"), separator.lowerBound > text.startIndex else { return nil }
        scheme = text[..<separator.lowerBound].lowercased()
        guard scheme.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E }) else { return nil }
        let rest = text[separator.upperBound...].prefix { $0 != "#" }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        self.authority = String(
            authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority)
        let target = rest[end...]
        let question = target.firstIndex(of: "?")
        path = String(target[..<(question ?? target.endIndex)])
        if path.isEmpty { path = "/" }
        query = question.map { String(target[target.index(after: $0)...]) }
        guard !self.authority.isEmpty else { return nil }
    }

    /// The authority without the port.
    package var host: String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
        return String(authority.prefix { $0 != ":" })
    }

    /// The port, if it is written.
    package var port: String? {
        let rest = authority.dropFirst(host.count)
        return rest.hasPrefix(":") && rest.count > 1 ? String(rest.dropFirst()) : nil
    }
}

extension Timestamp {
    /// The moment that `text` names in the form of RFC 3339, or `nil`.
    package init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            return bytes[range].reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), hour < 24, minute < 60, second <= 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        var index = 19
        var nanoseconds = 0
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            var scale = 100_000_000
            index += 1
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                nanoseconds += (Int(bytes[index]) - 0x30) * scale
                scale /= 10
                index += 1
            }
        }
        var offset = 0
        if index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-"),
            let hours = number((index + 1)..<(index + 3)), let minutes = number((index + 4)..<(index + 6))
        {
            offset = (bytes[index] == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
        }
        let seconds = Int64(hour * 3600 + minute * 60 + second - offset)
        self = date.startInUTC.advanced(byNanoseconds: seconds * 1_000_000_000 + Int64(nanoseconds))
    }
}
