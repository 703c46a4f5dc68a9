/// What one datagram brought to its connection. Empty where it brought nothing new.
@frozen
public struct QUICOutcome: OptionSet, Sendable, BitwiseCopyable {
    /// The bits.
    public let rawValue: UInt8

    /// The set of `rawValue`'s bits.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// At least one packet was QUIC's beyond doubt: its tag verified, or its version is known.
    public static let recognised = QUICOutcome(rawValue: 1)
    /// `clientHandshake.contiguous` grew.
    public static let clientBytes = QUICOutcome(rawValue: 2)
    /// `serverHandshake.contiguous` grew.
    public static let serverBytes = QUICOutcome(rawValue: 4)
    /// The client began anew, after a Retry or a Version Negotiation, or from a lost beginning: `clientHandshake` starts
    /// again at its first byte, and a parser of it must too.
    public static let restarted = QUICOutcome(rawValue: 8)
    /// Another connection began on the same addresses and ports. The datagram was not taken: end this flow, and give
    /// the datagram to a fresh connection.
    public static let newConnection = QUICOutcome(rawValue: 16)
    /// `googleName` was found.
    public static let googleName = QUICOutcome(rawValue: 32)
}
