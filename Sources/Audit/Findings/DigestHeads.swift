import Bytes
import Synchronization

/// The first bytes of the checksums of texts that came before: a client sends its whole conversation with each request, so that
/// most texts of a request were in the one before it.
///
/// A text is known by a hash of 64 bits under a secret of the process. Memory: at most 65,536 texts of 40 bytes; then all are
/// let go of.
final class DigestHeads: Sendable {
    /// The shortest text that is kept: a shorter one is hashed as fast as it is looked up.
    private static let shortest = 64
    private static let most = 65_536

    /// What is known of one text.
    private struct Entry {
        /// A bit for each checksum that is known, by its position in `Checksum.allCases`.
        var known: UInt8 = 0
        var heads = InlineArray<6, UInt32>(repeating: 0)
    }

    private let entries = Mutex<[UInt64: Entry]>([:])

    /// No texts.
    init() {}

    /// Calls `visit` with the first four bytes of each of `checksums` of `bytes`, in the order of `Checksum.allCases`. `key` is a
    /// hash of the bytes.
    func forEachHead(
        of bytes: RawSpan, key: UInt64, _ checksums: Set<Checksum>, _ visit: (Checksum, UInt32) -> Void
    ) {
        let isKept = bytes.byteCount >= Self.shortest
        let old = isKept ? entries.withLock { $0[key] } : nil
        var entry = old ?? Entry()
        for (index, checksum) in Checksum.allCases.enumerated() where checksums.contains(checksum) {
            let bit: UInt8 = 1 << UInt8(index)
            if entry.known & bit == 0 {
                entry.heads[index] = checksum.head(of: bytes)
                entry.known |= bit
            }
            visit(checksum, entry.heads[index])
        }
        guard isKept, entry.known != old?.known else { return }
        entries.withLock { [entry] entries in
            if entries.count >= Self.most { entries.removeAll(keepingCapacity: true) }
            entries[key] = entry
        }
    }
}
