import Bytes

/// What one payload says of itself, worked out before its flow is looked at: by another thread, which reads ahead.
///
/// Only results that depend on nothing but bytes, and each with the bytes that it was made from: anyone who uses one first
/// sees that his bytes are the same. So a preview can save work and can change nothing.
public final class SpeculativeParse: Sendable {
    /// An Initial packet that was opened under the keys of its own destination id.
    struct Opened: Sendable {
        let keys: QUICInitialKeys
        let start: Int
        let end: Int
        /// The packet number as sent, its length in bytes, and the number it encodes at a connection's beginning.
        let truncated: UInt64
        let numberLength: Int
        let number: UInt64
        let plaintext: [UInt8]
    }

    let message: [UInt8]
    let facts: TLSFacts?
    let opened: Opened?

    init(message: [UInt8] = [], facts: TLSFacts? = nil, opened: Opened? = nil) {
        self.message = message
        self.facts = facts
        self.opened = opened
    }

    /// The facts of the hello `message`, if it is the one that was read ahead. Cost: one comparison of its bytes.
    public func facts(of message: RawSpan) -> TLSFacts? {
        guard facts != nil else { return nil }
        let own = self.message
        guard own.rawSpan.hasSameBytes(as: message) else { return nil }
        return facts
    }

    /// The keys of `destination` in `version`, where those were derived ahead.
    func keys(_ version: QUICVersion, _ destination: QUICConnectionID) -> QUICInitialKeys? {
        guard let keys = opened?.keys, keys.version == version, keys.destinationID == destination else { return nil }
        return keys
    }

    /// What opening the packet at `view` under `keys` gave, if it was done ahead with the same packet number.
    func opening(_ view: QUICLongHeader, with keys: QUICInitialKeys, expected: UInt64) -> Opened? {
        guard let opened, opened.start == view.start, opened.end == view.end, opened.keys.version == keys.version,
            opened.keys.destinationID == keys.destinationID,
            opened.number
                == QUICDecryptor.packetNumber(opened.truncated, bytes: opened.numberLength, expected: expected)
        else { return nil }
        return opened
    }
}
