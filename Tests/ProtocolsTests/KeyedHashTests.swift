import Crypto
import TestSupport
import Testing

@testable import Protocols

@Suite struct KeyedHashTests {
    /// RFC 4231 section 4.2 and 4.3.
    @Test(arguments: [
        ([UInt8](repeating: 0x0B, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b"),
        (Array("Jefe".utf8), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c7"),
    ])
    func thePublishedCodesAreGiven(key: [UInt8], message: String, beginning: String) {
        let code = KeyedHash(key: key).code(of: Array(message.utf8))
        #expect("\(code)".hasPrefix("SHA256 digest: \(beginning)"))
    }

    @Test func everyCodeIsTheLibrarys() {
        var random = Xorshift(seed: 3)
        for _ in 0..<500 {
            let key = (0..<random.below(65)).map { _ in UInt8(random.below(256)) }
            let message = (0..<random.below(200)).map { _ in UInt8(random.below(256)) }
            let expected = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))
            #expect(Array(KeyedHash(key: key).code(of: message)) == Array(expected))
        }
    }
}
