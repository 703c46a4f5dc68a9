import CPcap

/// A network interface that can be captured from.
public struct LiveInterface: Hashable, Sendable {
    /// The name to capture by, as `eth0`.
    public let name: String
    /// What the system says about it; empty where it says nothing.
    public let summary: String
    /// Whether it is up.
    public let isUp: Bool
    /// Whether it is the loopback.
    public let isLoopback: Bool

    /// The interfaces of this machine as libpcap lists them. Throws if the system does not tell.
    public static func all() throws(CaptureError) -> [LiveInterface] {
        var list: UnsafeMutablePointer<pcap_if_t>?
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        // Invariant: the message has the size that libpcap demands; the list is read before it is freed, once.
        guard unsafe pcap_findalldevs(&list, &message) == 0 else {
            throw CaptureError(.interfaceFailed, "interfaces cannot be listed: \(bufferText(message))")
        }
        let first = unsafe list
        defer { unsafe pcap_freealldevs(first) }
        var interfaces: [LiveInterface] = []
        while let entry = unsafe list?.pointee {
            interfaces.append(unsafe LiveInterface(entry))
            unsafe list = entry.next
        }
        return interfaces
    }

    private init(_ entry: pcap_if_t) {
        // Invariant: the entry's strings are terminated and live as long as the list, which the caller holds.
        name = unsafe String(cString: entry.name)
        summary = unsafe entry.description.map { unsafe String(cString: $0) } ?? ""
        isUp = unsafe entry.flags & UInt32(PCAP_IF_UP) != 0
        isLoopback = unsafe entry.flags & UInt32(PCAP_IF_LOOPBACK) != 0
    }
}

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

    /// What the interface `name` does; `nil` if it does not say. A few system calls.
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
