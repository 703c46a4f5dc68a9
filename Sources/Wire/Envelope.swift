/// What was passed on the way to the innermost packet: VLAN tags and tunnels.
///
/// Trivial, 24 bytes. Two VLAN ids and four tunnels are kept by name; deeper ones are passed all the same, up to
/// `PacketDecoder.depthLimit`, and counted in `depth`.
@frozen
public struct Envelope: Equatable, Sendable, BitwiseCopyable {
    /// One encapsulation.
    @frozen
    public enum Tunnel: UInt8, Sendable, BitwiseCopyable, CaseIterable {
        /// No tunnel.
        case none
        /// IPv4 in IP (RFC 2003).
        case ipip
        /// IPv6 in IPv4 (RFC 4213) or IPv6 in IPv6 (RFC 2473).
        case ip6
        /// GRE (RFC 2784).
        case gre
        /// ERSPAN inside GRE, types I to III (draft-foschiano-erspan).
        case erspan
        /// VXLAN (RFC 7348).
        case vxlan
        /// Geneve (RFC 8926).
        case geneve
        /// GTP-U (3GPP TS 29.281).
        case gtpu
        /// Teredo (RFC 4380).
        case teredo
        /// MPLS (RFC 3032).
        case mpls
        /// PPPoE (RFC 2516).
        case pppoe
        /// Provider backbone bridging (IEEE 802.1ah).
        case pbb
        /// MACsec with integrity only (IEEE 802.1AE).
        case macsec
        /// L2TP version 2 over UDP (RFC 2661).
        case l2tp
        /// VXLAN with a next protocol (draft-ietf-nvo3-vxlan-gpe).
        case vxlanGPE
        /// Generic UDP encapsulation (draft-ietf-intarea-gue).
        case gue
        /// TaZmen Sniffer Protocol.
        case tzsp
        /// LISP data packets (RFC 6830).
        case lisp
        /// Network service header (RFC 8300).
        case nsh
        /// TRILL (RFC 6325).
        case trill
        /// Ethernet in IP (RFC 3378).
        case etherip

        /// The tunnel's name in events and rules.
        public var name: String { self == .vxlanGPE ? "vxlan_gpe" : "\(self)" }
    }

    /// The VLAN id of the outermost tag; 0 if untagged.
    public var outerVLAN: UInt16 = 0
    /// The VLAN id of the second tag; 0 if there is none.
    public var innerVLAN: UInt16 = 0
    /// The number of tunnels passed.
    public var depth: UInt8 = 0
    /// The first four tunnels, outermost in the lowest byte.
    public var kinds: UInt32 = 0
    /// The identifier of the innermost tunnel that has one: VNI, GRE key, session, TEID.
    public var identifier: UInt32 = 0

    /// Nothing around the packet.
    @inlinable
    public init() {}

    /// Notes a VLAN tag's id.
    @inlinable
    public mutating func addVLAN(_ id: UInt16) {
        if outerVLAN == 0 {
            outerVLAN = id
        } else if innerVLAN == 0 {
            innerVLAN = id
        }
    }

    /// Notes a tunnel, with its identifier if it has one.
    @inlinable
    public mutating func add(_ tunnel: Tunnel, identifier: UInt32? = nil) {
        if depth < 4 { kinds |= UInt32(tunnel.rawValue) << (UInt32(depth) &* 8) }
        depth &+= 1
        if let identifier { self.identifier = identifier }
    }

    /// The tunnel at `index`, counted from the outside; `.none` past the fourth and past the last.
    @inlinable
    public func tunnel(at index: Int) -> Tunnel {
        guard index >= 0, index < 4 else { return .none }
        return Tunnel(rawValue: UInt8(truncatingIfNeeded: kinds >> (UInt32(index) &* 8))) ?? .none
    }
}
