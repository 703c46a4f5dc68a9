import Bytes
import Protocols
import TestSupport
import Testing

/// A TLS 1.2 ServerHello that chooses `h2`.
private let answer: [UInt8] = {
    let alpn: [UInt8] = [0, 16, 0, 5, 0, 3, 2, 0x68, 0x32]
    let body: [UInt8] =
        [3, 3] + [UInt8](repeating: 9, count: 32) + [0, 0xC0, 0x30, 0, 0, UInt8(alpn.count)] + alpn
    return [2, 0, 0, UInt8(body.count)] + body
}()

@Test func aServerHelloGivesVersionCipherAndProtocol() throws {
    let hello = try ServerHello(answer.rawSpan)
    #expect(hello.version == 0x0303)
    #expect(hello.cipherSuite == 0xC030)
    #expect(hello.alpn == "h2")
}

@Test func anALPNExtensionTooShortForItsListIsNoProtocol() throws {
    for length in 0..<2 {
        var short = answer
        short.removeLast(5 - length)
        short[3] -= UInt8(5 - length)
        short[43] -= UInt8(5 - length)
        short[47] = UInt8(length)
        #expect(try ServerHello(short.rawSpan).alpn == nil)
    }
}

@Test func hostileServerHellosNeverTrap() {
    let inputs = runHostileBytes(answer) { _ = try? ServerHello($0) }
    #expect(inputs > answer.count)
}
