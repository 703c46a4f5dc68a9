/// A link-layer type as capture files number it (the registry at tcpdump.org, LINKTYPE_ values).
///
/// The few whose number differs between a file and a live handle (DLT_RAW) are mapped by anyone who opens the source.
@frozen
public struct LinkType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The LINKTYPE_ number.
    public var rawValue: UInt16

    /// The link type of the number, known or not.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// BSD loopback: a four-byte address family in the host's byte order (LINKTYPE_NULL).
    @inlinable public static var null: LinkType { LinkType(rawValue: 0) }
    /// Ethernet (LINKTYPE_ETHERNET).
    @inlinable public static var ethernet: LinkType { LinkType(rawValue: 1) }
    /// PPP in HDLC-like framing (LINKTYPE_PPP).
    @inlinable public static var ppp: LinkType { LinkType(rawValue: 9) }
    /// Cisco HDLC (LINKTYPE_C_HDLC).
    @inlinable public static var ciscoHDLC: LinkType { LinkType(rawValue: 104) }
    /// Raw IP, version by the first nibble (LINKTYPE_RAW).
    @inlinable public static var raw: LinkType { LinkType(rawValue: 101) }
    /// IEEE 802.11 without a radio header (LINKTYPE_IEEE802_11).
    @inlinable public static var wifi: LinkType { LinkType(rawValue: 105) }
    /// OpenBSD loopback: as `null`, in network byte order (LINKTYPE_LOOP).
    @inlinable public static var loop: LinkType { LinkType(rawValue: 108) }
    /// PPP in HDLC-like framing, or Cisco HDLC by its first byte (LINKTYPE_PPP_HDLC).
    @inlinable public static var pppOverHDLC: LinkType { LinkType(rawValue: 50) }
    /// A PPPoE session packet without its Ethernet header (LINKTYPE_PPP_ETHER).
    @inlinable public static var pppOverEthernet: LinkType { LinkType(rawValue: 51) }
    /// LLC-encapsulated ATM (LINKTYPE_ATM_RFC1483).
    @inlinable public static var atm: LinkType { LinkType(rawValue: 100) }
    /// OpenBSD's IPsec interface: a header of twelve bytes, then IP (LINKTYPE_ENC).
    @inlinable public static var enc: LinkType { LinkType(rawValue: 109) }
    /// IEEE 802.11 behind a Prism or AVS header (LINKTYPE_IEEE802_11_PRISM).
    @inlinable public static var prism: LinkType { LinkType(rawValue: 119) }
    /// IEEE 802.11 behind an AVS header (LINKTYPE_IEEE802_11_AVS).
    @inlinable public static var avs: LinkType { LinkType(rawValue: 163) }
    /// PPP whose address byte is a direction (LINKTYPE_PPP_PPPD).
    @inlinable public static var pppd: LinkType { LinkType(rawValue: 166) }
    /// IEEE 802.11 and others behind a Per-Packet Information header (LINKTYPE_PPI).
    @inlinable public static var ppi: LinkType { LinkType(rawValue: 192) }
    /// PPP behind a direction byte (LINKTYPE_PPP_WITH_DIR).
    @inlinable public static var pppWithDirection: LinkType { LinkType(rawValue: 204) }
    /// Cisco HDLC behind a direction byte (LINKTYPE_C_HDLC_WITH_DIR).
    @inlinable public static var ciscoHDLCWithDirection: LinkType { LinkType(rawValue: 205) }
    /// An MPLS label stack (LINKTYPE_MPLS).
    @inlinable public static var mpls: LinkType { LinkType(rawValue: 219) }
    /// Linux netfilter's log (LINKTYPE_NFLOG).
    @inlinable public static var nflog: LinkType { LinkType(rawValue: 239) }
    /// Ethernet behind a netANALYZER header (LINKTYPE_NETANALYZER).
    @inlinable public static var netAnalyzer: LinkType { LinkType(rawValue: 240) }
    /// The same with a preamble (LINKTYPE_NETANALYZER_TRANSPARENT).
    @inlinable public static var netAnalyzerTransparent: LinkType { LinkType(rawValue: 241) }
    /// Apple's per-packet header, which names the link type of what follows (LINKTYPE_PKTAP).
    @inlinable public static var pktap: LinkType { LinkType(rawValue: 258) }
    /// Ethernet with a preamble (LINKTYPE_ETHERNET_MPACKET).
    @inlinable public static var mpacket: LinkType { LinkType(rawValue: 274) }
    /// Linux cooked capture (LINKTYPE_LINUX_SLL).
    @inlinable public static var linuxCooked: LinkType { LinkType(rawValue: 113) }
    /// IEEE 802.11 after a radiotap header (LINKTYPE_IEEE802_11_RADIOTAP).
    @inlinable public static var radiotap: LinkType { LinkType(rawValue: 127) }
    /// Raw IPv4 (LINKTYPE_IPV4).
    @inlinable public static var ipv4: LinkType { LinkType(rawValue: 228) }
    /// Raw IPv6 (LINKTYPE_IPV6).
    @inlinable public static var ipv6: LinkType { LinkType(rawValue: 229) }
    /// Linux cooked capture, second version (LINKTYPE_LINUX_SLL2).
    @inlinable public static var linuxCooked2: LinkType { LinkType(rawValue: 276) }
}
