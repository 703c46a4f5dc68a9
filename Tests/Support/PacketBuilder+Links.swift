/// The link layers, and what is between them and IP.
extension PacketBuilder {
    private static let macs: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]

    /// An Ethernet header; padded to 60 bytes if that is asked for.
    public func ethernet(padded: Bool = false) -> PacketBuilder {
        let frame = behind(Self.macs + Self.word(etherType), etherType: 0x6558)
        return padded ? frame.followed(by: [UInt8](repeating: 0xEE, count: max(0, 60 - frame.bytes.count))) : frame
    }

    /// An Ethernet header with a length in place of a type (IEEE 802.3); the bytes begin with LLC.
    public func ethernetWithLength() -> PacketBuilder {
        behind(Self.macs + Self.word(bytes.count), etherType: 0x6558)
    }

    /// An LLC/SNAP header (RFC 1042).
    public func snap() -> PacketBuilder {
        behind([0xAA, 0xAA, 3, 0, 0, 0] + Self.word(etherType))
    }

    /// A VLAN tag (IEEE 802.1Q, or 802.1ad by its type); the priority bits are set.
    public func vlan(_ id: Int, type: Int = 0x8100) -> PacketBuilder {
        behind(Self.word(0xE000 | id) + Self.word(etherType), etherType: type)
    }

    /// A Cisco metadata tag.
    public func ciscoMetadata() -> PacketBuilder {
        behind([1, 1, 0, 1, 0, 9] + Self.word(etherType), etherType: 0x8909)
    }

    /// A stack of MPLS labels, the last of them at the bottom (RFC 3032).
    public func mpls(_ labels: Int...) -> PacketBuilder {
        let stack = labels.indices.flatMap { index in
            Self.long(labels[index] << 12 | (index == labels.count - 1 ? 0x100 : 0) | 64)
        }
        return behind(stack, etherType: 0x8847, ipProtocol: 137)
    }

    /// A PPP header (RFC 1661): address and control where asked for, the protocol in one byte where asked for.
    public func ppp(hasAddress: Bool = false, isCompressed: Bool = false) -> PacketBuilder {
        let number =
            switch etherType {
            case 0x0800: 0x0021
            case 0x86DD: 0x0057
            case 0x8847: 0x0281
            default: 0xC021
            }
        let address: [UInt8] = hasAddress ? [0xFF, 0x03] : []
        return behind(address + (isCompressed ? [UInt8(number & 0xFF)] : Self.word(number)), etherType: 0x880B)
    }

    /// A PPPoE session header around PPP (RFC 2516).
    public func pppoe(session: Int, code: UInt8 = 0) -> PacketBuilder {
        behind([0x11, code] + Self.word(session) + Self.word(bytes.count), etherType: 0x8864)
    }

    /// A provider backbone bridging tag around an Ethernet frame (IEEE 802.1ah).
    public func providerBackbone(service: Int) -> PacketBuilder {
        behind(Self.long(service & 0x00FF_FFFF), etherType: 0x88E7)
    }

    /// A MACsec tag with its check value (IEEE 802.1AE); `control` says what is encrypted.
    public func macsec(control: UInt8 = 0, channel: [UInt8] = []) -> PacketBuilder {
        let tag = [control | (channel.isEmpty ? 0 : 0x20), 0] + Self.long(9) + channel
        return behind(tag + Self.word(etherType), etherType: 0x88E5).followed(by: [UInt8](repeating: 5, count: 16))
    }

    /// Linux cooked capture, first version.
    public func cooked(hardware: Int = 1) -> PacketBuilder {
        behind([0, 0] + Self.word(hardware) + [0, 6, 2, 0, 0, 0, 0, 1, 0, 0] + Self.word(etherType))
    }

    /// Linux cooked capture, second version.
    public func cooked2(hardware: Int = 1) -> PacketBuilder {
        let address: [UInt8] = [2, 0, 0, 0, 0, 1, 0, 0]
        return behind(Self.word(etherType) + [0, 0, 0, 0, 0, 2] + Self.word(hardware) + [0, 6] + address)
    }

    /// BSD loopback; the family in the order of `isBigEndian`.
    public func loopback(family: UInt8 = 2, isBigEndian: Bool = false) -> PacketBuilder {
        behind(isBigEndian ? [0, 0, 0, family] : [family, 0, 0, 0])
    }

    /// Cisco HDLC.
    public func ciscoHDLC() -> PacketBuilder { behind([0x0F, 0] + Self.word(etherType)) }

    /// An IEEE 802.11 data frame around LLC; `control` are the two bytes of frame control.
    public func wifi(control: (UInt8, UInt8) = (0x08, 0x01)) -> PacketBuilder {
        var header = [control.0, control.1] + [UInt8](repeating: 3, count: 22)
        if control.1 & 0x03 == 0x03 { header += [UInt8](repeating: 4, count: 6) }
        if control.0 & 0x80 != 0 { header += [0, 0] }
        if control.0 & 0x80 != 0, control.1 & 0x80 != 0 { header += [0, 0, 0, 0] }
        return behind(header)
    }

    /// A radiotap header of `length` bytes.
    public func radiotap(length: Int = 12) -> PacketBuilder {
        behind([0, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + [UInt8](repeating: 0, count: max(0, length - 4)))
    }
}
