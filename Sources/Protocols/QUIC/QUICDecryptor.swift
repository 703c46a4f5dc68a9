import Bytes
import Crypto
import CryptoExtras

/// What all connections of one engine share: the memory in which an Initial packet is opened, and the counters.
///
/// One an engine, passed to every `QUICConnection.receive`. It keeps its buffers, so that after warm-up only the
/// cryptographic library allocates. It holds at most some 200 KiB, for the largest datagram there can be.
public struct QUICDecryptor: Sendable {
    /// What happened to the packets so far.
    public var counters = QUICCounters()
    /// What another thread has made of the datagram that is read next, where one did.
    public var preview: SpeculativeParse?
    /// The frames of the packet that was opened last.
    private(set) var plaintext: [UInt8] = []
    private var sample: [UInt8] = []
    private var header: [UInt8] = []
    private var box: [UInt8] = []

    /// With empty buffers.
    public init() {}

    /// Opens the client's Initial packet at `view` as `unseal` does, or takes what a preview of it holds.
    mutating func open(
        _ view: QUICLongHeader, of datagram: RawSpan, with keys: QUICInitialKeys, expected: UInt64
    ) -> UInt64? {
        guard let known = preview?.opening(view, with: keys, expected: expected) else {
            return unseal(view, of: datagram, with: keys.client, expected: expected)?.number
        }
        plaintext = known.plaintext
        return known.number
    }

    /// Opens the Initial packet at `view` (RFC 9001 sections 5.3 and 5.4) and leaves its frames in `plaintext`.
    ///
    /// Gives the packet number, with what was sent of it, or `nil` if the tag does not verify or the packet is too
    /// short to have one. `expected` is one more than the largest packet number seen from this sender. Cost: some 5 us
    /// for 1.2 kB.
    mutating func unseal(
        _ view: QUICLongHeader, of datagram: RawSpan, with keys: QUICPacketKeys, expected: UInt64
    ) -> (number: UInt64, truncated: UInt64, length: Int)? {
        let offset = view.packetNumberOffset
        guard sampleDistance &+ sampleCount <= view.end &- offset else { return nil }
        sample.removeAll(keepingCapacity: true)
        datagram.clamped(offset &+ sampleDistance..<offset &+ sampleDistance &+ sampleCount).append(to: &sample)
        guard (try? AES.permute(&sample, key: keys.headerKey)) != nil else { return nil }

        header.removeAll(keepingCapacity: true)
        datagram.clamped(view.start..<offset).append(to: &header)
        guard let protected = header.first else { return nil }
        header[0] = protected ^ sample[0] & 0x0f
        let length = Int(header[0] & 0x03) &+ 1
        var truncated: UInt64 = 0
        for index in 0..<length {
            let byte = (datagram.byte(at: offset &+ index) ?? 0) ^ sample[index &+ 1]
            truncated = truncated << 8 | UInt64(byte)
            header.append(byte)
        }
        let number = QUICDecryptor.packetNumber(truncated, bytes: length, expected: expected)
        let sealed = datagram.clamped(offset &+ length..<view.end)
        guard openSealed(sealed, nonceHigh: keys.ivHigh, nonceLow: keys.ivLow ^ number, key: keys.key) else {
            return nil
        }
        return (number, truncated, length)
    }

    /// AES-128-GCM with `header` as associated data; the nonce is before the bytes, as the library reads them.
    private mutating func openSealed(
        _ sealed: RawSpan, nonceHigh: UInt32, nonceLow: UInt64, key: SymmetricKey
    ) -> Bool {
        box.removeAll(keepingCapacity: true)
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            box.append(UInt8(truncatingIfNeeded: nonceHigh >> shift))
        }
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            box.append(UInt8(truncatingIfNeeded: nonceLow >> shift))
        }
        sealed.append(to: &box)
        guard let combined = try? AES.GCM.SealedBox(combined: box),
            let opened = try? AES.GCM.open(combined, using: key, authenticating: header)
        else { return false }
        plaintext = [UInt8](opened)
        return true
    }

    /// The full packet number of which `bytes` bytes were sent (RFC 9000 appendix A.3).
    static func packetNumber(_ truncated: UInt64, bytes: Int, expected: UInt64) -> UInt64 {
        let window = UInt64(1) << UInt64(8 &* bytes)
        let candidate = expected & ~(window &- 1) | truncated
        if candidate &+ window / 2 <= expected, candidate < (1 << 62) &- window { return candidate &+ window }
        if candidate > expected &+ window / 2, candidate >= window { return candidate &- window }
        return candidate
    }
}

/// The sample begins where a packet number of four bytes would end (RFC 9001 section 5.4.2).
private let sampleDistance = 4
private let sampleCount = 16
