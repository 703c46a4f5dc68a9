/// A link-layer type as capture files number it (the registry at tcpdump.org, LINKTYPE_ values).
///
/// The few whose number differs between a file and a live handle (DLT_RAW) are mapped by whoever opens the source.
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
    /// Linux cooked capture (LINKTYPE_LINUX_SLL).
    @inlinable public static var linuxCooked: LinkType { LinkType(rawValue: 113) }
    /// IEEE 802.11 behind a radiotap header (LINKTYPE_IEEE802_11_RADIOTAP).
    @inlinable public static var radiotap: LinkType { LinkType(rawValue: 127) }
    /// Raw IPv4 (LINKTYPE_IPV4).
    @inlinable public static var ipv4: LinkType { LinkType(rawValue: 228) }
    /// Raw IPv6 (LINKTYPE_IPV6).
    @inlinable public static var ipv6: LinkType { LinkType(rawValue: 229) }
    /// Linux cooked capture, second version (LINKTYPE_LINUX_SLL2).
    @inlinable public static var linuxCooked2: LinkType { LinkType(rawValue: 276) }
}
