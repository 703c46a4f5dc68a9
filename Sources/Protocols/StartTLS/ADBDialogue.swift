import Bytes

/// The messages of the Android Debug Bridge up to the one that asks for TLS (AOSP, packages/modules/adb/protocol.txt).
///
/// A message has six little-endian words: command, two arguments, the length and the checksum of its payload, and the
/// command with all bits inverted. After `STLS` from both sides the host's next byte is that of its ClientHello.
struct ADBDialogue {
    /// Where the message begins that was not passed over yet.
    private var position = 0
    private var asked = false

    /// By the first message: a connection or a request for TLS whose last word is its first inverted.
    static func probe(_ bytes: RawSpan) -> Probe {
        guard let command = bytes.uint32(at: 0) else {
            return beginnings.contains { bytes.isProperPrefix(ofASCII: $0) } ? .unsure : .no
        }
        guard command == connect || command == startTLS else { return .no }
        guard let magic = bytes.uint32(at: 20) else { return .unsure }
        return magic == ~command ? .yes : .no
    }

    mutating func read(_ bytes: RawSpan) -> StartTLS.Outcome {
        while position <= StartTLS.longestDialogue {
            if asked {
                let outcome = StartTLS.handshake(bytes, at: position)
                if outcome != .none { return outcome }
            }
            guard let command = bytes.uint32(at: position), let length = bytes.uint32(at: position &+ 12),
                let magic = bytes.uint32(at: position &+ 20)
            else { return .more(atLeast: max(bytes.byteCount, position) &+ 1) }
            guard magic == ~command else { return .none }
            asked = command == Self.startTLS
            // A payload longer than a dialogue may be ends the reading at the top of the loop.
            let payload = min(Int(length.byteSwapped), StartTLS.longestDialogue &+ 1)
            position = position &+ Self.headerLength &+ payload
        }
        return .none
    }

    /// `CNXN` and `STLS`, as on the wire.
    private static let connect: UInt32 = 0x434E_584E
    private static let startTLS: UInt32 = 0x5354_4C53
    private static let headerLength = 24
    private static let beginnings: [StaticString] = ["CNXN", "STLS"]
}
