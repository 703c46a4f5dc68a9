import Bytes
import Protocols

/// The facts of a client's handshake bytes as the monitor takes them: nothing until the hello is whole.
func helloFacts(_ handshake: [UInt8]) -> TLSFacts? {
    guard let hello = try? ClientHello(handshake.rawSpan), hello.state == .complete else { return nil }
    return TLSFacts(hello, bytes: handshake.rawSpan, isQUIC: true)
}
