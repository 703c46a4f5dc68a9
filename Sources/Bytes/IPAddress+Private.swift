extension IPAddress {
    /// Whether the address is a group's (RFC 5771, RFC 4291 section 2.7) or everybody's on the link (RFC 919).
    public var isMulticast: Bool {
        isIPv4 ? ipv4 >> 28 == 0xE || ipv4 == 0xFFFF_FFFF : high >> 56 == 0xFF
    }

    /// Whether the address belongs to no public network: private use (RFC 1918, RFC 4193), shared (RFC 6598), link-local
    /// (RFC 3927, RFC 4291) and loopback.
    public var isPrivate: Bool {
        if isIPv4 {
            return ipv4 >> 24 == 10 || ipv4 >> 20 == 0xAC1 || ipv4 >> 16 == 0xC0A8 || ipv4 >> 22 == 0x191
                || ipv4 >> 16 == 0xA9FE || ipv4 >> 24 == 127
        }
        return high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6 || (high == 0 && low == 1)
    }
}
