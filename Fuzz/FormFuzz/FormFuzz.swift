import Audit
import Bytes
import FuzzSupport
import HTTPDecoding

/// A body under a content type that the first byte chooses: forms, multipart, events, JSON Lines, envelopes. All that is found in it
/// is looked for marks, facts and derived values.
@c(LLVMFuzzerTestOneInput)
public func testForm(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    let types = [
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/event-stream",
        "application/x-ndjson",
        "application/grpc", "application/connect+json", "application/proto", "application/json", "",
    ]
    guard let first = input.first else { return 0 }
    let body = Array(input.dropFirst())
    let type = types[Int(first) % types.count]
    let message = HTTPMessage(
        method: "POST", authority: "api.example", path: "/v1", query: String(decoding: body.prefix(64), as: UTF8.self),
        fields: [HTTPField(name: Array("content-type".utf8), value: Array(type.utf8))],
        body: HTTPBody(bytes: body, count: body.count, sha256: "", isComplete: true))
    let exchange = HTTPExchange(
        number: 1, connection: HTTPConnectionID(client: "a", server: "b"), version: .http1,
        time: Timestamp(nanoseconds: 0), packet: 1, request: message)
    var limits = FieldLimits()
    limits.nodes = 20_000
    limits.decodedBytes = 1 << 20
    let result = Auditor(limits: limits, unpack: ContentUnpacking.unpack).audit(exchange)
    require(!result.fields.isEmpty, "a request without fields")
    for finding in result.findings { require(finding.count >= 1 && finding.offset >= 0, "a finding without a place") }
    return 0
}
