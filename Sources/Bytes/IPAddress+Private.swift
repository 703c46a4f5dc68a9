extension IPAddress {
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
