import Bytes
import FuzzSupport
import Protocols

/// The head of an HTTP/1 request.
///
/// The input's first byte says how large the pieces are in which the stream arrives; the rest is the stream. What is
/// found must not depend on the pieces; a name is a host's or an address, and no query is kept.
@c(LLVMFuzzerTestOneInput)
public func testRequest(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let input = unsafe copied(bytes, count)
    let findings = holdCuts(HTTPRequest.self, Array(input.dropFirst()), step: 1 + Int(input[0]))
    require(findings.names.count <= 16, "names without a bound")
    return 0
}
