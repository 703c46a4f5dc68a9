public import Bytes

/// The headers of one TCP or UDP packet, innermost, as plain numbers: what the flow table needs of it.
///
/// Trivial, and reused from packet to packet. `payload` is a range of the frame that the headers were decoded from.
@frozen
public struct Packet: Sendable, BitwiseCopyable {
    /// The innermost sender.
    public var source = IPAddress(high: 0, low: 0)
    /// The innermost receiver.
    public var destination = IPAddress(high: 0, low: 0)
    /// The sender's port.
    public var sourcePort: UInt16 = 0
    /// The receiver's port.
    public var destinationPort: UInt16 = 0
    /// TCP or UDP.
    public var transport = IPProtocol.tcp
    /// TCP's flags; none for UDP.
    public var flags = TCPFlags(rawValue: 0)
    /// TCP's sequence number of the first payload byte, or of the SYN or FIN where there is no payload; 0 for UDP.
    public var sequence: UInt32 = 0
    /// TCP's acknowledgment number; 0 for UDP.
    public var acknowledgment: UInt32 = 0
    /// Where TCP's header begins in the frame; below zero if the packet was not decoded from one. Not set for UDP.
    public var headerOffset = -1
    /// Layer-3 bytes: the IP header and all after it, by the packet's own length field, whatever was captured.
    public var ipLength = 0
    /// The payload above TCP or UDP as far as it was captured, as a range of the frame.
    public var payload = ByteRange.empty
    /// The payload's length on the wire in bytes; more than `payload.count` where the capture cut the frame.
    public var payloadLength = 0
    /// Where the innermost IP header begins in the frame; negative in a packet that was put together from fragments.
    public var ipOffset = -1
    /// The VLANs and tunnels around the packet.
    public var envelope = Envelope()
    /// What the decoder noted on the way.
    public var notes = Notes()
    /// The ends of the outermost tunnel over IP; of use only if `notes` has `carried`.
    public var tunnel = TunnelEnds(source: IPAddress(high: 0, low: 0), destination: IPAddress(high: 0, low: 0))

    /// What is to be known of a packet beside its headers.
    @frozen
    public struct Notes: OptionSet, Sendable, BitwiseCopyable {
        /// The bits.
        public var rawValue: UInt8

        /// The notes of the bits.
        @inlinable
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// It came inside an IP packet, which anyone may have sent.
        @inlinable public static var carried: Notes { Notes(rawValue: 1) }
        /// Its IP header claims more bytes than the frame, which was captured whole, had: the length is the frame's.
        @inlinable public static var clamped: Notes { Notes(rawValue: 2) }
        /// It was put together from fragments that contradict each other.
        @inlinable public static var contradicted: Notes { Notes(rawValue: 4) }
    }

    /// A packet of nothing, to be decoded into.
    @inlinable
    public init() {}

    /// Notes the ends of the tunnel that is entered now, if it is the outermost: its addresses are those read last.
    mutating func noteTunnel() {
        guard !notes.contains(.carried) else { return }
        notes.insert(.carried)
        tunnel = TunnelEnds(source: source, destination: destination)
    }

    /// Whether the capture holds less of the payload than was sent.
    @inlinable
    public var isCut: Bool { Int(payload.count) < payloadLength }
}

/// The two ends of a tunnel: the addresses of the IP packet that carries another.
@frozen
public struct TunnelEnds: Equatable, Sendable, BitwiseCopyable {
    /// Who sent the carrying packet.
    public var source: IPAddress
    /// Who received it.
    public var destination: IPAddress

    /// A tunnel from `source` to `destination`.
    @inlinable
    public init(source: IPAddress, destination: IPAddress) {
        self.source = source
        self.destination = destination
    }
}

/// TCP's control bits (RFC 9293 section 3.1).
@frozen
public struct TCPFlags: OptionSet, Sendable, BitwiseCopyable {
    /// The byte of bits as on the wire.
    public var rawValue: UInt8

    /// The flags of the byte.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No more data from the sender.
    @inlinable public static var fin: TCPFlags { TCPFlags(rawValue: 0x01) }
    /// Synchronise sequence numbers.
    @inlinable public static var syn: TCPFlags { TCPFlags(rawValue: 0x02) }
    /// Reset the connection.
    @inlinable public static var rst: TCPFlags { TCPFlags(rawValue: 0x04) }
    /// Push.
    @inlinable public static var psh: TCPFlags { TCPFlags(rawValue: 0x08) }
    /// The urgent pointer counts.
    @inlinable public static var urg: TCPFlags { TCPFlags(rawValue: 0x20) }
    /// Whether the packet may begin or end a connection: SYN, FIN or RST is set.
    @inlinable public var isControl: Bool { rawValue & 0x07 != 0 }
    /// The acknowledgment number counts.
    @inlinable public static var ack: TCPFlags { TCPFlags(rawValue: 0x10) }
}

/// IP protocol numbers (IANA, Assigned Internet Protocol Numbers).
@frozen
public struct IPProtocol: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number.
    public var rawValue: UInt8

    /// The protocol of the number, known or not.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// IPv6 hop-by-hop options (RFC 8200 section 4.3).
    @inlinable public static var hopByHop: IPProtocol { IPProtocol(rawValue: 0) }
    /// IPv4 inside IP (RFC 2003).
    @inlinable public static var ipv4: IPProtocol { IPProtocol(rawValue: 4) }
    /// TCP (RFC 9293).
    @inlinable public static var tcp: IPProtocol { IPProtocol(rawValue: 6) }
    /// UDP (RFC 768).
    @inlinable public static var udp: IPProtocol { IPProtocol(rawValue: 17) }
    /// IPv6 inside IP, 6in4 (RFC 4213).
    @inlinable public static var ipv6: IPProtocol { IPProtocol(rawValue: 41) }
    /// IPv6 routing header (RFC 8200 section 4.4).
    @inlinable public static var routing: IPProtocol { IPProtocol(rawValue: 43) }
    /// IPv6 fragment header (RFC 8200 section 4.5).
    @inlinable public static var fragment: IPProtocol { IPProtocol(rawValue: 44) }
    /// GRE (RFC 2784).
    @inlinable public static var gre: IPProtocol { IPProtocol(rawValue: 47) }
    /// Authentication header (RFC 4302).
    @inlinable public static var authentication: IPProtocol { IPProtocol(rawValue: 51) }
    /// Ethernet in IP (RFC 3378).
    @inlinable public static var etherIP: IPProtocol { IPProtocol(rawValue: 97) }
    /// Compressed payload (RFC 3173).
    @inlinable public static var ipComp: IPProtocol { IPProtocol(rawValue: 108) }
    /// L2TP version 3 (RFC 3931), whose cookie has a length that no header states.
    @inlinable public static var l2tp3: IPProtocol { IPProtocol(rawValue: 115) }
    /// IPv6 destination options (RFC 8200 section 4.6).
    @inlinable public static var destinationOptions: IPProtocol { IPProtocol(rawValue: 60) }
    /// IPv6 mobility header (RFC 6275).
    @inlinable public static var mobility: IPProtocol { IPProtocol(rawValue: 135) }
    /// Host Identity Protocol (RFC 7401).
    @inlinable public static var hostIdentity: IPProtocol { IPProtocol(rawValue: 139) }
    /// Shim6 (RFC 5533).
    @inlinable public static var shim6: IPProtocol { IPProtocol(rawValue: 140) }
    /// MPLS in IP (RFC 4023).
    @inlinable public static var mpls: IPProtocol { IPProtocol(rawValue: 137) }
}
