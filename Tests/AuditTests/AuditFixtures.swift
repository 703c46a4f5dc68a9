import Bytes
import HTTPDecoding

@testable import Audit

/// A request made by hand.
func exchange(
    _ number: Int = 1, method: String = "POST", host: String = "api.example", path: String = "/v1/messages",
    query: String? = nil, headers: [(String, String)] = [("Content-Type", "application/json")], body: String = "",
    seconds: Int64 = 1_780_000_000
) -> HTTPExchange {
    exchange(
        number, method: method, host: host, path: path, query: query, headers: headers, bytes: Array(body.utf8),
        seconds: seconds)
}

/// A request made by hand, with a body of bytes.
func exchange(
    _ number: Int = 1, method: String = "POST", host: String = "api.example", path: String = "/v1/messages",
    query: String? = nil, headers: [(String, String)], bytes: [UInt8], seconds: Int64 = 1_780_000_000
) -> HTTPExchange {
    let fields = headers.map { HTTPField(name: Array($0.0.utf8), value: Array($0.1.utf8)) }
    let message = HTTPMessage(
        method: method, authority: host, path: path, query: query, fields: fields,
        body: HTTPBody(bytes: bytes, count: bytes.count, sha256: "", isComplete: true))
    return HTTPExchange(
        number: number, connection: HTTPConnectionID(client: "192.0.2.1:5000", server: "192.0.2.2:443"),
        version: .http1,
        time: Timestamp(seconds: seconds, nanoseconds: 0), packet: 10 * number, request: message)
}

/// The fields of a request by path.
func fields(_ exchange: HTTPExchange, limits: FieldLimits = FieldLimits()) -> [String: FieldValue] {
    let fields = RequestFields(exchange, limits: limits, unpack: ContentUnpacking.unpack).fields
    return Dictionary(fields.map { ($0.path, $0.value) }) { first, _ in first }
}

/// The findings in the body of a request.
func findings(_ exchange: HTTPExchange, known: KnownValues = KnownValues()) -> [Finding] {
    Auditor(known: known, unpack: ContentUnpacking.unpack).audit(exchange).findings
}

/// The marks in a text that the program wrote, or in one of anyone.
func marks(_ text: String, isTemplate: Bool = true) -> [Finding] {
    Auditor.marks(in: Field(path: isTemplate ? "body.system" : "body.messages[0].content", value: .text(text)))
}

/// The categories of the marks of a grade.
func categories(_ text: String, _ grade: Finding.Grade? = nil, isTemplate: Bool = true) -> Set<String> {
    Set(marks(text, isTemplate: isTemplate).filter { grade == nil || $0.grade == grade }.map(\.category))
}
