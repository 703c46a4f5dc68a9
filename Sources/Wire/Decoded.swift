public import Bytes

/// What a frame turned out to be.
@frozen
public enum Decoded: Equatable, Sendable {
    /// A TCP or UDP packet; the `Packet` holds it.
    case packet
    /// One fragment of an IP packet; the payload is a range of the frame.
    case fragment(Fragment)
    /// Nothing that flows are made of.
    case ignored(Ignored)
    /// Headers that contradict themselves or end too early, at this layer.
    case malformed(Layer)
}

/// Why a well-formed frame is not followed. Each is counted; none is an error.
@frozen
public enum Ignored: UInt8, CaseIterable, Sendable {
    /// Carries no IP: ARP, LLDP, spanning tree and the like.
    case nonIP
    /// IP, but neither TCP nor UDP: ICMP, ESP, SCTP and the like.
    case otherTransport
    /// A link-layer type that is not read here.
    case unsupportedLink
    /// An encapsulation that is not read here, or whose content is encrypted.
    case unsupportedEncapsulation
    /// More encapsulations, one inside another, than `PacketDecoder.depthLimit`.
    case tooDeep
    /// A link-layer frame without payload: an 802.11 management frame, a keep-alive.
    case noPayload
}

/// The layer at which a frame was found malformed.
@frozen
public enum Layer: UInt8, CaseIterable, Sendable {
    case link, ip, tcp, udp
}

/// One piece of an IP packet that was fragmented (RFC 791 section 3.2, RFC 8200 section 4.5).
@frozen
public struct Fragment: Equatable, Sendable, BitwiseCopyable {
    /// The sender.
    public var source: IPAddress
    /// The receiver.
    public var destination: IPAddress
    /// The packet's identification: 16 bits for IPv4, 32 for IPv6.
    public var identification: UInt32
    /// The protocol of the whole packet's payload.
    public var transport: IPProtocol
    /// Where this piece begins in the whole payload, in bytes.
    public var offset: Int
    /// Whether pieces follow.
    public var hasMore: Bool
    /// The piece, as a range of the frame.
    public var payload: ByteRange
    /// The piece's length on the wire.
    public var payloadLength: Int
    /// The VLANs and tunnels around it.
    public var envelope: Envelope
    /// The ends of the outermost tunnel over IP; `nil` if it came in none.
    public var tunnel: TunnelEnds?

    /// A fragment of all its parts.
    @inlinable
    public init(
        source: IPAddress, destination: IPAddress, identification: UInt32, transport: IPProtocol, offset: Int,
        hasMore: Bool, payload: ByteRange, payloadLength: Int, envelope: Envelope,
        tunnel: TunnelEnds? = nil
    ) {
        self.source = source
        self.destination = destination
        self.identification = identification
        self.transport = transport
        self.offset = offset
        self.hasMore = hasMore
        self.payload = payload
        self.payloadLength = payloadLength
        self.envelope = envelope
        self.tunnel = tunnel
    }
}
