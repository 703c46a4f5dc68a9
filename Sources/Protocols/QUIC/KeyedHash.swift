import Crypto

/// HMAC-SHA256 under one key (RFC 2104), for short messages: the library's hash over a keyed block and the message, twice.
///
/// The library's own `HMAC` gives the same at twice the cost, which is most of what Initial keys cost: it copies a context
/// for each message. Cost: two hashes of two blocks, and four small allocations, three of them the library's.
struct KeyedHash: Sendable {
    /// The key's two blocks, the inner one first.
    private let blocks: [UInt8]

    /// Under `key`, of which no more than a block counts.
    init(key: some Sequence<UInt8>) {
        let count = SHA256.blockByteCount
        var blocks = [UInt8](repeating: 0x36, count: 2 * count)
        for (index, byte) in zip(0..<count, key) { blocks[index] ^= byte }
        for index in 0..<count { blocks[count + index] = blocks[index] ^ 0x36 ^ 0x5C }
        self.blocks = blocks
    }

    /// The code of `message`.
    func code(of message: [UInt8]) -> SHA256.Digest {
        var text: [UInt8] = []
        text.reserveCapacity(SHA256.blockByteCount + max(message.count, SHA256.byteCount))
        text += blocks[..<SHA256.blockByteCount]
        text += message
        let digest = SHA256.hash(data: text)
        text.removeAll(keepingCapacity: true)
        text += blocks[SHA256.blockByteCount...]
        text += digest
        return SHA256.hash(data: text)
    }
}
