import Bytes
import FuzzSupport
import Protocols

/// SOCKS, the PROXY protocol's header, and the plain dialogues that ask for TLS.
///
/// The input's first byte chooses the parser, the second how large the pieces are in which the stream arrives; the rest
/// is the stream. What is found must not depend on the pieces.
@c(LLVMFuzzerTestOneInput)
public func testProxies(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let input = unsafe copied(bytes, count)
    let stream = Array(input.dropFirst(2))
    let step = 1 + Int(input[1])
    switch input[0] % 3 {
    case 0: holdCuts(SOCKSRequest.self, stream, step: step)
    case 1: holdCuts(ProxyProtocolHeader.self, stream, step: step)
    default: holdCuts(StartTLS.self, stream, step: step)
    }
    return 0
}
