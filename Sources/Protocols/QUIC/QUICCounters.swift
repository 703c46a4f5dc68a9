/// What became of the QUIC packets of one engine: the figures of `quic` in statistics. All are totals since the start.
public struct QUICCounters: Equatable, Sendable {
    /// Initial packets whose tag verified.
    public var opened: UInt64 = 0
    /// Initial packets whose tag did not verify under the keys that are known: `quic.decrypt_failed{reason="tag"}`.
    public var tagFailed: UInt64 = 0
    /// Initial packets for which no key can be derived, because the client's first one was not seen:
    /// `quic.decrypt_failed{reason="no_key"}`.
    public var withoutKey: UInt64 = 0
    /// Long-header packets that end past the captured bytes.
    public var truncated: UInt64 = 0
    /// Long-header packets that break the layout of their version.
    public var malformed: UInt64 = 0
    /// Opened Initial packets with a frame that may not be there, or that breaks its layout (RFC 9000 section 12.4).
    public var malformedFrames: UInt64 = 0
    /// Packets of a version that is not read here.
    public var unsupportedVersion: UInt64 = 0
    /// 0-RTT and Handshake packets: passed over, their keys are the two ends' own.
    public var skipped: UInt64 = 0
    /// Retry packets.
    public var retries: UInt64 = 0
    /// Version Negotiation packets.
    public var negotiations: UInt64 = 0
    /// Datagrams of Google QUIC with its own handshake (Q0xx).
    public var google: UInt64 = 0
    /// CRYPTO frames of streams that had reached their bound, in bytes or in gaps.
    public var overLimit: UInt64 = 0
    /// Initial packets not tried, because their connection had used up its trials.
    public var exhausted: UInt64 = 0

    /// Nothing counted yet.
    public init() {}
}
