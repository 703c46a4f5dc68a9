import Crypto
import CryptoExtras

/// AES in the CCM mode (RFC 3610) with nonces of 12 bytes, as TLS uses it (RFC 6655). Rare, and so written for brevity.
enum CCM {
    /// The plain text of `sealed`, or `nil` if its tag, the last `tagCount` bytes, does not verify.
    static func open(_ sealed: [UInt8], key: SymmetricKey, nonce: [UInt8], tagCount: Int, _ header: [UInt8]) -> [UInt8]?
    {
        guard sealed.count >= tagCount, nonce.count == 12 else { return nil }
        let textCount = sealed.count - tagCount
        guard let mask = stream(key, nonce, counter: 0) else { return nil }
        var plain = Array(sealed.prefix(textCount))
        for start in stride(from: 0, to: textCount, by: 16) {
            guard let block = stream(key, nonce, counter: start / 16 + 1) else { return nil }
            for index in start..<min(start + 16, textCount) { plain[index] ^= block[index - start] }
        }
        guard let code = code(of: plain, key, nonce: nonce, tagCount: tagCount, header: header) else { return nil }
        var difference: UInt8 = 0
        for index in 0..<tagCount { difference |= code[index] ^ mask[index] ^ sealed[textCount + index] }
        return difference == 0 ? plain : nil
    }

    /// The key stream of one block: flags 2, as a length takes three bytes.
    private static func stream(_ key: SymmetricKey, _ nonce: [UInt8], counter: Int) -> [UInt8]? {
        var block = [2] + nonce + counterBytes(counter)
        return (try? AES.permute(&block, key: key)) == nil ? nil : block
    }

    private static func counterBytes(_ value: Int) -> [UInt8] {
        [
            UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
            UInt8(truncatingIfNeeded: value),
        ]
    }

    /// The CBC-MAC of the header and the text.
    private static func code(
        of text: [UInt8], _ key: SymmetricKey, nonce: [UInt8], tagCount: Int, header: [UInt8]
    ) -> [UInt8]? {
        let flags = UInt8(truncatingIfNeeded: (header.isEmpty ? 0 : 64) + ((tagCount - 2) / 2) << 3 + 2)
        var input = [flags] + nonce + counterBytes(text.count)
        if !header.isEmpty {
            input += [UInt8(truncatingIfNeeded: header.count >> 8), UInt8(truncatingIfNeeded: header.count)] + header
            input += [UInt8](repeating: 0, count: (16 - input.count % 16) % 16)
        }
        input += text
        input += [UInt8](repeating: 0, count: (16 - input.count % 16) % 16)
        var state = [UInt8](repeating: 0, count: 16)
        for start in stride(from: 0, to: input.count, by: 16) {
            for index in 0..<16 { state[index] ^= input[start + index] }
            guard (try? AES.permute(&state, key: key)) != nil else { return nil }
        }
        return state
    }
}
