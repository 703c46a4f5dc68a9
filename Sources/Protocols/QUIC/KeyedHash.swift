import Crypto

/// HMAC-SHA256 under one key (RFC 2104), for short messages: the library's hash over a keyed block and the message, twice.
///
/// The library's own `HMAC` gives the same at twice the cost, which is most of what Initial keys cost: it copies a context
/// for each message. Cost: two hashes of two blocks, and five small allocations, three of them the library's.
struct KeyedHash: Sendable {
    private let inner: [UInt8]
    private let outer: [UInt8]

    /// Under `key`, which is no longer than a block.
    init(key: some Collection<UInt8>) {
        precondition(key.count <= SHA256.blockByteCount)
        var block = [UInt8](repeating: 0x36, count: SHA256.blockByteCount)
        for (index, byte) in key.enumerated() { block[index] ^= byte }
        inner = block
        for index in block.indices { block[index] ^= 0x36 ^ 0x5C }
        outer = block
    }

    /// The code of `message`.
    func code(of message: [UInt8]) -> SHA256.Digest {
        var text: [UInt8] = []
        text.reserveCapacity(SHA256.blockByteCount + max(message.count, SHA256.byteCount))
        text += inner
        text += message
        let digest = SHA256.hash(data: text)
        text.removeAll(keepingCapacity: true)
        text += outer
        text += digest
        return SHA256.hash(data: text)
    }
}
