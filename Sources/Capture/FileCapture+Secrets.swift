import Bytes

extension FileCapture {
    /// The most bytes of key logs that are read out of one capture.
    package static var secretsLimit: Int { 64 << 20 }

    /// The TLS key logs in the Decryption Secrets Blocks of a pcapng file (draft-ietf-opsawg-pcapng section 4.7).
    ///
    /// A pass over the whole file, since the blocks may follow the packets that they open; frames are passed over. Other kinds
    /// of files give none after their header was read. Throws if the file cannot be read at all.
    package static func keyLogs(path: String) throws(CaptureError) -> [[UInt8]] {
        var capture = try FileCapture(path: path)
        guard case .blocks = capture.format else { return [] }
        capture.keepsSecrets = true
        var handler = FrameDiscarder()
        while try capture.read(into: &handler, limit: .max) != .end {}
        return capture.secrets
    }

    /// Keeps the key log of a Decryption Secrets Block; `false` if reading ends.
    mutating func keepSecrets(_ length: Int) -> Bool {
        guard isWhole(length) else { return false }
        let count = Int(word(at: 12))
        let kept = secrets.reduce(0) { $0 + $1.count }
        if word(at: 8) == Self.tlsKeyLog, length >= 20, count <= length - 20, kept + count <= Self.secretsLimit {
            // Invariant: the block is in memory, and the bytes are copied before the window moves.
            secrets.append(unsafe Array(window.bytes(at: 16, count: count)))
        }
        window.advance(by: length)
        return true
    }

    /// The secrets type of TLS key logs.
    private static var tlsKeyLog: UInt32 { 0x544C_534B }
}

/// Takes frames and does nothing with them.
private struct FrameDiscarder: FrameHandler {
    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {}
}
