import CPcap

/// What an interface does to frames before they are captured, as ethtool(8) tells.
public struct InterfaceOffloads: Equatable, Sendable {
    /// Whether the kernel joins segments that came (GRO): frames are then larger than any that was on the wire.
    public let joinsReceived: Bool
    /// Whether the interface itself joins them (LRO).
    public let joinsInHardware: Bool
    /// Whether segments that are sent are cut only after they were captured (TSO or GSO).
    public let cutsSent: Bool
    /// Whether the interface takes VLAN tags off; libpcap puts them back where the kernel kept them.
    public let stripsTags: Bool

    /// What the interface `name` does; nothing where it does not say. A few system calls.
    public init?(of name: String) {
        // Invariant: the name is a terminated copy for each call.
        func ask(_ command: UInt32) -> Int { Int(unsafe capture_ethtool(name, command)) }
        let flags = ask(0x25)
        let (joins, cuts, cutsLater) = (ask(0x2B), ask(0x1E), ask(0x23))
        guard flags >= 0 || joins >= 0 else { return nil }
        joinsReceived = joins > 0
        joinsInHardware = flags > 0 && flags & 1 << 15 != 0
        stripsTags = flags > 0 && flags & 1 << 8 != 0
        cutsSent = cuts > 0 || cutsLater > 0
    }
}
